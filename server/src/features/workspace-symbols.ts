import {
  type Connection,
  type ServerCapabilities,
  type SymbolInformation,
  SymbolKind,
} from "vscode-languageserver/node";
import { shownFolder } from "../symbols/display.ts";
import { searchResources } from "../symbols/search.ts";
import { toLocation, worldOf } from "./names.ts";
import type { Session } from "./session.ts";

export const workspaceSymbolCapabilities: ServerCapabilities = { workspaceSymbolProvider: true };

/** Finds resources of the workspace by kind and name. */
export function registerWorkspaceSymbols(connection: Connection, session: Session): void {
  connection.onWorkspaceSymbol(async ({ query }): Promise<SymbolInformation[]> => {
    await session.ready;
    const found = searchResources(worldOf(session), query);
    return found
      .filter(({ document }) => session.isEnabled(document.uri))
      .map(({ document, title, range }) => ({
        name: title,
        kind: SymbolKind.Class,
        location: toLocation(session, document, range),
        // Copies of a resource in several overlays are told apart by their folder.
        containerName: shownFolder(document.uri),
      }));
  });
}
