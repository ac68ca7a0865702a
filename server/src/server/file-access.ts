/** How the server reads files. URIs are canonical. */
export interface FileAccess {
  /** The manifests below a folder, some at a time. `exclude` holds globs relative to the folder. */
  list(folder: string, exclude: readonly string[]): AsyncIterable<readonly string[]>;
  /** The text of a file; undefined when it is not there, cannot be read or is too large. */
  read(uri: string): Promise<string | undefined>;
}

/** Larger files are no manifests that somebody writes; reading them would only cost memory. */
export const MAX_FILE_BYTES = 16_000_000;
