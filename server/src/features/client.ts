import type { ClientCapabilities, InitializeParams } from "vscode-languageserver/node";

/** What the client can do, as far as the server asks. Everything is optional in the protocol. */
export interface ClientFeatures {
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly refreshesInlayHints: boolean;
  readonly refreshesCodeLenses: boolean;
  readonly relatedInformation: boolean;
  readonly relatedDocuments: boolean;
  readonly codeDescription: boolean;
  readonly documentChanges: boolean;
  readonly changeAnnotations: boolean;
  readonly snippets: boolean;
  readonly completionSnippets: boolean;
  readonly resolvesEdits: boolean;
  readonly configuration: boolean;
  readonly watchesFiles: boolean;
  /** Watches files outside of the workspace's folders too. */
  readonly watchesOutside: boolean;
  readonly registersConfiguration: boolean;
  readonly workspaceFolders: boolean;
  /** Definitions may say what they are about, not only where they are. */
  readonly definitionLinks: boolean;
  /** The outline may be a tree. */
  readonly nestedSymbols: boolean;
  /** The client has a command that shows a rule's page. */
  readonly explainsRules: boolean;
  /** The client has a command that shows what a lens is about. */
  readonly opensLenses: boolean;
  /** The client has commands that shift traffic on a cluster. */
  readonly shiftsTraffic: boolean;
}

/** What only our own clients can do. */
type OwnFeatures = Pick<ClientFeatures, "explainsRules" | "opensLenses" | "shiftsTraffic">;

/** Reads a client's abilities from its `initialize` request. */
export function clientFeatures(params: InitializeParams, own: OwnFeatures): ClientFeatures {
  const { textDocument, workspace } = capabilitiesOf(params);
  const { codeAction, completion, definition, diagnostic, documentSymbol, publishDiagnostics } =
    textDocument ?? {};
  const described = diagnostic ?? publishDiagnostics;
  return {
    pullsDiagnostics: diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshesInlayHints: workspace?.inlayHint?.refreshSupport === true,
    refreshesCodeLenses: workspace?.codeLens?.refreshSupport === true,
    relatedInformation:
      described?.relatedInformation === true || publishDiagnostics?.relatedInformation === true,
    relatedDocuments: diagnostic?.relatedDocumentSupport === true,
    codeDescription:
      described?.codeDescriptionSupport === true || publishDiagnostics?.codeDescriptionSupport === true,
    documentChanges: workspace?.workspaceEdit?.documentChanges === true,
    changeAnnotations: workspace?.workspaceEdit?.changeAnnotationSupport !== undefined,
    snippets: workspace?.workspaceEdit?.snippetEditSupport === true,
    completionSnippets: completion?.completionItem?.snippetSupport === true,
    resolvesEdits:
      codeAction?.dataSupport === true && codeAction.resolveSupport?.properties.includes("edit") === true,
    configuration: workspace?.configuration === true,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    watchesOutside:
      workspace?.didChangeWatchedFiles?.dynamicRegistration === true &&
      workspace.didChangeWatchedFiles.relativePatternSupport === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    definitionLinks: definition?.linkSupport === true,
    nestedSymbols: documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    ...own,
  };
}

/** A client that breaks the protocol by leaving its capabilities out has none. */
function capabilitiesOf(params: InitializeParams): ClientCapabilities {
  return (params.capabilities as ClientCapabilities | undefined) ?? {}; // required by the protocol only on paper
}
