import assert from "node:assert/strict";
import * as vscode from "vscode";
import { expectedText, replace, show, withSetting } from "./editing.ts";
import { findingOf, noFindingOf } from "./findings.ts";
import type { Suite } from "./runner.ts";
import { waitUntil } from "./waiting.ts";

export const fixing: Suite = {
  name: "fixing",
  tests: {
    "the quick fix changes the text as the fixture says and the finding goes": async () => {
      const { document } = await show("quick-fix/deployment.yaml");
      const finding = await findingOf("probe-port-unknown", document.uri);
      const action = await preferredFix(document.uri, finding);
      assert.ok(action.edit, "The quick fix carries no edit.");
      assert.ok(await vscode.workspace.applyEdit(action.edit));
      assert.equal(document.getText(), await expectedText("quick-fix.yaml"));
      await noFindingOf("probe-port-unknown", document.uri);
    },

    "the command fixes the whole file": async () => {
      const { document } = await show("quick-fix/deployment.yaml");
      await findingOf("probe-port-unknown", document.uri);
      await vscode.commands.executeCommand("nines.fixAllInFile");
      await waitUntil("the text is fixed", () => !document.getText().includes("htpp"));
      await noFindingOf("probe-port-unknown", document.uri);
    },

    "saving fixes what is fixable when the user's settings say so": async () => {
      const editor = await show("save/deployment.yaml");
      await findingOf("probe-port-unknown", editor.document.uri);
      await withSetting("editor.codeActionsOnSave", { "source.fixAll.nines": "explicit" }, async () => {
        await replace(editor, "# A readiness probe", "# The readiness probe");
        assert.ok(await editor.document.save());
      });
      const expected = await expectedText("save.yaml");
      assert.equal(editor.document.getText(), expected.replace("# A readiness", "# The readiness"));
    },
  },
};

async function preferredFix(uri: vscode.Uri, finding: vscode.Diagnostic): Promise<vscode.CodeAction> {
  // The last argument has the actions resolved, as the editor does when the user picks one.
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    uri,
    finding.range,
    vscode.CodeActionKind.QuickFix.value,
    20,
  );
  const preferred = actions.filter((action) => action.isPreferred && concerns(action, finding));
  assert.equal(
    preferred.length,
    1,
    `Offered: ${actions.map(({ title }) => title).join(" | ") || "nothing"}.`,
  );
  const [action] = preferred;
  assert.ok(action);
  return action;
}

function concerns(action: vscode.CodeAction, finding: vscode.Diagnostic): boolean {
  return action.diagnostics?.some(({ message }) => message === finding.message) ?? true;
}
