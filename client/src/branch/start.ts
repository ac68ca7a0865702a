import { type ExtensionContext, extensions } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { gitApi } from "../git/git-api.ts";
import { BranchCheck } from "./branch-check.ts";
import { BranchContextKeys } from "./context-keys.ts";

/** What the work since a base brings about, from the moment when VS Code's Git is there: with trust it may come later. */
export function startBranchCheck(client: LanguageClient, context: ExtensionContext): BranchCheck {
  const branch = new BranchCheck(client, context.workspaceState);
  const keys = new BranchContextKeys(branch);
  const start = async () => {
    // Without Git nothing is compared; the commands say why when somebody asks.
    const api = await gitApi().catch(() => undefined);
    if (api === undefined) return;
    branch.start(api);
    keys.start(api);
  };
  context.subscriptions.push(branch, keys, extensions.onDidChange(start));
  void start();
  return branch;
}
