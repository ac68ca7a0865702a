import { type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { CONFIG_NAME } from "../../config/name.ts";
import type { IgnoreRules } from "../../files/ignore-rules.ts";
import { isManifestName, isSkippedFolder } from "../../files/manifest-names.ts";
import { reasonOf } from "../../files/read.ts";
import { type Message, t } from "../../model/message.ts";

/** What a walk meets. Paths are absolute. */
export interface Visitor {
  manifest(path: string): void;
  /** A `.nines.yaml`, ignored or not: it counts for the files around it. */
  config(path: string): void;
  unreadable(path: string, reason: Message): void;
}

/**
 * Walks folders and meets each file once, over all walks. A link to a folder is not followed, as in Git: what it
 * leads to is checked where it lies. A link to a file is followed at the end, unless its target was met itself.
 */
export class Walker {
  readonly #visitor: Visitor;
  readonly #met = new Set<string>();
  #links: string[] = [];

  constructor(visitor: Visitor) {
    this.#visitor = visitor;
  }

  /** Notes a file that is taken without a walk. Returns false when it was met before. */
  meet(path: string): boolean {
    const real = realPath(path);
    if (this.#met.has(real)) return false;
    this.#met.add(real);
    return true;
  }

  /** Meets what lies in a folder, and below it when `deep`. */
  walk(folder: string, rules: IgnoreRules, deep = true): void {
    const real = realPath(folder);
    // The real path of what a walk goes through is known without asking: it follows no links.
    this.#walk(folder, real, rules, deep);
    this.#followLinks();
  }

  #walk(folder: string, real: string, outer: IgnoreRules, deep: boolean): void {
    if (this.#met.has(real)) return;
    this.#met.add(real);
    const entries = this.#list(folder);
    const rules = entries.some((entry) => entry.name === ".gitignore") ? outer.with(folder) : outer;
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (deep && !isSkippedFolder(entry.name) && !rules.ignores(path, true))
          this.#walk(path, join(real, entry.name), rules, deep);
      } else if (entry.name === CONFIG_NAME) this.#visitor.config(path);
      else if (!isManifestName(entry.name) || rules.ignores(path, false)) continue;
      else if (entry.isSymbolicLink()) this.#links.push(path);
      else if (entry.isFile()) this.#manifest(path, join(real, entry.name));
    }
  }

  #manifest(path: string, real: string): void {
    if (this.#met.has(real)) return;
    this.#met.add(real);
    this.#visitor.manifest(path);
  }

  #list(folder: string): Dirent[] {
    try {
      return readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      this.#visitor.unreadable(
        folder,
        t("The folder could not be listed: {reason}.", { reason: reasonOf(error) }),
      );
      return [];
    }
  }

  #followLinks(): void {
    const links = this.#links.sort();
    this.#links = [];
    for (const path of links) {
      try {
        if (statSync(path).isFile()) this.#manifest(path, realPath(path));
      } catch {
        this.#visitor.unreadable(path, t("It is a link that leads nowhere."));
      }
    }
  }
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
