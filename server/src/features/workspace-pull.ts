import { setImmediate } from "node:timers/promises";
import type {
  CancellationToken,
  PreviousResultId,
  WorkspaceDiagnosticParams,
  WorkspaceDiagnosticReport,
  WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver/node";
import { refuseIfCancelled } from "./cancellation.ts";
import type { Report, Reports } from "./reports.ts";
import type { Doubt, Session } from "./session.ts";

/** How long to look before the client is heard again, in milliseconds. */
const SLICE_MS = 8;

/**
 * Answers for the files that are not open; open documents are asked for one by one. A client that is up to
 * date gets its answer when something changes, so that asking again costs nothing.
 */
export class WorkspacePull {
  readonly #session: Session;
  readonly #reports: Reports;
  readonly #counted: (findings: number) => void;
  /** The reports that are not empty, by canonical URI. */
  readonly #found = new Map<string, Report>();
  /** Files that were open, with the client's spelling: their last report may still be shown. */
  readonly #closed = new Map<string, string>();
  #everythingStale = true;
  readonly #stale = new Set<string>();
  #wake: () => void = () => undefined;

  /** `counted` is told how many findings the workspace has. */
  constructor(session: Session, reports: Reports, counted: (findings: number) => void) {
    this.#session = session;
    this.#reports = reports;
    this.#counted = counted;
  }

  /** Says that reports may have changed. */
  changed(doubt: Doubt): void {
    if (doubt.everything) this.#everythingStale = true;
    for (const uri of doubt.uris) this.#stale.add(uri);
    this.#wake();
  }

  /** Says that a document was closed and is this class's business again. */
  closed(uri: string, clientUri: string): void {
    this.#closed.set(uri, clientUri);
    this.#stale.add(uri);
  }

  async report(
    { previousResultIds }: WorkspaceDiagnosticParams,
    token: CancellationToken,
  ): Promise<WorkspaceDiagnosticReport> {
    await Promise.race([this.#session.complete, cancelled(token)]);
    for (let mayDiffer = true; !token.isCancellationRequested; ) {
      const changed = this.#nextChange();
      const looked = await this.#lookAgain(token);
      const items = mayDiffer || looked ? this.#news(previousResultIds) : [];
      mayDiffer = false;
      // The first time nothing is an answer too; later it only would have the client ask again at once.
      if (previousResultIds.length === 0 || items.some(({ kind }) => kind === "full")) return { items };
      await Promise.race([changed, cancelled(token)]);
    }
    refuseIfCancelled(token);
    return { items: [] };
  }

  #nextChange(): Promise<void> {
    const previous = this.#wake;
    return new Promise((resolve) => {
      this.#wake = () => {
        previous();
        resolve();
      };
    });
  }

  /** Brings `#found` up to date. Returns whether there is something new about files that are not open. */
  async #lookAgain(token: CancellationToken): Promise<boolean> {
    let isNew = this.#closed.size > 0;
    if (this.#everythingStale) {
      this.#everythingStale = false;
      for (const uri of [...this.#session.uris(), ...this.#found.keys()]) this.#stale.add(uri);
    }
    let started = performance.now();
    for (const uri of this.#stale) {
      if (token.isCancellationRequested) return isNew;
      this.#stale.delete(uri);
      if (this.#look(uri) && this.#session.version(uri) === null) isNew = true;
      if (performance.now() - started < SLICE_MS) continue;
      await setImmediate();
      started = performance.now();
    }
    this.#counted([...this.#found.values()].reduce((sum, { items }) => sum + items.length, 0));
    return isNew;
  }

  /** Looks at one file again. Returns whether its report is another one. */
  #look(uri: string): boolean {
    const before = this.#found.get(uri);
    const file = this.#session.file(uri);
    const report = file === undefined ? undefined : this.#reports.of(file);
    if (report === undefined) this.#reports.forget(uri);
    const found = report === undefined || report.items.length === 0 ? undefined : report;
    if (found === undefined) this.#found.delete(uri);
    else this.#found.set(uri, found);
    return found !== before;
  }

  /** What differs from what the client has. Files without findings are named only to take findings away. */
  #news(previous: readonly PreviousResultId[]): WorkspaceDocumentDiagnosticReport[] {
    const open = new Set(this.#session.openUris());
    const known = new Map(previous.map((each) => [this.#session.canonicalUri(each.uri), each]));
    const items: WorkspaceDocumentDiagnosticReport[] = [];
    for (const [canonical, { resultId, items: found }] of this.#found) {
      if (open.has(canonical)) continue;
      const before = known.get(canonical);
      const uri = before?.uri ?? this.#session.clientUri(canonical);
      if (before?.value === resultId) items.push({ kind: "unchanged", uri, version: null, resultId });
      else items.push({ kind: "full", uri, version: null, resultId, items: [...found] });
    }
    for (const [canonical, { uri }] of known) {
      if (!open.has(canonical) && !this.#found.has(canonical)) items.push(nothing(uri));
    }
    for (const [canonical, uri] of this.#closed) {
      if (!open.has(canonical) && !known.has(canonical) && !this.#found.has(canonical))
        items.push(nothing(uri));
    }
    this.#closed.clear();
    return items;
  }
}

/** Without an id, so that the client does not ask about the file again. */
function nothing(uri: string): WorkspaceDocumentDiagnosticReport {
  return { kind: "full", uri, version: null, items: [] };
}

function cancelled(token: CancellationToken): Promise<void> {
  if (token.isCancellationRequested) return Promise.resolve();
  return new Promise((resolve) => token.onCancellationRequested(() => resolve()));
}
