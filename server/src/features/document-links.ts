import type { Connection, DocumentLink, ServerCapabilities } from "vscode-languageserver/node";
import { isConfigFile } from "../config/name.ts";
import type { SourceFile } from "../model/document.ts";
import { t } from "../model/message.ts";
import { entriesOf, itemsOf, type Node, nodeAt } from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";
import { type Range, shift } from "../model/range.ts";
import { rulePageUri } from "../rules/pages.ts";
import { fileRange } from "./ranges.ts";
import { allExplained } from "./rule-page.ts";
import type { Session } from "./session.ts";

export const documentLinkCapabilities: ServerCapabilities = { documentLinkProvider: {} };

/** Where a rule's id is written, in offsets of the file. */
interface Mention {
  readonly id: string;
  readonly range: Range;
}

/** Links rule ids in suppressions and configurations to the rules' pages. */
export function registerDocumentLinks(connection: Connection, session: Session): void {
  const known = new Set(allExplained(session.rules).map(({ id }) => id));
  connection.onDocumentLinks(({ textDocument }): DocumentLink[] => {
    const file = session.file(textDocument.uri);
    if (file === undefined) return [];
    const mentions = isConfigFile(file.uri) ? inConfig(file) : inComments(file.text);
    return mentions
      .filter(({ id }) => known.has(id))
      .map(({ id, range }) => ({
        range: fileRange(file, range),
        target: rulePageUri(id),
        tooltip: session.text(t("Explain {id}", { id })),
      }));
  });
}

const IGNORE = /(?:#[ \t]*nines-ignore[ \t]+|\bnines\/ignore["']?:[ \t]*["']?)([\w-]+)/g;

function inComments(text: string): Mention[] {
  return Array.from(text.matchAll(IGNORE), (match) => {
    const id = match[1] ?? "";
    const end = match.index + match[0].length;
    return { id, range: { start: end - id.length, end } };
  });
}

function inConfig(file: SourceFile): Mention[] {
  const document = file.documents[0];
  if (document === undefined) return [];
  const { root } = parseDocument(document.text);
  const maps: (Node | undefined)[] = [root, ...itemsOf(nodeAt(root, "overrides"))];
  return maps.flatMap((map) =>
    entriesOf(nodeAt(map, "rules")).map(({ key }) => ({
      id: key.source,
      range: shift(key.range, document.start),
    })),
  );
}
