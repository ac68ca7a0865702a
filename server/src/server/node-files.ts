import { readFile, stat } from "node:fs/promises";
import picomatch from "picomatch";
import { walkManifests } from "../files/walk.ts";
import { type FileAccess, MAX_FILE_BYTES } from "./file-access.ts";
import { Slices } from "./slices.ts";
import { pathOfUri, uriOfPath } from "./uris.ts";

/** Reads files of the machine the server runs on. `log` gets what could not be read, and why. */
export class NodeFiles implements FileAccess {
  readonly #log: (message: string) => void;

  constructor(log: (message: string) => void) {
    this.#log = log;
  }

  async *list(folder: string, exclude: readonly string[]): AsyncIterable<readonly string[]> {
    const path = pathOfUri(folder);
    if (path === undefined) return;
    const slices = new Slices();
    const unreadable = (at: string, error: unknown) =>
      this.#log(`Folder ${at} was left out: ${String(error)}`);
    for (const paths of walkManifests(path, excludes(exclude), unreadable)) {
      await slices.pause();
      yield paths.map(uriOfPath);
    }
  }

  async read(uri: string): Promise<string | undefined> {
    const path = pathOfUri(uri);
    if (path === undefined) return undefined;
    try {
      const { size } = await stat(path);
      if (size <= MAX_FILE_BYTES) return await readFile(path, "utf8");
      this.#log(`File ${path} was left out: it has ${size} bytes, and the limit is ${MAX_FILE_BYTES}.`);
    } catch (error) {
      if (!isMissing(error)) this.#log(`File ${path} was left out: ${String(error)}`);
    }
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

/** Whether a path matches one of the globs, as `files.exclude` understands them. */
export function excludes(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  const all = globs.flatMap((glob) => {
    const plain = glob.replace(/^\.?\//, "").replace(/\/+$/, "");
    return [plain, `${plain}/**`];
  });
  return picomatch(all, { dot: true });
}
