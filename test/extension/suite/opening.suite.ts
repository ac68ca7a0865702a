import assert from "node:assert/strict";
import * as vscode from "vscode";
import { rangeOf, show } from "./editing.ts";
import { findingOf } from "./findings.ts";
import type { Suite } from "./runner.ts";

export const opening: Suite = {
  name: "on opening",
  tests: {
    "a file's findings appear at their exact range": async () => {
      const { document } = await show("opening/deployment.yaml");
      const finding = await findingOf("probe-port-unknown", document.uri);
      assert.deepEqual(finding.range, rangeOf(document, "htpp"));
      assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);
    },

    "a finding links to its rule's page": async () => {
      const { document } = await show("opening/deployment.yaml");
      const { code } = await findingOf("probe-port-unknown", document.uri);
      assert.ok(
        typeof code === "object" && code.target.path.endsWith("probe-port-unknown.md"),
        JSON.stringify(code),
      );
    },

    "the extension is active and its commands are there": async () => {
      await show("opening/deployment.yaml");
      const extension = vscode.extensions.getExtension("nines.nines-vscode");
      assert.ok(extension, "The extension is not installed.");
      await extension.activate();
      const commands = await vscode.commands.getCommands(true);
      for (const command of ["nines.explainRule", "nines.fixAllInFile", "nines.restartServer"]) {
        assert.ok(commands.includes(command), `${command} is missing.`);
      }
    },

    "findings come back after a restart of the server": async () => {
      const { document } = await show("opening/deployment.yaml");
      await findingOf("probe-port-unknown", document.uri);
      await vscode.commands.executeCommand("nines.restartServer");
      await findingOf("probe-port-unknown", document.uri);
    },
  },
};
