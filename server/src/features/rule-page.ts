import { builtInChecks } from "../config/built-in.ts";
import { type Message, t } from "../model/message.ts";
import { rulePageUri } from "../rules/pages.ts";
import type { Rule, RuleDocs } from "../rules/rule.ts";
import type { Severity } from "../rules/severity.ts";

/** What can be explained: a rule, or a check of the tool itself. */
export interface Explained {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly docs: RuleDocs;
}

/** Everything that can be explained, by id. */
export function allExplained(rules: readonly Rule[]): readonly Explained[] {
  const builtIn = builtInChecks.map(
    ({ id, title, severity, why }): Explained => ({ id, title, severity, docs: { why, sources: [] } }),
  );
  return [...rules, ...builtIn].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The rule or check of an id; undefined when there is none. */
export function explainedById(rules: readonly Rule[], id: string): Explained | undefined {
  return allExplained(rules).find((each) => each.id === id);
}

/** A text of a rule as a message: rules keep theirs as plain English, which is its key in the catalogues. */
export function sentence(text: string): Message {
  return { text, values: {} };
}

/** A rule's page in Markdown. `text` puts a message into the reader's language. */
export function rulePage(rule: Explained, text: (message: Message) => string): string {
  const { why, how, sources, peers } = rule.docs;
  const severity = text(t("Severity: {severity}", { severity: rule.severity }));
  const parts = [`# ${rule.id}`, `**${text(sentence(rule.title))}** · ${severity}`, text(sentence(why))];
  if (how !== undefined) parts.push(`## ${text(t("What to do"))}`, text(sentence(how)));
  const others = Object.entries(peers ?? {}).map(([peer, checks]) => `- ${peer}: ${codes([checks].flat())}`);
  if (others.length > 0) parts.push(`## ${text(t("In other linters"))}`, others.join("\n"));
  if (sources.length > 0)
    parts.push(`## ${text(t("Sources"))}`, sources.map((source) => `- <${source}>`).join("\n"));
  parts.push(`## ${text(t("Silencing it"))}`, `\`\`\`yaml\n# nines-ignore ${rule.id}: …\n\`\`\``);
  parts.push(`<${rulePageUri(rule.id)}>`);
  return `${parts.join("\n\n")}\n`;
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
