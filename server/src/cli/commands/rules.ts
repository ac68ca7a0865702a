import { builtInChecks } from "../../config/built-in.ts";
import { t } from "../../model/message.ts";
import { domains, rules as registry } from "../../rules/registry.generated.ts";
import { EXIT } from "../errors.ts";
import { widthOf } from "../output/printable.ts";
import type { Terminal } from "../output/terminal.ts";
import { paint } from "../reporters/pretty.ts";

/** A list is for people or for programs. */
export type ListFormat = "pretty" | "json";

/** `nines rules`: what is checked. Returns the exit code. */
export function rules(format: ListFormat, terminal: Terminal): number {
  terminal.out(format === "json" ? asJson() : asTable(terminal));
  return EXIT.clean;
}

function asJson(): string {
  const list = registry.map(({ id, title, severity, profile, fixIds, options }) => ({
    id,
    title,
    severity,
    profile,
    domain: domains[id],
    fixes: fixIds,
    options: Object.fromEntries(Object.entries(options).map(([name, spec]) => [name, spec.default])),
  }));
  const checks = builtInChecks.map(({ id, title, severity }) => ({ id, title, severity }));
  return `${JSON.stringify({ version: 1, rules: list, checks }, null, 1)}\n`;
}

function asTable({ colors, say }: Terminal): string {
  const width = Math.max(...[...registry, ...builtInChecks].map(({ id }) => id.length));
  const row = (id: string, severity: "error" | "warning" | "info", profile: string, title: string) =>
    `${colors.bold(id)}${" ".repeat(width - id.length + 2)}${paint(severity, colors)}${" ".repeat(9 - severity.length)}${pad(profile, 13)}${say({ text: title, values: {} })}\n`;
  return [
    ...registry.map(({ id, severity, profile, title }) => row(id, severity, profile, title)),
    "\n",
    ...builtInChecks.map(({ id, severity, title }) => row(id, severity, say(t("always on")), title)),
  ].join("");
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(1, width - widthOf(text)));
}
