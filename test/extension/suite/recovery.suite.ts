import assert from "node:assert/strict";
import * as vscode from "vscode";
import { show } from "./editing.ts";
import type { Suite } from "./runner.ts";
import { waitUntil } from "./waiting.ts";

const PLAN = "recovery/plan.yaml";

export const recovery: Suite = {
  name: "recovery",
  tests: {
    "the lens of a failover opens the plan in time, once": async () => {
      const { document } = await show(PLAN);
      const lens = await waitUntil("the failover has a lens", () => lensOf(document));
      assert.equal(lens.title, "Show recovery timeline · 14m30s");
      await run(lens);
      const tab = await waitUntil("the timeline is open", () => timelines()[0]);
      await waitUntil(
        "it has the plan's name",
        () => tab.label === "Recovery timeline of “shop”" || undefined,
      );
      assert.equal(vscode.window.activeTextEditor?.document, document, "The editor keeps the focus.");
      await run(lens);
      await vscode.commands.executeCommand("nines.showRecoveryTimeline");
      assert.equal(timelines().length, 1);
      await vscode.window.tabGroups.close(timelines());
    },

    "a first plan is an unsaved document in which every name is right": async () => {
      await vscode.commands.executeCommand("nines.newRecoveryPlan");
      const document = vscode.window.activeTextEditor?.document;
      assert.ok(document?.isUntitled);
      assert.match(document.getText(), /^kind: DisasterRecoveryPlan$/m);
      assert.match(document.getText(), /# assumption: /);
      // The plan has never been tried, which is the last thing that is found.
      const codes = await waitUntil("it is judged", () => {
        const found = vscode.languages.getDiagnostics(document.uri).map(codeOf);
        return found.includes("plan-undrilled") ? found : undefined;
      });
      assert.deepEqual(
        codes.filter((code) => ["plan-invalid", "plan-reference-unknown", "plan-order-cycle"].includes(code)),
        [],
      );
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    },
  },
};

function timelines(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input }) =>
        input instanceof vscode.TabInputWebview && input.viewType.endsWith("nines.recoveryTimeline"),
    );
}

function run(lens: vscode.Command): Thenable<unknown> {
  return vscode.commands.executeCommand(lens.command, ...(lens.arguments ?? []));
}

function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === "object" ? code.value : code);
}

async function lensOf(document: vscode.TextDocument): Promise<vscode.Command | undefined> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    document.uri,
    10,
  );
  return lenses.map(({ command }) => command).find((command) => command?.command === "nines.openLens");
}
