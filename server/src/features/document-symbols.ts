import {
  type Connection,
  type DocumentSymbol,
  type ServerCapabilities,
  type SymbolInformation,
  SymbolKind,
} from "vscode-languageserver/node";
import { type OutlineItem, outlineOf } from "../symbols/outline.ts";
import type { OutlineSort } from "../symbols/outline-parts.ts";
import { toLocation } from "./names.ts";
import { toLspRange } from "./ranges.ts";
import type { Session } from "./session.ts";

export const documentSymbolCapabilities: ServerCapabilities = { documentSymbolProvider: true };

const KINDS: Readonly<Record<OutlineSort, SymbolKind>> = {
  resource: SymbolKind.Class,
  container: SymbolKind.Module,
  port: SymbolKind.Interface,
  route: SymbolKind.Method,
  destination: SymbolKind.Field,
  subset: SymbolKind.EnumMember,
  listener: SymbolKind.Interface,
  step: SymbolKind.Event,
};

/** The outline of a file: its resources with their containers, ports, routes and subsets. */
export function registerDocumentSymbols(connection: Connection, session: Session): void {
  connection.onDocumentSymbol(async ({ textDocument }): Promise<DocumentSymbol[] | SymbolInformation[]> => {
    await session.ready;
    const file = session.file(textDocument.uri);
    if (file === undefined || !session.isEnabled(file.uri)) return [];
    const items = outlineOf(file);
    return session.client.nestedSymbols
      ? items.map(nested)
      : items.flatMap((item) => flat(session, item, undefined));
  });
}

function nested({ document, name, detail, sort, range, selection, children }: OutlineItem): DocumentSymbol {
  return {
    name,
    detail,
    kind: KINDS[sort],
    range: toLspRange(document, range),
    selectionRange: toLspRange(document, selection),
    children: children.map(nested),
  };
}

function flat(session: Session, item: OutlineItem, containerName: string | undefined): SymbolInformation[] {
  const { document, name, sort, range, children } = item;
  const own: SymbolInformation = {
    name,
    kind: KINDS[sort],
    location: toLocation(session, document, range),
    ...(containerName === undefined ? {} : { containerName }),
  };
  return [own, ...children.flatMap((child) => flat(session, child, name))];
}
