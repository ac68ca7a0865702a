import type { Position } from "../../model/lines.ts";
import { inEnglish } from "../output/language.ts";
import type { ReportedCause, ReportedFinding } from "../report.ts";
import type { Reporter } from "./reporter.ts";

/** One JSON object for programs; a public interface. Its sentences are English whatever the user's language. */
export const json: Reporter = {
  write({ files, documents, findings, skipped }, { out }) {
    const object = {
      version: 1,
      files,
      documents,
      findings: findings.map(finding),
      skipped: skipped.map(({ file, reason }) => ({ file, reason: inEnglish(reason) })),
    };
    out(`${JSON.stringify(object, null, 1)}\n`);
  },
};

function finding({ ruleId, severity, message, place, resource, causes, fix }: ReportedFinding) {
  return {
    ruleId,
    severity,
    message: inEnglish(message),
    file: place.file,
    range: { start: position(place.start), end: position(place.end) },
    // Absent fields of it, and the whole of it for findings about the text itself, are left out.
    resource: resource && {
      apiVersion: resource.apiVersion,
      kind: resource.kind,
      namespace: resource.namespace,
      name: resource.name,
    },
    fixable: fix !== undefined,
    // Only where a change is looked at and another file's change is behind it.
    causes: causes.length === 0 ? undefined : causes.map(cause),
  };
}

/** Without a line where the file is gone. */
function cause({ file, place }: ReportedCause) {
  return { file, line: place === undefined ? undefined : place.start.line + 1 };
}

/** From 1, as people count. */
function position({ line, character }: Position) {
  return { line: line + 1, column: character + 1 };
}
