import { workspace } from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import type { InitializationOptions } from "../../server/src/server/protocol.ts";

/** Languages that manifests and charts are written in. */
const LANGUAGES = ["yaml", "json", "jsonc", "helm"];

/** The client of the language server in `module`. Not started yet. */
export function createClient(module: string): LanguageClient {
  return new LanguageClient(
    "nines",
    "Nines",
    {
      run: { module, transport: TransportKind.ipc },
      debug: { module, transport: TransportKind.ipc, options: { execArgv: ["--nolazy", "--inspect=6009"] } },
    },
    {
      documentSelector: documentSelector(),
      // Asked for anew at each start: trust may have been granted since.
      initializationOptions: (): InitializationOptions => ({
        trusted: workspace.isTrusted,
        explainsRules: true,
        opensLenses: true,
        shiftsTraffic: true,
        readsFiles: true,
        showsStatus: true,
      }),
      diagnosticPullOptions: { onChange: true, onSave: false },
    },
  );
}

/**
 * Documents of the workspace and those not saved yet. Other schemes are left out: the old side of a diff
 * (`git:`) would count as a second copy of every resource in it.
 */
export function documentSelector(): { readonly scheme: string; readonly language: string }[] {
  const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme);
  const schemes = new Set(["file", "untitled", ...folders]);
  return [...schemes].flatMap((scheme) => LANGUAGES.map((language) => ({ scheme, language })));
}
