import assert from "node:assert/strict";
import * as vscode from "vscode";
import { waitUntil } from "./waiting.ts";

/** The diagnostics that Nines currently shows for a file. */
export function findings(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((diagnostic) => diagnostic.source === "nines");
}

/** The id of the rule that a diagnostic comes from. */
export function ruleOf(diagnostic: vscode.Diagnostic): string {
  const { code } = diagnostic;
  return String(typeof code === "object" ? code.value : code);
}

/** Waits until a rule has a finding in a file and returns the first one. */
export function findingOf(rule: string, uri: vscode.Uri): Promise<vscode.Diagnostic> {
  const ask = () => findings(uri).find((diagnostic) => ruleOf(diagnostic) === rule);
  return waitUntil(`${rule} is found in ${uri.path}`, ask, () => summary(uri));
}

/** Waits until a rule has no finding in a file. */
export async function noFindingOf(rule: string, uri: vscode.Uri): Promise<void> {
  const ask = () => !findings(uri).some((diagnostic) => ruleOf(diagnostic) === rule);
  await waitUntil(`${rule} is gone from ${uri.path}`, ask, () => summary(uri));
}

/** Waits until Nines shows nothing at all for a file. */
export async function noFindings(uri: vscode.Uri): Promise<void> {
  await waitUntil(
    `${uri.path} has no findings`,
    () => findings(uri).length === 0,
    () => summary(uri),
  );
}

/** Asserts that a range covers exactly this text. */
export function assertCovers(document: vscode.TextDocument, range: vscode.Range, text: string): void {
  assert.equal(document.getText(range), text);
}

function summary(uri: vscode.Uri): string {
  const shown = vscode.languages.getDiagnostics(uri).map(({ source, message, range, ...rest }) => {
    const rule = ruleOf({ source, message, range, ...rest } as vscode.Diagnostic); // a copy of one
    return `${source} ${rule} ${range.start.line + 1}:${range.start.character + 1} ${message}`;
  });
  return `Shown now: ${shown.join(" | ") || "nothing"}.`;
}
