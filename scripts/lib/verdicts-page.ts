import { rules } from "../../server/src/rules/registry.generated.ts";
import type { Verdict } from "./verdicts-corpus.ts";

/** Above this a rule owes its readers an explanation. */
const OFTEN = 20;

/** The sentences that people wrote below the headings of rules, by rule id. */
export function notesIn(page: string): ReadonlyMap<string, string> {
  const sections = page.split(/^### /m).slice(1);
  return new Map(
    sections.flatMap((section) => {
      const [heading = "", ...body] = section.split("\n");
      const id = /^`?([\w-]+)`?/.exec(heading)?.[1];
      const text = body.join("\n").trim();
      return id === undefined || text === "" ? [] : [[id, text]];
    }),
  );
}

/** The rules that fire often and have no sentence yet. */
export function rulesWithoutNote(
  verdicts: readonly Verdict[],
  notes: ReadonlyMap<string, string>,
): readonly string[] {
  return idsIn(verdicts).filter((id) => total(verdicts, id) > OFTEN && !notes.has(id));
}

/** The page with the counts; `notes` are kept word for word. */
export function page(verdicts: readonly Verdict[], notes: ReadonlyMap<string, string>): string {
  const often = idsIn(verdicts).filter((id) => total(verdicts, id) > OFTEN || notes.has(id));
  return [
    "# Verdicts on manifests of others",
    "",
    "The strict profile over public repositories: a finding here is one that we would defend before its authors.",
    "`npm run verdicts -- FOLDER` counts again (FOLDER holds one sub-folder per repository and a SOURCES.md that names",
    "their origin); `--list RULE_ID` prints each finding to be read. The counts are generated, the sentences below them",
    "are kept.",
    "",
    ...repositoryTable(verdicts),
    "",
    ...ruleTable(verdicts),
    "",
    `## Rules that fire more than ${OFTEN} times`,
    "",
    ...often.flatMap((id) => [`### ${id}`, "", ...(notes.has(id) ? [notes.get(id) ?? "", ""] : [])]),
  ].join("\n");
}

function repositoryTable(verdicts: readonly Verdict[]): string[] {
  return [
    "| repository | commit | files | documents | judged | findings |",
    "|---|---|--:|--:|--:|--:|",
    ...verdicts.map(
      ({ repository, files, documents, judged, findings }) =>
        `| ${repository.origin} | ${repository.commit} | ${files} | ${documents} | ${judged} | ${findings.length} |`,
    ),
  ];
}

function ruleTable(verdicts: readonly Verdict[]): string[] {
  const names = verdicts.map(({ repository }) => repository.name);
  return [
    `| rule | severity | ${names.join(" | ")} | total |`,
    `|---|---|${names.map(() => "--:|").join("")}--:|`,
    ...idsIn(verdicts).map((id) => {
      const counts = verdicts.map((verdict) => count(verdict, id) || "");
      const severity = rules.find((rule) => rule.id === id)?.severity ?? "";
      return `| ${id} | ${severity} | ${counts.join(" | ")} | ${total(verdicts, id)} |`;
    }),
  ];
}

/** Every rule, and the built-in checks that fire. */
function idsIn(verdicts: readonly Verdict[]): string[] {
  const found = verdicts.flatMap(({ findings }) => findings.map((finding) => finding.ruleId));
  return [...new Set([...rules.map((rule) => rule.id), ...found])].sort();
}

function count(verdict: Verdict, id: string): number {
  return verdict.findings.filter((finding) => finding.ruleId === id).length;
}

function total(verdicts: readonly Verdict[], id: string): number {
  return verdicts.reduce((sum, verdict) => sum + count(verdict, id), 0);
}
