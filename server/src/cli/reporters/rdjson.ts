import { rulePageUri } from "../../rules/pages.ts";
import type { Severity } from "../../rules/severity.ts";
import { suggestionOf } from "../fixing/suggestion.ts";
import type { Place, ReportedFix } from "../report.ts";
import { annotations, HOME } from "./common.ts";
import type { Reporter } from "./reporter.ts";

/** reviewdog's diagnostic format (https://github.com/reviewdog/reviewdog/tree/master/proto/rdf), with suggestions. */
export const rdjson: Reporter = {
  write({ findings }, { out }) {
    const diagnostics = annotations(findings).map(({ finding, place, message }) => ({
      message,
      location: { path: place.file, range: rangeOf(place) },
      severity: SEVERITIES[finding.severity],
      code: { value: finding.ruleId, url: rulePageUri(finding.ruleId) },
      suggestions: place === finding.place ? suggestions(finding.fix, place) : undefined,
    }));
    out(`${JSON.stringify({ source: { name: "nines", url: HOME }, diagnostics }, null, 1)}\n`);
  },
};

const SEVERITIES: Readonly<Record<Severity, string>> = { error: "ERROR", warning: "WARNING", info: "INFO" };

function suggestions(fix: ReportedFix | undefined, { file }: Place) {
  const suggestion = fix === undefined ? undefined : suggestionOf(fix);
  // A suggestion has no path: it is about the finding's own file.
  if (suggestion === undefined || suggestion.place.file !== file) return undefined;
  return [{ range: rangeOf(suggestion.place), text: suggestion.newText }];
}

function rangeOf({ start, end, source }: Place) {
  const position = ({ line, character }: Place["start"]) => {
    const from = source.lines.offset({ line, character: 0 });
    // Columns count bytes of UTF-8 here.
    return { line: line + 1, column: Buffer.byteLength(source.text.slice(from, from + character)) + 1 };
  };
  return { start: position(start), end: position(end) };
}
