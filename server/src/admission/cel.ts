import type { Rule } from "../rules/rule.ts";

/** A CEL string literal. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A sentence with its placeholders filled in by string expressions, as one string expression. */
export function sentence(template: string, values: Readonly<Record<string, string>>): string {
  return template
    .split(/(\{\w+\})/)
    .filter((part) => part !== "")
    .map((part) => {
      const value = values[part.slice(1, -1)];
      return part.startsWith("{") && value !== undefined ? `(${value})` : quoted(part);
    })
    .join(" + ");
}

/** CEL knows no range of numbers to walk along. What stands further back in a list has no number here. */
export const MOST_ITEMS = 64;
export const INDEXES = `[${Array.from({ length: MOST_ITEMS }, (_, i) => i).join(", ")}]`;

/** Whether an annotation asks for silence: that of Nines with a reason, or a peer's, as rules/suppressions.ts reads them. */
export function isIgnored(rule: Rule): string {
  return [own(rule.id), ...kubeLinter(rule), ...kubeScore(rule), ...polaris(rule)].join(" || ");
}

function annotation(name: string): string {
  return `object.metadata.?annotations[?${quoted(name)}].orValue("")`;
}

/** `<rule-id>: <reason>` on lines of their own or with `;` between them. The reason may hold colons. */
function own(id: string): string {
  const lines = `${annotation("nines/ignore")}.replace("\\n", ";").split(";")`;
  const [head, reason] = [`line.split(":")[0].trim()`, `line.substring(line.indexOf(":") + 1).trim()`];
  return `${lines}.exists(line, line.contains(":") && ${head} == ${quoted(id)} && ${reason} != "")`;
}

function kubeLinter({ docs }: Rule): string[] {
  return listed(docs.peers?.["kube-linter"]).map(
    (check) => `object.metadata.?annotations[?${quoted(`ignore-check.kube-linter.io/${check}`)}].hasValue()`,
  );
}

function kubeScore({ docs }: Rule): string[] {
  return listed(docs.peers?.["kube-score"]).map(
    (check) => `${annotation("kube-score/ignore")}.split(",").exists(name, name.trim() == ${quoted(check)})`,
  );
}

function polaris({ docs }: Rule): string[] {
  const checks = listed(docs.peers?.polaris);
  if (checks.length === 0) return [];
  return ["exempt", ...checks.map((check) => `${check}-exempt`)].map(
    (name) => `${annotation(`polaris.fairwinds.com/${name}`)} == "true"`,
  );
}

function listed(names: string | readonly string[] | undefined): readonly string[] {
  return names === undefined ? [] : typeof names === "string" ? [names] : names;
}
