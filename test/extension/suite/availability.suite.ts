import assert from "node:assert/strict";
import * as vscode from "vscode";
import { rangeOf, show } from "./editing.ts";
import { findingOf } from "./findings.ts";
import type { Suite } from "./runner.ts";
import { waitUntil } from "./waiting.ts";

const WEB = "availability/web.yaml";
const BUDGET = "availability/budget.yaml";
/** Rows for node loss, zone loss, drain and rollout stand between a workload and its first finding. */
const GUARANTEES = 4;

export const availability: Suite = {
  name: "availability",
  tests: {
    "the lens of a workload selects it in the view, and a click there opens its manifest": async () => {
      const { document } = await show(WEB);
      const lens = await waitUntil("the workload has a lens", () => lensOf(document));
      await vscode.commands.executeCommand(lens.command, ...(lens.arguments ?? []));
      await show(BUDGET);
      await clickFrom(0);
      const { end } = rangeOf(document, "metadata:\n  name: ");
      await opens(document, new vscode.Range(end, end));
    },

    "a finding below the workload opens where it stands, also in another file": async () => {
      const { document } = await show(WEB);
      await findingOf("readiness-probe-missing", document.uri);
      const budget = (await show(BUDGET)).document;
      const blocked = await findingOf("pdb-blocks-drain", budget.uri);
      const own = vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === "nines");
      const [first] = own;
      assert.ok(first !== undefined);
      await reveal(document.uri);
      await clickFrom(GUARANTEES + 1);
      await opens(document, first.range);
      await reveal(document.uri);
      await clickFrom(GUARANTEES + own.length + 1);
      await opens(budget, blocked.range);
    },

    "where no workload stands, the view is shown all the same": async () => {
      const { document } = await show("effective/route.yaml");
      await reveal(document.uri);
      await vscode.commands.executeCommand("nines.refreshAvailability");
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), document.uri.toString());
    },
  },
};

function reveal(uri: vscode.Uri): Thenable<unknown> {
  const position = new vscode.Position(0, 0);
  return vscode.commands.executeCommand("nines.showAvailability", { uri: uri.toString(), position });
}

/** Goes down some rows from the one that is selected, and clicks. */
async function clickFrom(rows: number): Promise<void> {
  await vscode.commands.executeCommand("nines.availability.focus");
  for (let row = 0; row < rows; row++) await vscode.commands.executeCommand("list.focusDown");
  await vscode.commands.executeCommand("list.select");
}

async function opens(document: vscode.TextDocument, range: vscode.Range): Promise<void> {
  await waitUntil(
    `${document.uri.path} is open at its line ${range.start.line + 1}`,
    () => {
      const editor = vscode.window.activeTextEditor;
      return editor?.document === document && editor.selection.start.isEqual(range.start);
    },
    () => {
      const editor = vscode.window.activeTextEditor;
      return `Open is ${editor?.document.uri.path} at line ${(editor?.selection.start.line ?? -1) + 1}.`;
    },
  );
}

async function lensOf(document: vscode.TextDocument): Promise<vscode.Command | undefined> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    document.uri,
    10,
  );
  return lenses.map(({ command }) => command).find((command) => command?.command === "nines.openLens");
}
