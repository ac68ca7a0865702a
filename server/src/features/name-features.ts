import type { Connection, ServerCapabilities } from "vscode-languageserver/node";
import { definitionCapabilities, registerDefinition } from "./definition.ts";
import { highlightCapabilities, registerDocumentHighlight } from "./document-highlight.ts";
import { documentSymbolCapabilities, registerDocumentSymbols } from "./document-symbols.ts";
import { referencesCapabilities, registerReferences } from "./references.ts";
import { registerRename, renameCapabilities } from "./rename.ts";
import type { Session } from "./session.ts";
import { registerWorkspaceSymbols, workspaceSymbolCapabilities } from "./workspace-symbols.ts";

/** What the server can do with names, apart from completing them. */
export const nameCapabilities: ServerCapabilities = {
  ...definitionCapabilities,
  ...referencesCapabilities,
  ...renameCapabilities,
  ...highlightCapabilities,
  ...documentSymbolCapabilities,
  ...workspaceSymbolCapabilities,
};

/** Answers all requests about names. */
export function registerNameFeatures(connection: Connection, session: Session): void {
  registerDefinition(connection, session);
  registerReferences(connection, session);
  registerRename(connection, session);
  registerDocumentHighlight(connection, session);
  registerDocumentSymbols(connection, session);
  registerWorkspaceSymbols(connection, session);
}
