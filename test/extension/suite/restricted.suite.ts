import assert from "node:assert/strict";
import * as vscode from "vscode";
import { rangeOf, show } from "./editing.ts";
import { findingOf } from "./findings.ts";
import type { Suite } from "./runner.ts";

export const restricted: Suite = {
  name: "in restricted mode",
  tests: {
    "the folder is not trusted": async () => {
      assert.equal(vscode.workspace.isTrusted, false);
    },

    "findings appear all the same": async () => {
      const { document } = await show("opening/deployment.yaml");
      const finding = await findingOf("probe-port-unknown", document.uri);
      assert.deepEqual(finding.range, rangeOf(document, "htpp"));
      assert.equal(vscode.extensions.getExtension("nines.nines-vscode")?.isActive, true);
    },

    "changes cannot be known: the commands say so and touch nothing": async () => {
      const { document } = await show("opening/deployment.yaml");
      await findingOf("probe-port-unknown", document.uri);
      assert.equal(vscode.extensions.getExtension("vscode.git"), undefined);
      await vscode.commands.executeCommand("nines.checkChangesAgainst", "main");
      await vscode.commands.executeCommand("nines.fixAllInChangedFiles");
      await findingOf("probe-port-unknown", document.uri);
      assert.equal(document.isDirty, false);
    },

    "settings of the folder that the manifest restricts are ignored": async () => {
      const { document } = await show("opening/deployment.yaml");
      const settings = vscode.workspace.getConfiguration("nines", document.uri);
      assert.equal(settings.inspect<boolean>("enable")?.workspaceFolderValue ?? undefined, undefined);
      assert.equal(settings.get("enable"), true);
    },
  },
};
