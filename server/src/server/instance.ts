import {
  type Connection,
  type InitializeParams,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";
import { type ClientFeatures, clientFeatures } from "../features/client.ts";
import { codeActionCapabilities, registerCodeActions } from "../features/code-actions.ts";
import { documentLinkCapabilities, registerDocumentLinks } from "../features/document-links.ts";
import { hoverCapabilities, registerHover } from "../features/hover.ts";
import { PullDiagnostics } from "../features/pull-diagnostics.ts";
import { PushDiagnostics } from "../features/push-diagnostics.ts";
import { Reports } from "../features/reports.ts";
import type { Rule } from "../rules/rule.ts";
import { parentOf } from "../workspace/uri.ts";
import { answerCustomMessages } from "./custom-messages.ts";
import { Deferred } from "./deferred.ts";
import { Folders } from "./folders.ts";
import { guarded } from "./guard.ts";
import { Indexer } from "./indexer.ts";
import { LiveSession } from "./live-session.ts";
import { NodeFiles } from "./node-files.ts";
import { OpenDocuments } from "./open-documents.ts";
import { Project } from "./project.ts";
import { type InitializationOptions, readInitializationOptions } from "./protocol.ts";
import { StatusReporter } from "./status-reporter.ts";
import { canonicalUri } from "./uris.ts";

/** Changes are collected for this long before anybody is told, in milliseconds. */
const QUIET_MS = 30;

/** What the server announces to a client. */
export function capabilities(client: ClientFeatures): ServerCapabilities {
  return {
    positionEncoding: "utf-16",
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: false },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    ...codeActionCapabilities,
    ...hoverCapabilities,
    ...documentLinkCapabilities,
    ...(client.pullsDiagnostics ? PullDiagnostics.capabilities : {}),
  };
}

/** One client's server: made of its `initialize` request, at work from `initialized` until `shutdown`. */
export class ServerInstance {
  readonly client: ClientFeatures;
  readonly #connection: Connection;
  readonly #options: InitializationOptions;
  readonly #folders = new Folders();
  readonly #open = new OpenDocuments();
  readonly #project: Project;
  readonly #indexer: Indexer;
  readonly #diagnostics: PullDiagnostics | PushDiagnostics;
  readonly #status: StatusReporter;
  readonly #ready = new Deferred();
  readonly #complete = new Deferred();
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: Connection, rules: readonly Rule[], params: InitializeParams) {
    this.#connection = connection;
    this.#options = readInitializationOptions(params.initializationOptions);
    this.client = clientFeatures(params, this.#options.explainsRules);
    for (const folder of foldersOf(params)) this.#folders.add(folder);
    const log = (message: string) => connection.console.log(message);
    this.#project = new Project(
      guarded(rules, (id, resource, error) => this.#failed(`rule ${id}`, resource.document.uri, error)),
      (uri) => this.#folders.settingsOf(uri).profile,
    );
    this.#status = new StatusReporter(connection, this.#options.showsStatus);
    const files = new NodeFiles(log);
    this.#indexer = new Indexer({
      project: this.#project,
      accessFor: () => files,
      excludesOf: (folder) => this.#folders.settingsOf(folder).exclude,
      isOpen: (uri) => this.#open.has(uri),
      progress: (count) => this.#status.update({ files: count }),
    });
    const session = new LiveSession({
      client: this.client,
      project: this.#project,
      folders: this.#folders,
      open: this.#open,
      catalogue: {},
      ready: this.#ready.promise,
      complete: this.#complete.promise,
      failed: (uri, error) => this.#failed("the analysis", uri, error),
    });
    const reports = new Reports(session);
    this.#diagnostics = this.client.pullsDiagnostics
      ? new PullDiagnostics(connection, session, reports)
      : new PushDiagnostics(connection, session, reports);
    registerCodeActions(connection, session);
    registerHover(connection, session, async () => undefined);
    registerDocumentLinks(connection, session);
    answerCustomMessages(connection, session, { trusted: () => undefined });
    this.#open.listen(connection, {
      changed: (uri) => this.#changed(uri),
      closed: (uri, clientUri) => this.#closed(uri, clientUri),
    });
  }

  /** Reads the settings and the workspace. */
  start(): void {
    this.#ready.resolve();
    void this.#index();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#status.stop();
  }

  async #index(): Promise<void> {
    for (const folder of this.#folders.uris) await this.#indexer.index(folder);
    this.#project.markComplete();
    this.#complete.resolve();
    this.#status.update({ state: "ready" });
    this.#notice();
  }

  #changed(uri: string): void {
    const document = this.#open.get(uri);
    if (document === undefined || this.#folders.isExcluded(uri)) return;
    this.#project.set(uri, document.getText());
    this.#notice();
  }

  #closed(uri: string, clientUri: string): void {
    this.#diagnostics.closed(uri, clientUri);
    void this.#indexer.reload(uri).then(() => this.#notice());
  }

  /** Tells the client about changes when no more have come for a while. */
  #notice(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#diagnostics.changed(this.#project.takeDoubt()), QUIET_MS);
  }

  #failed(what: string, uri: string, error: unknown): void {
    this.#connection.console.error(`${what} failed on ${uri}: ${String(error)}`);
  }
}

/** The folders the client opens; older clients name one root. */
function foldersOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  if (workspaceFolders) return workspaceFolders.map(({ uri }) => withoutSlash(canonicalUri(uri)));
  return rootUri ? [withoutSlash(canonicalUri(rootUri))] : [];
}

function withoutSlash(uri: string): string {
  return uri.endsWith("/") ? parentOf(uri) : uri;
}
