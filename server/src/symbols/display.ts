/** The last two steps of a file's URI, which is all that people need to recognise it. */
export function shownFile(uri: string): string {
  return decoded(uri.split("/").slice(-2).join("/"));
}

/** The name of the folder that a file's URI lies in. */
export function shownFolder(uri: string): string {
  return decoded(uri.split("/").at(-2) ?? "");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
