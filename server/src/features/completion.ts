import {
  type CompletionItem,
  CompletionItemKind,
  CompletionTriggerKind,
  type Connection,
  InsertTextFormat,
  type ServerCapabilities,
} from "vscode-languageserver/node";
import { isConfigFile } from "../config/name.ts";
import type { SourceDocument } from "../model/document.ts";
import { shift } from "../model/range.ts";
import type { SchemaCompletion, SchemaService } from "../schema/types.ts";
import { NOT_IN_CONFIG } from "./config-schema.ts";
import { nameCompletions } from "./names-completion.ts";
import { documentAt, offsetAt, toLspRange } from "./ranges.ts";
import { schemaPartAt } from "./schema-document.ts";
import type { Session } from "./session.ts";

/** Behind a space a value begins: names of the workspace are offered there without being asked for. */
const TRIGGER = " ";

export const completionCapabilities: ServerCapabilities = {
  completionProvider: { triggerCharacters: [TRIGGER] },
};

const KINDS: Readonly<Record<SchemaCompletion["kind"], CompletionItemKind>> = {
  field: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  snippet: CompletionItemKind.Snippet,
};

/** Completes names of the workspace, and fields and values as the document's schema has them. */
export function registerCompletion(connection: Connection, session: Session, service: SchemaService): void {
  connection.onCompletion(async ({ textDocument, position, context }) => {
    await session.ready;
    const file = session.file(textDocument.uri);
    if (file === undefined) return null;
    const offset = offsetAt(file, position);
    const document = documentAt(file, offset);
    if (document === undefined) return null;
    const { items: names, isIncomplete } = nameCompletions(session, document, offset - document.start);
    const isTyping = context?.triggerKind === CompletionTriggerKind.TriggerCharacter;
    if (isTyping || !session.settings(file.uri).completion) return { isIncomplete, items: [...names] };
    const part = schemaPartAt(session, document, offset - document.start);
    const found = await service.complete(part.document, offset - document.start - part.shift);
    const wanted = isConfigFile(file.uri) ? found.filter(({ label }) => !NOT_IN_CONFIG.has(label)) : found;
    const known = new Set(names.map(({ label }) => label));
    const others = wanted.filter(({ label }) => !known.has(label));
    return {
      isIncomplete,
      items: [
        ...names,
        ...others.map((each) => asItem(session, document, { ...each, range: shift(each.range, part.shift) })),
      ],
    };
  });
}

function asItem(session: Session, document: SourceDocument, completion: SchemaCompletion): CompletionItem {
  const { label, kind, insertText, isSnippet, range, documentation, ...others } = completion;
  const snippet = isSnippet && session.client.completionSnippets;
  return {
    label,
    kind: KINDS[kind],
    insertTextFormat: snippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    textEdit: {
      range: toLspRange(document, range),
      newText: isSnippet && !snippet ? withoutTabStops(insertText) : insertText,
    },
    ...(documentation === undefined ? {} : { documentation: { kind: "markdown", value: documentation } }),
    ...others,
  };
}

/** For clients that would show `${1:name}` as it is. */
function withoutTabStops(snippet: string): string {
  return snippet.replace(/\$\{\d+:([^}]*)\}|\$\{?\d+\}?/g, (_, placeholder?: string) => placeholder ?? "");
}
