import { type CancellationToken, type Disposable, FileType, Uri, workspace } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { type FindFilesParams, METHODS, type ReadFileParams } from "../../server/src/server/protocol.ts";

const MANIFEST = /(?:\.(?:ya?ml|json)|^Kustomization)$/i;
const SKIPPED = new Set([".git", ".hg", ".svn", "node_modules"]);
/** Virtual workspaces may be as large as the host behind them. */
const MAX_FILES = 20_000;

/** Reads files for the server where only VS Code can reach them: in virtual workspaces. */
export function answerFileRequests(client: LanguageClient): Disposable[] {
  return [
    client.onRequest(METHODS.findFiles, ({ folder }: FindFilesParams, token) => findFiles(folder, token)),
    client.onRequest(METHODS.readFile, ({ uri }: ReadFileParams) => readText(uri)),
  ];
}

/** Whether a file may hold resources or configuration, by its name. */
export function isManifest(name: string): boolean {
  return MANIFEST.test(name);
}

/** Not `workspace.findFiles`, which needs a search that most virtual file systems do not have. */
async function findFiles(folder: string, token: CancellationToken): Promise<string[]> {
  const found: string[] = [];
  const pending = [Uri.parse(folder)];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (token.isCancellationRequested || found.length >= MAX_FILES) break;
    for (const [name, type] of await entriesIn(at)) {
      if (type === FileType.Directory && !SKIPPED.has(name)) pending.push(Uri.joinPath(at, name));
      else if (type === FileType.File && isManifest(name)) found.push(Uri.joinPath(at, name).toString());
    }
  }
  return found;
}

async function entriesIn(folder: Uri): Promise<[string, FileType][]> {
  try {
    return await workspace.fs.readDirectory(folder);
  } catch {
    return []; // nobody may list it, or it went meanwhile
  }
}

async function readText(uri: string): Promise<string | null> {
  try {
    return new TextDecoder().decode(await workspace.fs.readFile(Uri.parse(uri)));
  } catch {
    return null; // it is gone, or nobody may read it: for the server the same
  }
}
