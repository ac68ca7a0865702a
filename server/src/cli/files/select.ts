import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isConfigFile } from "../../config/name.ts";
import { IgnoreRules, rulesAbove } from "../../files/ignore-rules.ts";
import { configsAbove, projectRoot } from "../../files/project-root.ts";
import { reasonOf } from "../../files/read.ts";
import { type Message, t } from "../../model/message.ts";
import { UsageError } from "../errors.ts";
import { type Visitor, Walker } from "./walk.ts";

/** A file to check. */
export interface Target {
  /** Absolute. */
  readonly path: string;
  /** Asked for by its own name: then it is checked whatever it looks like, and not reading it is a failure. */
  readonly isNamed: boolean;
}

/** Something that was to be checked and is not. */
export interface Skipped {
  readonly path: string;
  readonly reason: Message;
}

/** Which files a run is about. */
export interface Selection {
  readonly targets: readonly Target[];
  /** Files of the projects around them, in which references resolve; found when first asked for. */
  context(): readonly string[];
  /** The configurations that may count for a target; those of the context come with it. */
  readonly configs: ReadonlySet<string>;
  /** Grows with `context()`. */
  readonly unreadable: readonly Unreadable[];
}

/** A folder or link that gives no files. */
interface Unreadable extends Skipped {
  /** Asked for by its own name: then that is a failure. */
  readonly isNamed: boolean;
}

/**
 * Finds the files that `paths` (relative to `cwd`) name; without any, those of `cwd`. `count` is told how many they are so far.
 * @throws UsageError when one of them does not exist
 */
export function select(
  cwd: string,
  paths: readonly string[],
  count: (files: number) => void = () => {},
): Selection {
  for (const path of paths) assertExists(resolve(cwd, path), path);
  return new Finder(count).select(paths.length === 0 ? [cwd] : paths.map((path) => resolve(cwd, path)));
}

/** A selection of one file, in its project, that need not exist. */
export function selectFile(path: string): Selection {
  return new Finder().select([path], () => false);
}

/** A selection of one text that stands in no project; configurations count as for a file of this path. */
export function selectText(path: string): Selection {
  return { ...selectFile(path), context: () => [] };
}

class Finder implements Visitor {
  readonly #targets: Target[] = [];
  readonly #context: string[] = [];
  readonly #configs = new Set<string>();
  readonly #unreadable: Unreadable[] = [];
  readonly #folders = new Set<string>();
  readonly #walker = new Walker(this);
  readonly #count: (files: number) => void;
  #inContext = false;

  constructor(count: (files: number) => void = () => {}) {
    this.#count = count;
  }

  select(paths: readonly string[], isFolder = isExistingFolder): Selection {
    const folders: string[] = [];
    const files: string[] = [];
    for (const path of paths) (isFolder(path) ? folders : files).push(path);
    for (const path of files) this.#name(path);
    for (const folder of folders) {
      this.#folders.add(folder);
      this.#walkTargets(folder);
    }
    const around = [...new Set([...folders, ...files.map((file) => dirname(file))])];
    for (const folder of around) for (const path of configsAbove(folder)) this.#configs.add(path);
    return {
      targets: this.#targets,
      configs: this.#configs,
      unreadable: this.#unreadable,
      context: () => this.#findContext(around),
    };
  }

  manifest(path: string): void {
    if (this.#inContext) this.#context.push(path);
    else this.#count(this.#targets.push({ path, isNamed: false }));
  }

  config(path: string): void {
    this.#configs.add(path);
  }

  unreadable(path: string, reason: Message): void {
    this.#unreadable.push({ path, reason, isNamed: this.#folders.has(path) });
  }

  #name(path: string): void {
    if (!this.#walker.meet(path)) return;
    if (isConfigFile(path.replaceAll("\\", "/"))) this.#configs.add(path);
    else this.#targets.push({ path, isNamed: true });
  }

  #walkTargets(folder: string): void {
    const root = projectRoot(folder);
    this.#walker.walk(folder, root === undefined ? IgnoreRules.none : rulesAbove(root, folder));
  }

  /** The rest of each project; of a folder that is part of none, the files in it. */
  #findContext(folders: readonly string[]): readonly string[] {
    if (this.#inContext) return this.#context;
    this.#inContext = true;
    const roots = folders.map((folder) => projectRoot(folder));
    for (const root of new Set(roots))
      if (root !== undefined) this.#walker.walk(root, rulesAbove(root, root));
    for (const [i, folder] of folders.entries())
      if (roots[i] === undefined) this.#walker.walk(folder, IgnoreRules.none, false);
    return this.#context;
  }
}

function isExistingFolder(path: string): boolean {
  return statSync(path).isDirectory();
}

function assertExists(path: string, asWritten: string): void {
  try {
    statSync(path);
  } catch (error) {
    if (asWritten === "-")
      throw new UsageError(
        t("There is no file called “-”. To check text from standard input, write `nines check --stdin`."),
      );
    throw new UsageError(
      t("“{path}” cannot be checked: {reason}. Name files and folders that exist.", {
        path: asWritten,
        reason: reasonOf(error),
      }),
    );
  }
}
