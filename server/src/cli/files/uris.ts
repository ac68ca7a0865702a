import { relative, sep } from "node:path";

/**
 * The URI of an absolute path. Each segment is encoded as the core does when it follows a relative path
 * (`workspace/uri.ts`), which `pathToFileURL` does not: it leaves `@` and `+` as they are.
 */
export function uriOfPath(path: string): string {
  const segments = path.split(sep).map(encodeURIComponent).join("/");
  // `C:\a` has no leading separator, `\\server\share` has two.
  if (segments.startsWith("//")) return `file:${segments}`;
  return segments.startsWith("/") ? `file://${segments}` : `file:///${segments}`;
}

/** A path as it is shown: relative to the working directory, with `/`. */
export function displayPath(cwd: string, path: string): string {
  const shown = relative(cwd, path);
  return (shown === "" ? "." : shown).split(sep).join("/");
}
