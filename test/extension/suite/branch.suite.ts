import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { replace, show, uriOf } from "./editing.ts";
import { findingOf, noFindingOf } from "./findings.ts";
import type { Suite } from "./runner.ts";
import { pause, waitUntil } from "./waiting.ts";

const CART = "branch/cart.yaml";
const PAY = "branch/pay.yaml";
const REFUND = "branch/refund.yaml";

/** In a repository whose branch `work` is ahead of `main` by a mistake in pay.yaml; cart.yaml and refund.yaml are not committed. */
export const branch: Suite = {
  name: "branch",
  tests: {
    "a base that is not there changes nothing": async () => {
      const text = await onDisk(PAY);
      await repository();
      await vscode.commands.executeCommand("nines.checkChangesAgainst", "no-such-branch");
      await vscode.commands.executeCommand("nines.showIntroduced");
      await nothingIsListed();
      assert.equal(await onDisk(PAY), text);
    },

    "what is new since a branch is listed, and the choice opens where it stands": async () => {
      await repository();
      await vscode.commands.executeCommand("nines.checkChangesAgainst", "main");
      // By place: the budget of the cart is the first.
      await openFirstOfList();
      await opens(uriOf(CART), "maxUnavailable: ");
      await vscode.commands.executeCommand("nines.checkChangesAgainst", "HEAD");
      await openFirstOfList();
      await opens(uriOf(CART), "maxUnavailable: ");
    },

    "only what is new stays in the view when asked for": async () => {
      await repository();
      await compareWith("main");
      await vscode.commands.executeCommand("nines.showOnlyNew");
      // The new finding is the first row below the workload: what is guaranteed is left out.
      await waitUntil("the workload's new finding opens", () => opensFirstRowBelow(PAY));
      await vscode.commands.executeCommand("nines.showEverything");
      assert.ok(!(await opensFirstRowBelow(PAY)), "What is guaranteed comes first again.");
    },

    "what is typed and not saved counts at once": async () => {
      await repository();
      await compareWith("HEAD");
      const editor = await show(PAY);
      await replace(editor, "maxUnavailable: 1", "maxUnavailable: 0");
      await findingOf("pdb-blocks-drain", editor.document.uri);
      await waitUntil("the list opens the finding in what is not saved", async () => {
        await vscode.commands.executeCommand("nines.showIntroduced");
        await pause(300);
        // The cart's finding is the first, this one is the second.
        await vscode.commands.executeCommand("workbench.action.quickOpenSelectNext");
        await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
        await pause(300);
        return isOpenAt(editor.document.uri, "maxUnavailable: ");
      });
    },

    "every safe fix of the changed files is made, saved or not, and no other": async () => {
      await repository();
      await vscode.commands.executeCommand("nines.stopComparing");
      const pay = await onDisk(PAY);
      const { document } = await show(CART);
      await findingOf("pdb-blocks-drain", document.uri);
      await vscode.commands.executeCommand("nines.fixAllInChangedFiles");
      await noFindingOf("pdb-blocks-drain", document.uri);
      assert.match(await onDisk(REFUND), /port: http }/);
      assert.equal(await onDisk(PAY), pay, "it is committed as it is");
      assert.equal(document.isDirty, false);
    },

    "with a base, everything since then is fixed; what was not saved still is not": async () => {
      await repository();
      await compareWith("main");
      const editor = await show(PAY);
      await replace(editor, "replicas: 3", "replicas: 4");
      await findingOf("probe-port-unknown", editor.document.uri);
      await vscode.commands.executeCommand("nines.fixAllInChangedFiles");
      await noFindingOf("probe-port-unknown", editor.document.uri);
      assert.equal(editor.document.isDirty, true);
      assert.match(editor.document.getText(), /replicas: 4[\s\S]*port: http }/);
      await vscode.commands.executeCommand("nines.stopComparing");
    },
  },
};

/** Waits until the Git of VS Code has found the repository. */
async function repository(): Promise<void> {
  const git = vscode.extensions.getExtension("vscode.git");
  assert.ok(git, "VS Code has no Git extension.");
  const { enabled } = await git.activate();
  assert.ok(enabled, "Git is switched off.");
  const api = git.exports.getAPI(1);
  await show(CART);
  await waitUntil("the repository is found", () => api.getRepository(uriOf(CART)) !== null);
}

async function compareWith(ref: string): Promise<void> {
  await vscode.commands.executeCommand("nines.checkChangesAgainst", ref);
  await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
}

async function openFirstOfList(): Promise<void> {
  await pause(500);
  await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
}

async function nothingIsListed(): Promise<void> {
  const before = vscode.window.activeTextEditor?.selection;
  await openFirstOfList();
  assert.deepEqual(vscode.window.activeTextEditor?.selection, before);
}

/** Whether a click on the row below a file's workload opens its finding. */
async function opensFirstRowBelow(path: string): Promise<boolean> {
  const { document } = await show(path);
  await vscode.commands.executeCommand("nines.showSurvival");
  await show(CART);
  await vscode.commands.executeCommand("nines.availability.focus");
  await vscode.commands.executeCommand("list.focusDown");
  await vscode.commands.executeCommand("list.select");
  await pause(300);
  return isOpenAt(document.uri, "port: ");
}

function isOpenAt(uri: vscode.Uri, text: string): boolean {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.toString() !== uri.toString()) return false;
  const { line, character } = editor.selection.start;
  return editor.document.lineAt(line).text.slice(0, character).endsWith(text);
}

async function opens(uri: vscode.Uri, text: string): Promise<void> {
  await waitUntil(
    `${uri.path} is open behind ${text}`,
    () => isOpenAt(uri, text),
    () => {
      const editor = vscode.window.activeTextEditor;
      return `Open is ${editor?.document.uri.path} at ${editor?.selection.start.line}.`;
    },
  );
}

function onDisk(path: string): Promise<string> {
  return readFile(uriOf(path).fsPath, "utf8");
}
