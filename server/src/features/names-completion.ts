import { type CompletionItem, CompletionItemKind, InsertTextFormat } from "vscode-languageserver/node";
import type { SourceDocument } from "../model/document.ts";
import { completeNames } from "../symbols/complete.ts";
import { worldOf } from "./names.ts";
import { toLspRange } from "./ranges.ts";
import type { Session } from "./session.ts";

/** The names of the workspace that fit at an offset of a document, ahead of whatever else is offered there. */
export function nameCompletions(
  session: Session,
  document: SourceDocument,
  offset: number,
): { readonly items: readonly CompletionItem[]; readonly isIncomplete: boolean } {
  if (!session.isEnabled(document.uri)) return { items: [], isIncomplete: false };
  const { items, isIncomplete } = completeNames(worldOf(session), document, offset);
  const completions = items.map((each, i) => ({
    label: each.label,
    detail: each.detail,
    kind: CompletionItemKind.Reference,
    // Sorts before letters, digits and quotes.
    sortText: `!${String(i).padStart(4, "0")}`,
    insertTextFormat: InsertTextFormat.PlainText,
    textEdit: { range: toLspRange(document, each.range), newText: each.insertText },
  }));
  return { items: completions, isIncomplete };
}
