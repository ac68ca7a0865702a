import { isDeepStrictEqual } from "node:util";
import type { Diagnostic } from "vscode-languageserver/node";
import type { SourceFile } from "../model/document.ts";
import { Diagnostics } from "./diagnostic.ts";
import type { Session } from "./session.ts";

/** What there is to say about a file. The id stays the same for as long as the items do. */
export interface Report {
  readonly resultId: string;
  readonly items: readonly Diagnostic[];
}

/** A file's diagnostics from elsewhere (its schema) that a report holds besides those of the rules. */
export interface MoreDiagnostics {
  /** What is known so far. */
  of(file: SourceFile): readonly Diagnostic[];
  /** Gives it a moment to become known. */
  prepare(file: SourceFile): Promise<void>;
}

/** The reports of the files, by the URI under which the server keeps them. */
export class Reports {
  readonly #session: Session;
  readonly #diagnostics: Diagnostics;
  readonly #more: MoreDiagnostics;
  readonly #reports = new Map<string, Report>();
  #lastId = 0;

  constructor(session: Session, more: MoreDiagnostics) {
    this.#session = session;
    this.#diagnostics = new Diagnostics(session);
    this.#more = more;
  }

  /** Gives the slower parts of a file's report a moment to be ready. */
  prepare(file: SourceFile): Promise<void> {
    return this.#more.prepare(file);
  }

  /** The report of a file as it is now. */
  of(file: SourceFile): Report {
    const own = this.#session.findings(file).map((finding) => this.#diagnostics.of(finding));
    const items = [...own, ...this.#more.of(file)];
    const known = this.#reports.get(file.uri);
    if (known !== undefined && sameItems(known.items, items)) return known;
    const report = { resultId: String(++this.#lastId), items };
    this.#reports.set(file.uri, report);
    return report;
  }

  /** Forgets a file that is no longer there. */
  forget(uri: string): void {
    this.#reports.delete(uri);
  }
}

function sameItems(a: readonly Diagnostic[], b: readonly Diagnostic[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i] || isDeepStrictEqual(item, b[i]));
}
