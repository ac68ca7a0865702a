import { builtInChecks } from "../../config/built-in.ts";
import { type Message, t } from "../../model/message.ts";
import { domains, rules } from "../../rules/registry.generated.ts";
import type { Rule } from "../../rules/rule.ts";
import { EXIT } from "../errors.ts";
import type { Terminal } from "../output/terminal.ts";
import { paint } from "../reporters/pretty.ts";
import { knownRule } from "./rule-ids.ts";

/** `nines explain`: everything there is to know about a rule. Returns the exit code. */
export function explain(id: string, terminal: Terminal): number {
  const builtIn = builtInChecks.find((check) => check.id === id);
  if (builtIn !== undefined) {
    const { title, severity, why } = builtIn;
    terminal.out(
      heading(id, title, [paint(severity, terminal.colors), terminal.say(t("always on"))], terminal),
    );
    terminal.out(`${translated(why, terminal)}\n`);
    return EXIT.clean;
  }
  const ids = [...rules, ...builtInChecks].map((rule) => rule.id);
  const rule = rules.find((candidate) => candidate.id === knownRule(id, ids));
  if (rule !== undefined) terminal.out(page(rule, terminal));
  return EXIT.clean;
}

function page(rule: Rule, terminal: Terminal): string {
  const { say, colors } = terminal;
  const { why, how, peers, sources } = rule.docs;
  const facts = [paint(rule.severity, colors), say(t("profile {profile}", { profile: rule.profile }))];
  if (rule.fixIds.length > 0) facts.push(say(t("has fixes")));
  const section = (title: Message, lines: readonly string[]) =>
    lines.length === 0 ? "" : `\n${colors.bold(say(title))}\n${lines.map((line) => `  ${line}\n`).join("")}`;
  return [
    heading(rule.id, rule.title, [...facts, domains[rule.id] ?? ""], terminal),
    `${translated(why, terminal)}\n`,
    section(t("What to do"), how === undefined ? [] : [translated(how, terminal)]),
    section(t("Options in .nines.yaml"), options(rule, terminal)),
    section(
      t("In other linters (their ignore annotations count here too)"),
      Object.entries(peers ?? {}).map(([peer, checks]) => `${peer}: ${[checks].flat().join(", ")}`),
    ),
    section(t("Sources"), sources),
    section(t("To silence it in one place"), [
      `# nines-ignore ${rule.id}: ${say(t("the reason, for those who come after you"))}`,
    ]),
  ].join("");
}

function heading(id: string, title: string, facts: readonly string[], terminal: Terminal): string {
  const { colors } = terminal;
  return `${colors.bold(id)}: ${translated(title, terminal)}\n${facts.filter(Boolean).join(" · ")}\n\n`;
}

function options(rule: Rule, terminal: Terminal): string[] {
  return Object.entries(rule.options).map(
    ([name, spec]) =>
      `${name}: ${String(spec.default)}  ${terminal.colors.dim(translated(spec.description, terminal))}`,
  );
}

/** Texts of rules are keys of the catalogue like any other. */
function translated(text: string, { say }: Terminal): string {
  return say({ text, values: {} });
}
