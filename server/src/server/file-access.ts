/** How the server reads files. URIs are canonical. */
export interface FileAccess {
  /** The manifests below a folder, some at a time. `exclude` holds globs relative to the folder. */
  list(folder: string, exclude: readonly string[]): AsyncIterable<readonly string[]>;
  /** The text of a file; undefined when it is not there or cannot be read. */
  read(uri: string): Promise<string | undefined>;
}
