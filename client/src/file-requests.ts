import { type Disposable, RelativePattern, Uri, workspace } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { type FindFilesParams, METHODS, type ReadFileParams } from "../../server/src/server/protocol.ts";

const MANIFESTS = "**/{*.yaml,*.yml,*.json,Kustomization}";

/** Reads files for the server where only VS Code can reach them: virtual and remote workspaces. */
export function answerFileRequests(client: LanguageClient): Disposable[] {
  return [
    client.onRequest(METHODS.findFiles, (params: FindFilesParams, token) => findFiles(params, token)),
    client.onRequest(METHODS.readFile, (params: ReadFileParams) => readText(params)),
  ];
}

async function findFiles(
  { folder, exclude }: FindFilesParams,
  token: Parameters<typeof workspace.findFiles>[3],
): Promise<string[]> {
  const base = Uri.parse(folder);
  const excluded = `{${["**/node_modules/**", "**/.git/**", ...exclude].join(",")}}`;
  const found = await workspace.findFiles(
    new RelativePattern(base, MANIFESTS),
    new RelativePattern(base, excluded),
    undefined,
    token,
  );
  return found.map(String);
}

async function readText({ uri }: ReadFileParams): Promise<string | null> {
  try {
    return new TextDecoder().decode(await workspace.fs.readFile(Uri.parse(uri)));
  } catch {
    return null; // it is gone, or nobody may read it: for the server the same
  }
}
