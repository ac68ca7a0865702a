import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type ClientCapabilities,
  createProtocolConnection,
  type Diagnostic,
  DiagnosticRefreshRequest,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  type DocumentDiagnosticReport,
  DocumentDiagnosticRequest,
  ExitNotification,
  type FileChangeType,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Range,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";

/** What is tested: the server's source, or the bundle that `NINES_SERVER` names. */
export const SERVER =
  process.env.NINES_SERVER ?? join(import.meta.dirname, "..", "..", "server", "src", "server", "main.ts");

/** A client that can do what VS Code can. */
export const fullCapabilities: ClientCapabilities = {
  textDocument: {
    diagnostic: {
      dynamicRegistration: true,
      relatedInformation: true,
      codeDescriptionSupport: true,
      dataSupport: true,
    },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source.fixAll"] } },
      isPreferredSupport: true,
      dataSupport: true,
      resolveSupport: { properties: ["edit"] },
    },
  },
  workspace: {
    diagnostics: { refreshSupport: true },
    workspaceFolders: true,
    workspaceEdit: { documentChanges: true, changeAnnotationSupport: { groupsOnLabel: false } },
  },
};

export interface StartOptions {
  /** Path of the workspace folder; none when undefined. */
  readonly folder?: string;
  /** Its URI, when it is on no disk. */
  readonly folderUri?: string;
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: unknown;
  readonly locale?: string;
  /** Changes to the environment of the server. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called before `initialize`, to answer what the server asks. */
  prepare?(connection: ProtocolConnection): void;
}

/** The real server in a process of its own, and a client that talks to it. */
export class TestClient {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcess;
  /** How often the server asked to pull again. */
  refreshes = 0;
  /** What the server pushed, oldest first. */
  readonly published: PublishDiagnosticsParams[] = [];
  initialized: InitializeResult | undefined;
  readonly #versions = new Map<string, number>();

  private constructor(env: StartOptions["env"] = {}) {
    this.process = spawn(process.execPath, [SERVER, "--stdio"], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });
    const { stdin, stdout } = this.process;
    if (stdin === null || stdout === null) throw new Error("The server has no pipes.");
    this.connection = createProtocolConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    this.connection.onRequest(DiagnosticRefreshRequest.type, () => {
      this.refreshes++;
    });
    this.connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.published.push(params);
    });
    this.connection.listen();
  }

  /** Starts the server on a folder and shakes hands. */
  static async start(options: StartOptions = {}): Promise<TestClient> {
    const client = new TestClient(options.env);
    options.prepare?.(client.connection);
    const uri = options.folderUri ?? (options.folder === undefined ? undefined : fileUri(options.folder));
    const folders = uri === undefined ? null : [{ uri, name: "test" }];
    client.initialized = await client.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: folders,
      capabilities: options.capabilities ?? fullCapabilities,
      initializationOptions: options.initializationOptions,
      ...(options.locale === undefined ? {} : { locale: options.locale }),
    });
    await client.connection.sendNotification(InitializedNotification.type, {});
    return client;
  }

  async open(uri: string, text: string, languageId = "yaml"): Promise<void> {
    this.#versions.set(uri, 1);
    const textDocument = { uri, languageId, version: 1, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  /** Replaces a range of an open document, or all of it. */
  async change(uri: string, text: string, range?: Range): Promise<void> {
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [range === undefined ? { text } : { range, text }],
    });
  }

  /** Says that files changed on disk. */
  async filesChanged(changes: readonly (readonly [uri: string, type: FileChangeType])[]): Promise<void> {
    await this.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: changes.map(([uri, type]) => ({ uri, type })),
    });
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  /** Asks for a document's diagnostics. */
  pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    return this.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri },
      ...(previousResultId === undefined ? {} : { previousResultId }),
    });
  }

  /** The rules that have findings in a document, sorted. */
  async rulesIn(uri: string): Promise<string[]> {
    return (await this.items(uri)).map(({ code }) => String(code)).sort();
  }

  /** A document's diagnostics in full. */
  async items(uri: string): Promise<Diagnostic[]> {
    const report = await this.pull(uri);
    if (report.kind !== "full") throw new Error("A full report was expected.");
    return report.items;
  }

  /** Says goodbye and returns the server's exit code. */
  async stop(): Promise<number | null> {
    const exited = once(this.process, "exit");
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    const [code] = await exited;
    this.connection.dispose();
    return code;
  }
}

/** The URI of a path. */
export function fileUri(path: string): string {
  return pathToFileURL(path).href;
}

/** Waits until a condition holds. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
    await pause(10);
  }
}

/** Resolves after some milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
