import { URI } from "vscode-uri";

/**
 * The one spelling under which the server keeps a file, whatever the client or the file system calls it: each
 * segment encoded as `encodeURIComponent` does, as the core does when it follows a relative path.
 */
export function canonicalUri(uri: string): string {
  const colon = uri.indexOf(":");
  const query = uri.search(/[?#]/);
  const path = query < 0 ? uri.slice(colon + 1) : uri.slice(colon + 1, query);
  const rest = query < 0 ? "" : uri.slice(query);
  return uri.slice(0, colon + 1) + path.split("/").map(canonicalSegment).join("/") + rest;
}

/** The canonical URI of a path of the file system. */
export function uriOfPath(path: string): string {
  return canonicalUri(URI.file(path).toString());
}

/** The path of a `file:` URI; undefined for every other scheme. */
export function pathOfUri(uri: string): string | undefined {
  return isFileUri(uri) ? URI.parse(uri).fsPath : undefined;
}

/** Whether the server can read the URI by itself. */
export function isFileUri(uri: string): boolean {
  return uri.startsWith("file:");
}

const PLAIN = /^[\w.~-]*$/;
const DRIVE = /^[A-Za-z](?=:$)/;

function canonicalSegment(segment: string): string {
  if (PLAIN.test(segment)) return segment;
  try {
    const decoded = decodeURIComponent(segment);
    return encodeURIComponent(decoded.replace(DRIVE, (letter) => letter.toLowerCase()));
  } catch {
    return segment;
  }
}

/** A folder's canonical URI, without a trailing slash. */
export function folderUri(uri: string): string {
  const canonical = canonicalUri(uri);
  return canonical.endsWith("/") && !canonical.endsWith("//") ? canonical.slice(0, -1) : canonical;
}
