import type { Connection, Hover, ServerCapabilities } from "vscode-languageserver/node";
import { t } from "../model/message.ts";
import type { Finding } from "../rules/finding.ts";
import { rulePageUri } from "../rules/pages.ts";
import { effectiveHover } from "./effective-hover.ts";
import { offsetAt, toLspRange } from "./ranges.ts";
import { explainedById, sentence } from "./rule-page.ts";
import type { Session } from "./session.ts";

export const hoverCapabilities: ServerCapabilities = { hoverProvider: true };

/** What a schema says about the place, where there is one. */
export type MoreHover = (uri: string, offset: number) => Promise<Hover | undefined>;

/**
 * Tells what the value at a position means in the end, and explains the findings there: why the rule is there, what to
 * do, where it comes from.
 */
export function registerHover(connection: Connection, session: Session, more: MoreHover): void {
  connection.onHover(async ({ textDocument, position }) => {
    await session.ready;
    const file = session.file(textDocument.uri);
    if (file === undefined) return null;
    const offset = offsetAt(file, position);
    const found = session.findings(file).filter(({ document, range }) => {
      const { start, end } = document.inFile(range);
      return start <= offset && offset <= end;
    });
    const effective = effectiveHover(session, file.uri, offset);
    const explained = findingHover(session, found);
    const other = await more(file.uri, offset);
    return together([effective, explained, other]);
  });
}

function findingHover(session: Session, found: readonly Finding[]): Hover | undefined {
  const [first] = found;
  if (first === undefined) return undefined;
  const parts = [...new Map(found.map((finding) => [finding.ruleId, finding])).values()].map((finding) =>
    explain(session, finding),
  );
  return {
    contents: { kind: "markdown", value: parts.join(SEPARATOR) },
    range: toLspRange(first.document, first.range),
  };
}

const SEPARATOR = "\n\n---\n\n";

/** One hover of several; the first says what it is about. */
function together(hovers: readonly (Hover | undefined)[]): Hover | null {
  const said = hovers.filter((hover) => hover !== undefined);
  const [first] = said;
  if (first === undefined || said.length === 1) return first ?? null;
  return { ...first, contents: { kind: "markdown", value: said.map(markdownOf).join(SEPARATOR) } };
}

function explain(session: Session, { ruleId }: Finding): string {
  const rule = explainedById(session.rules, ruleId);
  if (rule === undefined) return `[${ruleId}](${rulePageUri(ruleId)})`;
  const { why, how, sources } = rule.docs;
  const parts = [
    `**${session.text(sentence(rule.title))}** ([${ruleId}](${rulePageUri(ruleId)}))`,
    session.text(sentence(why)),
  ];
  if (how !== undefined) parts.push(session.text(sentence(how)));
  if (sources.length > 0) {
    const links = sources.map((source) => `[${hostOf(source)}](${source})`).join(", ");
    parts.push(session.text(t("Sources: {links}", { links })));
  }
  return parts.join("\n\n");
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).hostname : address;
}

function markdownOf({ contents }: Hover): string {
  if (typeof contents === "string") return contents;
  return "value" in contents ? contents.value : "";
}
