import { projectRoot } from "../files/project-root.ts";
import { isFileUri, pathOfUri, uriOfPath } from "./uris.ts";

/**
 * The project that a folder is only a part of: the same whose files `nines check` reads around it, so that both find
 * what the folder's files refer to. Undefined where it is the whole project, in none, or on no disk of this machine.
 */
export function enclosingProject(folder: string): string | undefined {
  const path = isFileUri(folder) ? pathOfUri(folder) : undefined;
  const root = path === undefined ? undefined : projectRoot(path);
  const uri = root === undefined ? undefined : uriOfPath(root);
  return uri === folder ? undefined : uri;
}
