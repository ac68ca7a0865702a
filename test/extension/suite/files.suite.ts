import assert from "node:assert/strict";
import * as vscode from "vscode";
import { replace, show, uriOf } from "./editing.ts";
import { findingOf, findings, noFindingOf, noFindings, ruleOf } from "./findings.ts";
import type { Suite } from "./runner.ts";
import { pause, waitUntil } from "./waiting.ts";

export const files: Suite = {
  name: "files",
  tests: {
    "a closed file has the findings of its saved text, once": async () => {
      const uri = uriOf("files/closed.yaml");
      const editor = await openAsUser(uri);
      await findingOf("probe-port-unknown", uri);
      await replace(editor, "htpp", "http");
      await noFindingOf("probe-port-unknown", uri);
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
      await findingOf("probe-port-unknown", uri);
      await waitUntil("the document is closed", () => !isOpen(uri));
      await pause(500); // time for a second answer, if there is one
      const ports = findings(uri).filter((finding) => ruleOf(finding) === "probe-port-unknown");
      assert.equal(ports.length, 1);
    },

    "findings of a file outside the folder go when it is closed": async () => {
      const source = uriOf("files/closed.yaml");
      const uri = vscode.Uri.joinPath(uriOf("."), "..", "elsewhere.yaml");
      await vscode.workspace.fs.copy(source, uri, { overwrite: true });
      await openAsUser(uri);
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

    "findings of a file that is deleted in the Explorer go, open or not": async () => {
      const open = uriOf("files/doomed-open.yaml");
      const closed = uriOf("files/doomed-closed.yaml");
      for (const uri of [closed, open]) await vscode.workspace.fs.copy(uriOf("files/closed.yaml"), uri);
      await openAsUser(open);
      for (const uri of [closed, open]) await findingOf("probe-port-unknown", uri);
      const edit = new vscode.WorkspaceEdit();
      for (const uri of [closed, open]) edit.deleteFile(uri);
      await vscode.workspace.applyEdit(edit);
      for (const uri of [closed, open]) await noFindings(uri);
    },

    "deleting a file that others refer to is found in them": async () => {
      const routes = (await show("files/virtualservice.yaml")).document;
      await noFindingOf("subset-unknown", routes.uri);
      const rule = uriOf("files/destinationrule.yaml");
      const content = await vscode.workspace.fs.readFile(rule);
      await vscode.workspace.fs.delete(rule);
      await findingOf("subset-unknown", routes.uri);
      await vscode.workspace.fs.writeFile(rule, content);
      await noFindingOf("subset-unknown", routes.uri);
    },
  },
};

/** Not `show`: VS Code keeps what its API opened in memory for three minutes, as if it were open. */
async function openAsUser(uri: vscode.Uri): Promise<vscode.TextEditor> {
  await vscode.commands.executeCommand("vscode.open", uri);
  return waitUntil(`${uri.path} is shown`, () => {
    const editor = vscode.window.activeTextEditor;
    return editor?.document.uri.toString() === uri.toString() && editor;
  });
}

function isOpen(uri: vscode.Uri): boolean {
  return vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
}

async function rename(from: vscode.Uri, to: vscode.Uri): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.renameFile(from, to);
  await vscode.workspace.applyEdit(edit);
}
