import { l10n, languages, type QuickPickItem, window } from "vscode";
import type { RuleSummary } from "../../../server/src/server/protocol.ts";
import type { Command } from "./index.ts";

interface RuleItem extends QuickPickItem {
  readonly id: string;
}

/** Shows a rule's page: the one given, else one that the user chooses, beginning with those found at the cursor. */
export const explainRule: Command = {
  id: "nines.explainRule",
  async run({ pages }, argument) {
    const ruleId = typeof argument === "string" ? argument : await choose(await pages.list());
    if (ruleId !== undefined) await pages.show(ruleId);
  },
};

async function choose(rules: readonly RuleSummary[]): Promise<string | undefined> {
  const here = new Set(rulesAtCursor());
  const first = rules.filter(({ id }) => here.has(id));
  const others = rules.filter(({ id }) => !here.has(id));
  const items = [...first, ...others].map(
    ({ id, title }): RuleItem => ({
      id,
      label: id,
      detail: title,
      ...(here.has(id) ? { description: l10n.t("found at the cursor") } : {}),
    }),
  );
  const placeHolder = l10n.t("Choose the rule to be explained");
  return (await window.showQuickPick(items, { placeHolder, matchOnDetail: true }))?.id;
}

/** The rules with findings on the cursor's line, those under the cursor itself first. */
function rulesAtCursor(): string[] {
  const editor = window.activeTextEditor;
  if (editor === undefined) return [];
  const { active } = editor.selection;
  const own = languages.getDiagnostics(editor.document.uri).filter(({ source }) => source === "nines");
  return own
    .filter(({ range }) => range.contains(active) || range.start.line === active.line)
    .map(({ code }) => String(typeof code === "object" ? code.value : code));
}
