import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { ENV } from "./report.ts";

/** The address of a file of the fixture workspace. */
export function uriOf(path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, "The fixture workspace is not open.");
  return vscode.Uri.joinPath(folder.uri, path);
}

/** Opens a file of the fixture workspace in an editor tab of its own and gives it the focus. */
export async function show(path: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(uriOf(path), { preview: false });
}

/** Replaces the only occurrence of a text, as typing over a selection does. */
export async function replace(editor: vscode.TextEditor, from: string, to: string): Promise<void> {
  const range = rangeOf(editor.document, from);
  assert.ok(await editor.edit((edit) => edit.replace(range, to)), "The editor refused the edit.");
}

/** The range of the only occurrence of a text. */
export function rangeOf(document: vscode.TextDocument, text: string): vscode.Range {
  const whole = document.getText();
  const start = whole.indexOf(text);
  assert.ok(start >= 0, `${document.uri.path} does not contain ${JSON.stringify(text)}.`);
  assert.equal(whole.indexOf(text, start + 1), -1, `${JSON.stringify(text)} is there more than once.`);
  return new vscode.Range(document.positionAt(start), document.positionAt(start + text.length));
}

/** What a file of the fixture must look like after its fix. */
export async function expectedText(name: string): Promise<string> {
  return readFile(join(process.env[ENV.expected] ?? "", name), "utf8");
}

/** Forgets unsaved changes and closes all editors. */
export async function closeEverything(): Promise<void> {
  for (const document of vscode.workspace.textDocuments) {
    if (!document.isDirty || document.isUntitled) continue;
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

/** Lets a setting of the workspace count while `body` runs. */
export async function withSetting(name: string, value: unknown, body: () => Promise<unknown>): Promise<void> {
  const settings = vscode.workspace.getConfiguration();
  await settings.update(name, value, vscode.ConfigurationTarget.Workspace);
  try {
    await body();
  } finally {
    await settings.update(name, undefined, vscode.ConfigurationTarget.Workspace);
  }
}
