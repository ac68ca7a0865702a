import { isGitIgnored } from "../files/walk.ts";
import { isWithin, relativeTo } from "../workspace/uri.ts";
import { enclosingProject } from "./enclosing.ts";
import { globMatcher } from "./globs.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import { isFileUri, pathOfUri } from "./uris.ts";

/** The workspace's folders with their settings. URIs are canonical. */
export class Folders {
  readonly #settings = new Map<string, Settings>();
  /** For files outside every folder. */
  #otherwise: Settings = defaultSettings;

  /** Projects around folders, whose files are there to be referred to. */
  #around: readonly string[] = [];

  get uris(): readonly string[] {
    return [...this.#settings.keys()];
  }

  add(folder: string, settings: Settings = this.#otherwise): void {
    this.#settings.set(folder, settings);
  }

  delete(folder: string): void {
    this.#settings.delete(folder);
  }

  /** Replaces the settings of a folder, or of everything outside when it is undefined. */
  configure(folder: string | undefined, settings: Settings): void {
    if (folder === undefined) this.#otherwise = settings;
    else if (this.#settings.has(folder)) this.#settings.set(folder, settings);
  }

  /** The innermost folder that a file lies in. */
  folderOf(uri: string): string | undefined {
    let best: string | undefined;
    for (const folder of this.#settings.keys()) {
      if (isWithin(folder, uri) && folder.length > (best?.length ?? -1)) best = folder;
    }
    return best;
  }

  /** The projects that folders are only a part of; one that is part of another is read with it. */
  enclosing(): readonly string[] {
    const roots = [...new Set(this.uris.flatMap((folder) => enclosingProject(folder) ?? []))];
    return roots.filter(
      (root) =>
        this.folderOf(root) === undefined && !roots.some((other) => other !== root && isWithin(other, root)),
    );
  }

  /** Says whose files around the folders are read. */
  readAround(roots: readonly string[]): void {
    this.#around = roots;
  }

  /** Whether a file belongs to no folder and is there to be referred to only. */
  isReference(uri: string): boolean {
    return this.folderOf(uri) === undefined && this.#aroundOf(uri) !== undefined;
  }

  /** The folder that a file lies in, or the project around the folders. */
  rootOf(uri: string): string | undefined {
    return this.folderOf(uri) ?? this.#aroundOf(uri);
  }

  #aroundOf(uri: string): string | undefined {
    return this.#around.find((root) => isWithin(root, uri));
  }

  /** The settings that count for a file. */
  settingsOf(uri: string): Settings {
    const folder = this.folderOf(uri);
    return (folder === undefined ? undefined : this.#settings.get(folder)) ?? this.#otherwise;
  }

  /** Whether a file is left out, so that its text does not count even while it is open. */
  isExcluded(uri: string): boolean {
    const folder = this.rootOf(uri);
    if (folder === undefined || folder === uri) return false;
    const path = relativeTo(folder, uri);
    if (path !== undefined && globMatcher(this.settingsOf(uri).exclude)(path)) return true;
    const [root, file] = isFileUri(uri) ? [pathOfUri(folder), pathOfUri(uri)] : [];
    return root !== undefined && file !== undefined && isGitIgnored(root, file);
  }
}
