import type { Severity } from "../../rules/severity.ts";
import { inEnglish } from "../output/language.ts";
import { type Annotation, annotations } from "./common.ts";
import { markdownSummary } from "./markdown-summary.ts";
import type { Reporter } from "./reporter.ts";

/**
 * Workflow commands of GitHub Actions, which become annotations
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions), and the job's summary where there
 * is one.
 */
export const github: Reporter = {
  write(report, terminal) {
    terminal.out(annotations(report.findings).map(command).join(""));
    for (const { file, reason } of report.skipped)
      terminal.out(
        `::notice file=${property(file)},title=${property("Not checked")}::${data(inEnglish(reason))}\n`,
      );
    terminal.summary(markdownSummary(report));
  },
};

const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "notice" };

function command({ finding, place, message }: Annotation): string {
  const { start, end, file } = place;
  const where: Record<string, number | string> = { file, line: start.line + 1, endLine: end.line + 1 };
  // Columns are understood within one line only.
  if (start.line === end.line)
    Object.assign(where, { col: start.character + 1, endColumn: end.character + 1 });
  const properties = Object.entries({ ...where, title: finding.ruleId }).map(
    ([key, value]) => `${key}=${property(`${value}`)}`,
  );
  return `::${LEVELS[finding.severity]} ${properties.join(",")}::${data(message)}\n`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
