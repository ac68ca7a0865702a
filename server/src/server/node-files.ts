import { readFile, stat } from "node:fs/promises";
import { Slices } from "../features/slices.ts";
import { decode, MAX_BYTES } from "../files/read.ts";
import { walkManifests } from "../files/walk.ts";
import { render } from "../model/message.ts";
import type { FileAccess } from "./file-access.ts";
import { globMatcher } from "./globs.ts";
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
    const unreadable = (at: string, error: unknown) => this.#leftOut(at, String(error));
    for (const paths of walkManifests(path, globMatcher(exclude), unreadable)) {
      await slices.pause();
      yield paths.map(uriOfPath);
    }
  }

  async read(uri: string): Promise<string | undefined> {
    const path = pathOfUri(uri);
    if (path === undefined) return undefined;
    try {
      const { size } = await stat(path);
      if (size > MAX_BYTES) return this.#leftOut(path, `it is larger than ${MAX_BYTES} bytes`);
      const outcome = decode(await readFile(path));
      return "text" in outcome ? outcome.text : this.#leftOut(path, render(outcome.problem));
    } catch (error) {
      return isMissing(error) ? undefined : this.#leftOut(path, String(error));
    }
  }

  #leftOut(path: string, reason: string): undefined {
    this.#log(`Left out: ${path} (${reason})`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
