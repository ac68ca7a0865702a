import * as vscode from "vscode";
import { show, uriOf } from "./editing.ts";
import { findingOf, noFindingOf, noFindings } from "./findings.ts";
import type { Suite } from "./runner.ts";

export const files: Suite = {
  name: "files",
  tests: {
    "findings of a closed file are cleared": async () => {
      const uri = uriOf("files/closed.yaml");
      // Not `show`: VS Code keeps what its API opened in memory for three minutes, as if it were open.
      await vscode.commands.executeCommand("vscode.open", uri);
      await findingOf("probe-port-unknown", uri);
      await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
      await noFindings(uri);
    },

    "findings follow a renamed file": async () => {
      await show("files/deployment.yaml");
      const [before, after] = [uriOf("files/deployment.yaml"), uriOf("files/renamed.yaml")];
      await findingOf("probe-port-unknown", before);
      await rename(before, after);
      await findingOf("probe-port-unknown", after);
      await noFindings(before);
      await rename(after, before);
      await findingOf("probe-port-unknown", before);
      await noFindings(after);
    },

    "findings of a deleted file are cleared, and those that depend on it appear": async () => {
      const routes = (await show("files/virtualservice.yaml")).document;
      await noFindingOf("subset-unknown", routes.uri);
      const rule = uriOf("files/destinationrule.yaml");
      const content = await vscode.workspace.fs.readFile(rule);
      await vscode.workspace.fs.delete(rule);
      await findingOf("subset-unknown", routes.uri);
      await vscode.workspace.fs.writeFile(rule, content);
      await noFindingOf("subset-unknown", routes.uri);

      const { document } = await show("files/deployment.yaml");
      await findingOf("probe-port-unknown", document.uri);
      await vscode.workspace.fs.delete(document.uri);
      await noFindings(document.uri);
    },
  },
};

async function rename(from: vscode.Uri, to: vscode.Uri): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.renameFile(from, to);
  await vscode.workspace.applyEdit(edit);
}
