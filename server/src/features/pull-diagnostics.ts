import type {
  CancellationToken,
  Connection,
  DocumentDiagnosticParams,
  DocumentDiagnosticReport,
  FullDocumentDiagnosticReport,
  ServerCapabilities,
  UnchangedDocumentDiagnosticReport,
} from "vscode-languageserver/node";
import { refuseIfCancelled } from "./cancellation.ts";
import { Refresh } from "./refresh.ts";
import type { Report, Reports } from "./reports.ts";
import type { Doubt, Session } from "./session.ts";
import { WorkspacePull } from "./workspace-pull.ts";

/** What a client was last told about an open document. */
interface Delivered {
  readonly resultId: string;
  readonly version: number | null;
}

/** Diagnostics for clients that ask for them. */
export class PullDiagnostics {
  readonly #session: Session;
  readonly #reports: Reports;
  readonly #workspace: WorkspacePull;
  /** By canonical URI. */
  readonly #delivered = new Map<string, Delivered>();
  readonly #refresh: Refresh;

  static readonly capabilities: ServerCapabilities = {
    diagnosticProvider: { identifier: "nines", interFileDependencies: true, workspaceDiagnostics: true },
  };

  /** `counted` is told how many findings the workspace has. */
  constructor(
    connection: Connection,
    session: Session,
    reports: Reports,
    counted: (findings: number) => void,
  ) {
    this.#refresh = new Refresh(() => connection.languages.diagnostics.refresh());
    this.#session = session;
    this.#reports = reports;
    this.#workspace = new WorkspacePull(session, reports, counted);
    connection.languages.diagnostics.on((params, token) => this.#document(params, token));
    connection.languages.diagnostics.onWorkspace((params, token) => this.#workspace.report(params, token));
  }

  /** Says that reports may have changed. Asks the client to pull again when what it shows is out of date. */
  changed(doubt: Doubt): void {
    this.#workspace.changed(doubt);
    const open = this.#session.openUris().filter((uri) => doubt.everything || doubt.uris.has(uri));
    if (!this.#session.client.refreshesDiagnostics) return;
    if (open.some((uri) => this.#isOutdated(uri))) this.#refresh.request();
  }

  closed(uri: string, clientUri: string): void {
    if (this.#delivered.delete(uri)) this.#workspace.closed(uri, clientUri);
  }

  async #document(
    { textDocument, previousResultId }: DocumentDiagnosticParams,
    token: CancellationToken,
  ): Promise<DocumentDiagnosticReport> {
    await this.#session.ready;
    refuseIfCancelled(token);
    const before = this.#session.file(textDocument.uri);
    if (before !== undefined) await this.#reports.prepare(before);
    refuseIfCancelled(token);
    const file = this.#session.file(textDocument.uri);
    if (file === undefined) return { kind: "full", items: [] };
    const report = this.#reports.of(file);
    this.#deliver(file.uri, report);
    return { ...asDocumentReport(report, previousResultId), ...this.#related(file.uri) };
  }

  /** The other open documents that the client shows out of date, for clients that take them along. */
  #related(uri: string): Pick<DocumentDiagnosticReport, "relatedDocuments"> {
    if (!this.#session.client.relatedDocuments) return {};
    const outdated = this.#session.openUris().filter((other) => other !== uri && this.#isOutdated(other));
    if (outdated.length === 0) return {};
    const reports = outdated.flatMap((other) => {
      const file = this.#session.file(other);
      if (file === undefined) return [];
      const report = this.#reports.of(file);
      this.#deliver(other, report);
      return [[this.#session.clientUri(other), asDocumentReport(report, undefined)] as const];
    });
    return { relatedDocuments: Object.fromEntries(reports) };
  }

  #deliver(uri: string, { resultId }: Report): void {
    this.#delivered.set(uri, { resultId, version: this.#session.version(uri) });
  }

  /** Whether the client shows something else, and will not ask by itself because it has edited the document. */
  #isOutdated(uri: string): boolean {
    const delivered = this.#delivered.get(uri);
    if (delivered === undefined || delivered.version !== this.#session.version(uri)) return false;
    const file = this.#session.file(uri);
    return file !== undefined && this.#reports.of(file).resultId !== delivered.resultId;
  }
}

function asDocumentReport(
  report: Report,
  previousResultId: string | undefined,
): FullDocumentDiagnosticReport | UnchangedDocumentDiagnosticReport {
  const { resultId, items } = report;
  if (resultId === previousResultId) return { kind: "unchanged", resultId };
  return { kind: "full", resultId, items: [...items] };
}
