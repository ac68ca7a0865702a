/** Paths inside the core are URIs with `/`, whatever the operating system or file system (remote, virtual) behind them. */

/** Half of a surrogate pair, which no URI can hold. */
const HALF_CHARACTER = /\p{Surrogate}/gu;

/** The folder of a file or folder, without a trailing slash. */
export function parentOf(uri: string): string {
  const slash = uri.lastIndexOf("/");
  return slash <= uri.indexOf("://") + 2 ? uri : uri.slice(0, slash);
}

/** The last segment. */
export function baseName(uri: string): string {
  return uri.slice(uri.lastIndexOf("/") + 1);
}

/** The URI of a relative path seen from a folder; `..` never leaves the authority. */
export function resolve(folder: string, relative: string): string {
  const segments = folder.split("/");
  for (const segment of relative.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") segments.push(encodeURIComponent(segment.replace(HALF_CHARACTER, "\ufffd")));
    else if (segments.length > 3) segments.pop();
  }
  return segments.join("/");
}

/** Whether `uri` is `folder` or lies below it. */
export function isWithin(folder: string, uri: string): boolean {
  return uri === folder || uri.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

/** The path of `uri` below `folder`, decoded; undefined when it lies elsewhere. */
export function relativeTo(folder: string, uri: string): string | undefined {
  if (!isWithin(folder, uri)) return undefined;
  const rest = uri.slice(folder.endsWith("/") ? folder.length : folder.length + 1);
  try {
    return decodeURIComponent(rest);
  } catch {
    return rest;
  }
}
