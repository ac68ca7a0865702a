import { type Message, t } from "../../model/message.ts";
import { type Severity, severities } from "../../rules/severity.ts";
import type { Terminal } from "../output/terminal.ts";
import type { Report } from "../report.ts";

/** One line: how much was found in how much, and what can be done about it at once. */
export function summary({ findings, files, documents, skipped }: Report, { say, colors }: Terminal): string {
  if (files === 0)
    return skipped.length === 0
      ? say(t("No manifests found: there is no YAML or JSON file to check here."))
      : colors.yellow(say(t("Nothing was checked, so nothing is known; the reasons stand above.")));
  const counts = severities
    .map((severity) => ({ severity, n: findings.filter((f) => f.severity === severity).length }))
    .filter(({ n }) => n > 0);
  const scope = say(
    t("{documents} of {files}", { documents: say(documentCount(documents)), files: say(fileCount(files)) }),
  );
  if (counts.length === 0) return colors.green(say(t("No problems in {scope}.", { scope })));

  const found = counts.map(({ severity, n }) => COUNTED[severity](n));
  const fixable = findings.filter((finding) => finding.fix !== undefined).length;
  const line =
    fixable === 0
      ? t("{found} in {scope}", { found, scope })
      : t("{found} in {scope}; {n} fixable with `nines fix`", { found, scope, n: fixable });
  return colors.bold(say(line));
}

const COUNTED: Readonly<Record<Severity, (n: number) => Message>> = {
  error: (n) => (n === 1 ? t("1 error") : t("{n} errors", { n })),
  warning: (n) => (n === 1 ? t("1 warning") : t("{n} warnings", { n })),
  info: (n) => (n === 1 ? t("1 suggestion") : t("{n} suggestions", { n })),
};

function documentCount(n: number): Message {
  return n === 1 ? t("1 document") : t("{n} documents", { n });
}

function fileCount(n: number): Message {
  return n === 1 ? t("1 file") : t("{n} files", { n });
}
