import type { Log, ReportingDescriptor, Result } from "sarif";
import manifest from "../../../package.json" with { type: "json" };
import { builtInChecks } from "../../config/built-in.ts";
import { rulePageUri } from "../../rules/pages.ts";
import { domains, rules } from "../../rules/registry.generated.ts";
import type { Severity } from "../../rules/severity.ts";
import { inEnglish } from "../output/language.ts";
import type { Place, Report, ReportedFinding, ReportedFix } from "../report.ts";
import { byFile, fromOne, HOME, qualifiedName } from "./common.ts";
import type { Reporter } from "./reporter.ts";

/** SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), as code scanning services read it. */
export const sarif: Reporter = {
  showsSuppressed: true,
  write(report, { out }) {
    out(`${JSON.stringify(logOf(report), null, 1)}\n`);
  },
};

/** Paths are relative to the folder in which the command ran. */
const BASE = "SRCROOT";
const LEVELS = { error: "error", warning: "warning", info: "note" } as const satisfies Record<
  Severity,
  string
>;

function logOf(report: Report): Log {
  const descriptors = [...rules.map(ruleDescriptor), ...builtInChecks.map(checkDescriptor)];
  const indexes = new Map(descriptors.map(({ id }, i) => [id, i]));
  const results = [...report.findings, ...report.suppressed].map((finding) => resultOf(finding, indexes));
  const notifications = report.skipped.map(({ file, reason }) => ({
    level: report.failed ? ("error" as const) : ("note" as const),
    message: { text: inEnglish(reason) },
    locations: [{ physicalLocation: { artifactLocation: artifact(file) } }],
  }));
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: "Nines", version: manifest.version, informationUri: HOME, rules: descriptors },
        },
        columnKind: "utf16CodeUnits",
        invocations: [{ executionSuccessful: !report.failed, toolExecutionNotifications: notifications }],
        results,
      },
    ],
  };
}

function ruleDescriptor({ id, title, severity, docs }: (typeof rules)[number]): ReportingDescriptor {
  const how = docs.how === undefined ? "" : `\n\n${docs.how}`;
  const sources = docs.sources.map((source) => `- ${source}`).join("\n");
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: docs.why },
    help: { text: `${docs.why}${how}`, markdown: `${docs.why}${how}\n\n${sources}` },
    helpUri: rulePageUri(id),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: ["high-availability", domains[id] ?? ""].filter(Boolean) },
  };
}

function checkDescriptor({ id, title, severity, why }: (typeof builtInChecks)[number]): ReportingDescriptor {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: why },
    helpUri: rulePageUri(id),
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function resultOf(finding: ReportedFinding, indexes: ReadonlyMap<string, number>): Result {
  const { ruleId, severity, message, place, resource, related, causes, fix, suppression } = finding;
  const index = indexes.get(ruleId);
  const name = qualifiedName(resource);
  const others = [
    ...related,
    ...causes.flatMap(({ place: at, message: why }) =>
      at === undefined ? [] : [{ place: at, message: why }],
    ),
  ];
  return {
    ruleId,
    ...(index !== undefined && { ruleIndex: index }),
    level: LEVELS[severity],
    message: { text: inEnglish(message) },
    locations: [
      {
        physicalLocation: physical(place),
        ...(name !== undefined && { logicalLocations: [{ fullyQualifiedName: name, kind: "resource" }] }),
      },
    ],
    partialFingerprints: { "nines/v1": finding.fingerprint() },
    ...(others.length > 0 && {
      relatedLocations: others.map((other, id) => ({
        id,
        physicalLocation: physical(other.place),
        message: { text: inEnglish(other.message) },
      })),
    }),
    ...(fix !== undefined && { fixes: [fixOf(fix)] }),
    ...(suppression !== undefined && {
      suppressions: [{ kind: "inSource" as const, justification: suppression }],
    }),
  };
}

function fixOf(fix: ReportedFix) {
  const files = byFile(fix.edits());
  return {
    description: { text: inEnglish(fix.title) },
    artifactChanges: [...files].map(([file, edits]) => ({
      artifactLocation: artifact(file),
      replacements: edits.map(({ place, newText }) => ({
        deletedRegion: region(place),
        insertedContent: { text: newText },
      })),
    })),
  };
}

function physical(place: Place) {
  return { artifactLocation: artifact(place.file), region: region(place) };
}

function artifact(file: string) {
  return { uri: file.split("/").map(encodeURIComponent).join("/"), uriBaseId: BASE };
}

function region({ start, end }: Place) {
  const from = fromOne(start);
  const to = fromOne(end);
  return { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column };
}
