import { CONFIG_NAME, isConfigFile } from "../config/name.ts";
import { Slices } from "../features/slices.ts";
import { mayHoldResources } from "../files/manifest-names.ts";
import { baseName, isWithin, parentOf } from "../workspace/uri.ts";
import type { FileAccess } from "./file-access.ts";
import type { Project } from "./project.ts";

/** What the indexer needs to know about the rest of the server. */
export interface IndexerOptions {
  readonly project: Project;
  /** Where a folder's files are read from. */
  accessFor(uri: string): FileAccess;
  /** Globs relative to the folder of what is left out. */
  excludesOf(folder: string): readonly string[];
  /** Whether a file lies in a folder of the workspace. */
  isInFolder(uri: string): boolean;
  /** Whether the client's text of a file counts instead of the file system's. */
  isOpen(uri: string): boolean;
  /** Called now and then with the number of files taken in so far. */
  progress(files: number): void;
}

/** More files than these around the folders are no project but somebody's whole disk. */
const MAX_AROUND = 20_000;

/** Files read at the same time. */
const PARALLEL_READS = 16;

/** Brings the files of folders into the project, in slices that do not keep the client waiting. */
export class Indexer {
  readonly #options: IndexerOptions;
  #work: Promise<void> = Promise.resolve();
  #files = 0;

  constructor(options: IndexerOptions) {
    this.#options = options;
  }

  /** Takes in a folder, or what changed in it since: files that are known already are not read again. */
  index(folder: string): Promise<void> {
    // One after the other: they would only take turns.
    this.#work = this.#work.then(() => this.#index(folder));
    return this.#work;
  }

  /**
   * Takes in the files of a project that are in no folder, so that they can be referred to. Returns whether all are in:
   * beyond a number of files that no project has, none is read.
   */
  async indexAround(root: string): Promise<boolean> {
    const result = this.#work.then(() => this.#indexAround(root));
    this.#work = result.then(() => undefined);
    return result;
  }

  /** Takes out what is in no folder, not part of the projects around them and not open. */
  keepOnly(around: readonly string[]): void {
    const { project, isInFolder, isOpen } = this.#options;
    for (const uri of project.uris()) {
      if (isInFolder(uri) || isOpen(uri) || around.some((root) => isWithin(root, uri))) continue;
      project.delete(uri);
    }
  }

  /** Reads a file again; takes it out when it is no longer there. */
  async reload(uri: string): Promise<void> {
    const { project, accessFor, isOpen } = this.#options;
    const text = await accessFor(uri).read(uri);
    if (isOpen(uri)) return;
    if (text === undefined || !mayHoldResources(baseName(uri), text)) project.delete(uri);
    else project.load(uri, text);
  }

  /** Takes out files, and everything below folders. */
  remove(uris: readonly string[]): void {
    const { project, isOpen } = this.#options;
    const gone = uris.filter((uri) => project.holds(uri));
    const folders = new Set(uris.filter((uri) => !project.holds(uri)));
    const below = folders.size === 0 ? [] : project.uris().filter((uri) => hasAncestor(uri, folders));
    for (const uri of [...gone, ...below]) if (!isOpen(uri)) project.delete(uri);
  }

  async #index(folder: string): Promise<void> {
    const listed: string[] = [];
    for await (const uris of this.#list(folder)) listed.push(...uris);
    await this.#takeIn(folder, listed, (uri) => isWithin(folder, uri));
  }

  async #indexAround(root: string): Promise<boolean> {
    const { isInFolder } = this.#options;
    const listed: string[] = [];
    for await (const uris of this.#list(root)) {
      listed.push(...uris.filter((uri) => !isInFolder(uri)));
      if (listed.length > MAX_AROUND) return false;
    }
    await this.#takeIn(root, listed, (uri) => isWithin(root, uri) && !isInFolder(uri));
    return true;
  }

  #list(folder: string): AsyncIterable<readonly string[]> {
    const { accessFor, excludesOf } = this.#options;
    return accessFor(folder).list(folder, excludesOf(folder));
  }

  /** Reads the files that were found, and takes out those that `belongs` to them but are gone. */
  async #takeIn(folder: string, listed: readonly string[], belongs: (uri: string) => boolean): Promise<void> {
    const { project, accessFor, isOpen } = this.#options;
    const access = accessFor(folder);
    await this.#readOuterConfigs(folder, access);
    // Configurations first: they say what else to leave out.
    await this.#load(listed.filter(isConfigFile), access);
    const wanted = listed.filter((uri) => !isConfigFile(uri) && !project.isIgnored(uri));
    await this.#load(wanted, access);
    const present = new Set([...listed.filter(isConfigFile), ...wanted]);
    for (const uri of project.uris()) {
      if (belongs(uri) && !present.has(uri) && !isOpen(uri)) project.delete(uri);
    }
  }

  async #load(uris: readonly string[], access: FileAccess): Promise<void> {
    const { project, isOpen, progress } = this.#options;
    const missing = uris.filter((uri) => !isOpen(uri) && !project.holds(uri));
    const slices = new Slices();
    for (let i = 0; i < missing.length; i += PARALLEL_READS) {
      const batch = missing.slice(i, i + PARALLEL_READS);
      const texts = await Promise.all(batch.map((uri) => access.read(uri)));
      for (const [j, uri] of batch.entries()) {
        const text = texts[j];
        this.#files++;
        if (text === undefined || isOpen(uri) || !mayHoldResources(baseName(uri), text)) continue;
        project.load(uri, text);
        await slices.pause();
      }
      progress(this.#files);
    }
  }

  /** Configurations above a workspace folder count in it too, as they do for the command line. */
  async #readOuterConfigs(folder: string, access: FileAccess): Promise<void> {
    for (let at = parentOf(folder); at !== parentOf(at); at = parentOf(at)) {
      const uri = `${at}/${CONFIG_NAME}`;
      if (this.#options.project.holds(uri)) continue;
      const text = await access.read(uri);
      if (text !== undefined) this.#options.project.setOuterConfig(uri, text);
    }
  }
}

function hasAncestor(uri: string, folders: ReadonlySet<string>): boolean {
  for (let at = parentOf(uri), last = uri; at !== last; last = at, at = parentOf(at)) {
    if (folders.has(at)) return true;
  }
  return false;
}
