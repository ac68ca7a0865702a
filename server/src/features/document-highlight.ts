import {
  type Connection,
  type DocumentHighlight,
  DocumentHighlightKind,
  type ServerCapabilities,
} from "vscode-languageserver/node";
import { highlightsAt } from "../symbols/highlight.ts";
import { namePlace } from "./names.ts";
import { toLspRange } from "./ranges.ts";
import type { Session } from "./session.ts";

export const highlightCapabilities: ServerCapabilities = { documentHighlightProvider: true };

/** Marks what in the file belongs together: a subset and its uses, a selector and the labels it matches. */
export function registerDocumentHighlight(connection: Connection, session: Session): void {
  connection.onDocumentHighlight(async (params): Promise<DocumentHighlight[] | null> => {
    const place = await namePlace(session, params);
    if (place === undefined) return null;
    const found = highlightsAt(place.world, place.document, place.offset);
    // Without an answer the editor marks equal words, which is better than nothing.
    if (found.length === 0) return null;
    return found.map(({ document, range, isDefinition }) => ({
      range: toLspRange(document, range),
      kind: isDefinition ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
    }));
  });
}
