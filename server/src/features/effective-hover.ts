import type { Hover } from "vscode-languageserver/node";
import { meaningsAt } from "../effective/meanings.ts";
import { markdownOf, worldOf } from "./effective.ts";
import { documentAt, toLspRange } from "./ranges.ts";
import type { Session } from "./session.ts";

/** What the value at an offset of a file means in the end. */
export function effectiveHover(session: Session, uri: string, offset: number): Hover | undefined {
  const file = session.file(uri);
  const document = file === undefined ? undefined : documentAt(file, offset);
  if (document === undefined || !session.isEnabled(document.uri)) return undefined;
  const found = meaningsAt(document, offset - document.start, worldOf(session, document.uri));
  const [first] = found;
  if (first === undefined) return undefined;
  const paragraphs = new Set(found.map((meaning) => markdownOf(session, meaning)));
  return {
    contents: { kind: "markdown", value: [...paragraphs].join("\n\n") },
    range: toLspRange(document, first.range),
  };
}
