import { inEnglish } from "../output/language.ts";
import type { Report, ReportedFinding } from "../report.ts";
import { byFile, qualifiedName } from "./common.ts";
import type { Reporter } from "./reporter.ts";

/**
 * JUnit's XML, as CI servers read it: a suite for each file with findings, a case for each finding; errors and warnings
 * are failures, suggestions pass. A run without findings has one case that passes, since some servers fail without any.
 */
export const junit: Reporter = {
  write(report, { out }) {
    const files = byFile(report.findings);
    const suites = [...files].map(([file, findings]) =>
      suite(file, findings.map(testcase), failures(findings)),
    );
    suites.push(...skippedSuites(report));
    if (suites.length === 0)
      suites.push(suite("nines", [`<testcase name="no findings" classname="nines"/>`], 0));
    const n = Math.max(1, report.findings.length + report.skipped.length);
    out(
      `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="nines" tests="${n}" failures="${failures(report.findings)}" errors="0">\n${suites.join("")}</testsuites>\n`,
    );
  },
};

function suite(name: string, cases: readonly string[], failed: number, skipped = 0): string {
  const attributes = `name="${escapeXml(name)}" tests="${cases.length}" failures="${failed}" errors="0" skipped="${skipped}"`;
  return `<testsuite ${attributes}>\n${cases.map((line) => `${line}\n`).join("")}</testsuite>\n`;
}

function failures(findings: readonly ReportedFinding[]): number {
  return findings.filter(({ severity }) => severity !== "info").length;
}

function testcase({ ruleId, severity, message, place, resource }: ReportedFinding): string {
  const line = place.start.line + 1;
  const name = `${ruleId} ${qualifiedName(resource) ?? ""}`.trim();
  const text = inEnglish(message);
  const where = `${place.file}:${line}:${place.start.character + 1}`;
  const inside =
    severity === "info"
      ? `<system-out>${escapeXml(`${where}: ${text}`)}</system-out>`
      : `<failure message="${escapeXml(text)}" type="${severity}">${escapeXml(`${where}: ${text}`)}</failure>`;
  return `<testcase name="${escapeXml(`${name} (line ${line})`)}" classname="${escapeXml(place.file)}">${inside}</testcase>`;
}

function skippedSuites({ skipped }: Report): string[] {
  if (skipped.length === 0) return [];
  const cases = skipped.map(
    ({ file, reason }) =>
      `<testcase name="not checked" classname="${escapeXml(file)}"><skipped message="${escapeXml(inEnglish(reason))}"/></testcase>`,
  );
  return [suite("not checked", cases, 0, cases.length)];
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/** For attributes and text alike. XML 1.0 has no other control characters and no half surrogates, however written. */
function escapeXml(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, (character) => (/[\n\t]/.test(character) ? character : "\ufffd"))
    .replace(/[&<>"'\n\t]/g, (character) => ENTITIES[character] ?? character);
}
