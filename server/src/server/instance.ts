import {
  type Connection,
  type InitializeParams,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";
import { Availability } from "../features/availability.ts";
import { Branch } from "../features/branch.ts";
import { type ClientFeatures, clientFeatures } from "../features/client.ts";
import { ClusterSchemas } from "../features/cluster-schemas.ts";
import { codeActionCapabilities, registerCodeActions } from "../features/code-actions.ts";
import { CodeLenses, codeLensCapabilities } from "../features/code-lens.ts";
import { completionCapabilities, registerCompletion } from "../features/completion.ts";
import { provideConfigSchema } from "../features/config-schema.ts";
import { CustomResources } from "../features/custom-resources.ts";
import { documentLinkCapabilities, registerDocumentLinks } from "../features/document-links.ts";
import { hoverCapabilities, registerHover } from "../features/hover.ts";
import { InlayHints, inlayHintCapabilities } from "../features/inlay-hints.ts";
import { nameCapabilities, registerNameFeatures } from "../features/name-features.ts";
import { provideOwnSchemas } from "../features/own-schemas.ts";
import { PullDiagnostics } from "../features/pull-diagnostics.ts";
import { PushDiagnostics } from "../features/push-diagnostics.ts";
import { RecoveryTimelines } from "../features/recovery-timelines.ts";
import { Reports } from "../features/reports.ts";
import { SchemaDiagnostics } from "../features/schema-diagnostics.ts";
import { schemaHover } from "../features/schema-hover.ts";
import type { Doubt } from "../features/session.ts";
import { type Catalogue, type Message, render as say } from "../model/message.ts";
import { Builder } from "../programs/builder.ts";
import type { Rule } from "../rules/rule.ts";
import { createSchemaService } from "../schema/service.ts";
import { explain } from "../traffic/shift/reading/read.ts";
import { BaseRendering } from "./base-rendering.ts";
import { ClientFiles, noFiles } from "./client-files.ts";
import { ConnectedCluster } from "./connected-cluster.ts";
import { answerCustomMessages } from "./custom-messages.ts";
import { Deferred } from "./deferred.ts";
import { FailureLog } from "./failure-log.ts";
import { Folders } from "./folders.ts";
import { guarded } from "./guard.ts";
import { Indexer } from "./indexer.ts";
import { LiveSession } from "./live-session.ts";
import { catalogueFor, isSimplifiedChinese } from "./locale.ts";
import { NodeFiles } from "./node-files.ts";
import { OpenDocuments } from "./open-documents.ts";
import { Project } from "./project.ts";
import {
  type ClusterLapse,
  type InitializationOptions,
  METHODS,
  readInitializationOptions,
} from "./protocol.ts";
import { Rendering, type RenderSettings } from "./rendering.ts";
import { SettingsSync } from "./settings-sync.ts";
import { ClusterDesk } from "./shifting/cluster-desk.ts";
import { withWritten } from "./shifting/settings.ts";
import { StatusReporter } from "./status-reporter.ts";
import { folderUri, isFileUri, pathOfUri } from "./uris.ts";
import { WorkspaceSync } from "./workspace-sync.ts";

/** Changes are collected for this long before anybody is told, in milliseconds. */
const COLLECT_MS = 30;
const ALL_FILES = { filters: [{ pattern: { glob: "**/*" } }] };

/** What the server announces to a client. */
export function capabilities(client: ClientFeatures): ServerCapabilities {
  return {
    positionEncoding: "utf-16",
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
    workspace: {
      workspaceFolders: { supported: true, changeNotifications: true },
      fileOperations: { didCreate: ALL_FILES, didRename: ALL_FILES, didDelete: ALL_FILES },
    },
    ...codeActionCapabilities,
    ...hoverCapabilities,
    ...documentLinkCapabilities,
    ...inlayHintCapabilities,
    ...codeLensCapabilities,
    ...completionCapabilities,
    ...nameCapabilities,
    ...(client.pullsDiagnostics ? PullDiagnostics.capabilities : {}),
  };
}

/** One client's server: made of its `initialize` request, at work from `initialized` until `shutdown`. */
export class ServerInstance {
  readonly client: ClientFeatures;
  readonly #options: InitializationOptions;
  readonly #locale: string | undefined;
  readonly #folders = new Folders();
  #isTrusted: boolean;
  readonly #project: Project;
  readonly #settings: SettingsSync;
  readonly #workspace: WorkspaceSync;
  readonly #diagnostics: PullDiagnostics | PushDiagnostics;
  readonly #inlayHints: InlayHints;
  readonly #codeLenses: CodeLenses;
  readonly #availability: Availability;
  readonly #branch: Branch;
  readonly #timelines: RecoveryTimelines;
  readonly #customResources: CustomResources;
  readonly #clusters: ClusterDesk;
  readonly #connected: ConnectedCluster;
  readonly #rendering: Rendering;
  readonly #baseRendering: BaseRendering;
  readonly #status: StatusReporter;
  readonly #failures: FailureLog;
  readonly #ready = new Deferred();
  readonly #complete = new Deferred();
  #catalogue: Catalogue = {};
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: Connection, rules: readonly Rule[], params: InitializeParams) {
    this.#options = readInitializationOptions(params.initializationOptions);
    this.#isTrusted = this.#options.trusted;
    this.#locale = params.locale;
    this.client = clientFeatures(params, {
      explainsRules: this.#options.explainsRules,
      opensLenses: this.#options.opensLenses,
      shiftsTraffic: this.#options.shiftsTraffic,
    });
    for (const folder of foldersOf(params)) this.#folders.add(folder);
    this.#status = new StatusReporter(connection, this.#options.showsStatus);
    this.#failures = new FailureLog(connection, (message) => this.#say(message));
    this.#project = new Project(
      guarded(rules, (id, { document }, error) => this.#failures.add(`Rule ${id}`, document.uri, error)),
      (uri) => this.#folders.settingsOf(uri).profile,
    );
    const open = new OpenDocuments();
    this.#rendering = this.#renderer(connection);
    this.#baseRendering = this.#baseRenderer(connection);
    const session = this.#session(open);
    const schemas = createSchemaService({ onError: (error) => connection.console.error(String(error)) });
    provideConfigSchema(schemas);
    provideOwnSchemas(schemas, isSimplifiedChinese(params.locale));
    const schemaDiagnostics = new SchemaDiagnostics(session, schemas, (uri) =>
      this.#reportsChanged({ everything: false, uris: new Set([uri]) }),
    );
    const reports = new Reports(session, schemaDiagnostics);
    const schemasChanged = () => {
      schemaDiagnostics.reset();
      this.#reportsChanged({ everything: true, uris: new Set() });
    };
    this.#customResources = new CustomResources(session, schemas, schemasChanged);
    this.#connected = new ConnectedCluster({
      project: this.#project,
      schemas: new ClusterSchemas({ session, service: schemas, changed: schemasChanged }),
      changed: () => {
        this.#notice();
        this.#rendering.changed();
      },
      lapsed: (context, lapse) => {
        const what = lapse?.kinds.length ? `${lapse.kinds.join(", ")} (${context})` : context;
        const problem = lapse && this.#say(explain(lapse.failure, what));
        const since = lapse?.since;
        void connection.sendNotification(METHODS.clusterLapsed, {
          context,
          since,
          problem,
        } satisfies ClusterLapse);
      },
    });
    this.#diagnostics = this.client.pullsDiagnostics
      ? new PullDiagnostics(connection, session, reports, (findings) => this.#status.update({ findings }))
      : new PushDiagnostics(connection, session, reports);
    this.#settings = new SettingsSync(connection, this.client, this.#folders, ({ reread }) => {
      this.#project.reset();
      this.#rendering.changed();
      void this.#workspace.index(reread);
    });
    this.#workspace = new WorkspaceSync({
      connection,
      client: this.client,
      project: this.#project,
      folders: this.#folders,
      open,
      indexer: this.#indexer(connection, open),
      isTrusted: () => this.#isTrusted,
      changed: () => this.#notice(),
      savedChanged: () => this.#rendering.changed(),
      foldersChanged: () => this.#settings.read(),
    });
    open.listen(connection, {
      changed: (uri) => this.#workspace.documentChanged(uri),
      saved: () => this.#rendering.changed(),
      closed: (uri, clientUri) => {
        this.#diagnostics.closed(uri, clientUri);
        this.#inlayHints.closed(uri);
        this.#codeLenses.closed(uri);
        void this.#workspace.documentClosed(uri);
      },
    });
    registerCodeActions(connection, session);
    registerHover(connection, session, (uri, offset) => schemaHover(session, schemas, uri, offset));
    registerCompletion(connection, session, schemas);
    registerDocumentLinks(connection, session);
    registerNameFeatures(connection, session);
    this.#inlayHints = new InlayHints(connection, session);
    this.#codeLenses = new CodeLenses(connection, session);
    this.#branch = new Branch(session, this.#baseRendering, {
      marked: () => this.#availability.changed(),
      counted: (summary) => void connection.sendNotification(METHODS.branchChanged, summary),
    });
    this.#availability = new Availability(
      session,
      () => this.#branch.introduced(),
      (change) => void connection.sendNotification(METHODS.availabilityChanged, change),
    );
    this.#timelines = new RecoveryTimelines(session, (plan) => {
      void connection.sendNotification(METHODS.recoveryTimelineChanged, plan);
    });
    this.#clusters = new ClusterDesk(connection, session, {
      isTrusted: () => this.#isTrusted,
      settings: () => {
        const [folder] = this.#folders.uris;
        const path = folder !== undefined && isFileUri(folder) ? pathOfUri(folder) : undefined;
        return withWritten(this.#folders.settingsOf("").cluster, path);
      },
      folderOf: (uri) => this.#folders.folderOf(uri),
      connected: (cluster) => this.#connected.use(cluster),
    });
    connection.onRequest(METHODS.refreshCluster, () => this.#connected.refresh());
    const views = { availability: this.#availability, branch: this.#branch, timelines: this.#timelines };
    answerCustomMessages(connection, session, views, {
      trusted: (trusted) => {
        connection.console.info(`Workspace trusted: ${trusted}`);
        this.#isTrusted = trusted;
        if (!trusted) this.#connected.use(undefined);
        // Not before the folders themselves are in.
        void this.#complete.promise.then(() => this.#readAround());
        this.#rendering.trust(trusted);
        if (!trusted) this.#baseRendering.stop();
        // What may be built of the base is another thing now.
        this.#branch.changed({ everything: true, uris: new Set() });
      },
    });
  }

  /** Reads the settings and the workspace. */
  async start(): Promise<void> {
    const [catalogue] = await Promise.all([catalogueFor(this.#locale), this.#settings.read()]);
    this.#catalogue = catalogue ?? {};
    // Open documents came in before it was known which files are left out.
    await this.#workspace.index([]);
    const folders = this.#folders.uris;
    if (folders.length === 0) this.#project.markComplete();
    this.#ready.resolve();
    await Promise.all([this.#settings.register(), this.#workspace.register()]);
    await this.#workspace.index(folders);
    await this.#readAround();
    this.#complete.resolve();
    this.#status.update({ state: "ready" });
    this.#rendering.start();
    this.#notice();
  }

  /** Something may be called missing when everything that could be it is in. */
  async #readAround(): Promise<void> {
    if (await this.#workspace.indexAround()) this.#project.markComplete();
  }

  /** Resolves once clusters are let go of. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#status.stop();
    this.#rendering.stop();
    this.#baseRendering.stop();
    this.#availability.stop();
    this.#branch.stop();
    this.#timelines.stop();
    this.#connected.use(undefined);
    await this.#clusters.stop();
  }

  #session(open: OpenDocuments): LiveSession {
    const instance = this;
    return new LiveSession({
      client: this.client,
      project: this.#project,
      folders: this.#folders,
      open,
      get catalogue() {
        return instance.#catalogue;
      },
      ready: this.#ready.promise,
      complete: this.#complete.promise,
      isWanted: (uri) => this.#workspace.isWanted(uri),
      withBuilt: (file, own) => this.#rendering.addTo(file, own),
      get judged() {
        return instance.#rendering.judged;
      },
      failed: (uri, error) => this.#failures.add("The analysis", uri, error),
    });
  }

  #renderer(connection: Connection): Rendering {
    return new Rendering(this.#options.trusted, {
      project: this.#project,
      builder: new Builder({ pathOf: pathOfUri }),
      settingsOf: (uri) => this.#renderSettingsOf(uri),
      changed: (uris) => {
        const doubt = { everything: false, uris };
        this.#reportsChanged(doubt);
        this.#branch.changed(doubt);
        this.#availability.changed();
      },
      problem: ({ file, reason }) =>
        connection.console.info(`Not rendered: ${pathOfUri(file) ?? file}: ${this.#say(reason)}`),
      note: (note) => this.#status.update({ note: note && this.#say(note) }),
    });
  }

  #baseRenderer(connection: Connection): BaseRendering {
    return new BaseRendering({
      isTrusted: () => this.#isTrusted,
      settingsOf: (uri) => this.#renderSettingsOf(uri),
      isIgnored: (uri) => this.#project.isIgnored(uri),
      problem: ({ file, reason }) =>
        connection.console.info(`Not rendered as it was: ${pathOfUri(file) ?? file}: ${this.#say(reason)}`),
    });
  }

  #renderSettingsOf(uri: string): RenderSettings {
    const { enable, render } = this.#folders.settingsOf(uri);
    return enable ? render : { ...render, enabled: false };
  }

  #indexer(connection: Connection, open: OpenDocuments): Indexer {
    const node = new NodeFiles((message) => connection.console.log(message));
    const other = this.#options.readsFiles ? new ClientFiles(connection) : noFiles;
    return new Indexer({
      project: this.#project,
      accessFor: (uri) => (isFileUri(uri) ? node : other),
      excludesOf: (folder) => this.#folders.settingsOf(folder).exclude,
      isInFolder: (uri) => this.#folders.folderOf(uri) !== undefined,
      isOpen: (uri) => open.has(uri),
      progress: (files) => this.#status.update({ files }),
    });
  }

  #say(message: Message): string {
    return say(message, this.#catalogue);
  }

  /** Tells the client about this and the next changes together. */
  #notice(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const doubt = this.#project.takeDoubt();
      this.#reportsChanged(doubt);
      if (this.#complete.isResolved) this.#customResources.changed(doubt);
      this.#connected.documentsChanged();
      if (!doubt.everything && doubt.uris.size === 0) return;
      this.#inlayHints.changed();
      this.#codeLenses.changed();
      this.#branch.changed(doubt);
      this.#availability.changed();
      this.#timelines.changed();
    }, COLLECT_MS);
  }

  #reportsChanged(doubt: Doubt): void {
    this.#diagnostics.changed(doubt);
  }
}

/** The folders the client opens; older clients name one root. */
function foldersOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  if (workspaceFolders) return workspaceFolders.map(({ uri }) => folderUri(uri));
  return rootUri ? [folderUri(rootUri)] : [];
}
