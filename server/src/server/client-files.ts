import type { Connection } from "vscode-languageserver/node";
import { relativeTo } from "../workspace/uri.ts";
import type { FileAccess } from "./file-access.ts";
import { globMatcher } from "./globs.ts";
import { type FindFilesParams, METHODS, type ReadFileParams } from "./protocol.ts";
import { canonicalUri } from "./uris.ts";

/** Reads files that only the client can reach: those of virtual and remote workspaces. */
export class ClientFiles implements FileAccess {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async *list(folder: string, exclude: readonly string[]): AsyncIterable<readonly string[]> {
    const params: FindFilesParams = { folder };
    const found = await this.#connection.sendRequest<string[]>(METHODS.findFiles, params);
    const excludes = globMatcher(exclude);
    yield found.map(canonicalUri).filter((uri) => !excludes(relativeTo(folder, uri) ?? ""));
  }

  async read(uri: string): Promise<string | undefined> {
    const params: ReadFileParams = { uri };
    return (await this.#connection.sendRequest<string | null>(METHODS.readFile, params)) ?? undefined;
  }
}

/** Where no file can be read: in a virtual workspace of a client that does not offer it. */
export const noFiles: FileAccess = {
  async *list() {},
  async read() {
    return undefined;
  },
};
