import type { Connection, InlayHint, InlayHintParams, ServerCapabilities } from "vscode-languageserver/node";
import type { Meaning } from "../effective/meaning.ts";
import { meaningsIn } from "../effective/meanings.ts";
import type { SourceDocument, SourceFile } from "../model/document.ts";
import type { Message } from "../model/message.ts";
import type { Range } from "../model/range.ts";
import { markdownOf, worldOf } from "./effective.ts";
import { documentAt, toLspRange, toOffsets } from "./ranges.ts";
import { Refresh } from "./refresh.ts";
import type { Session } from "./session.ts";

export const inlayHintCapabilities: ServerCapabilities = { inlayHintProvider: true };

/** What a client was last told about a part of an open document. */
interface Delivered {
  readonly version: number | null;
  readonly asked: InlayHintParams["range"];
  readonly hints: string;
}

/** Effective values behind what is written, in the part of a document that is shown. */
export class InlayHints {
  readonly #session: Session;
  readonly #refresh: Refresh;
  /** By canonical URI. */
  readonly #delivered = new Map<string, Delivered>();

  constructor(connection: Connection, session: Session) {
    this.#session = session;
    this.#refresh = new Refresh(() => connection.languages.inlayHint.refresh());
    connection.languages.inlayHint.on(async ({ textDocument, range }) => {
      await session.ready;
      const file = session.file(textDocument.uri);
      if (file === undefined) return [];
      const hints = hintsIn(session, file, range);
      const version = session.version(file.uri);
      this.#delivered.set(file.uri, { version, asked: range, hints: JSON.stringify(hints) });
      return hints;
    });
  }

  /** Says that something changed. Asks the client to draw again when what it shows is out of date. */
  changed(): void {
    if (!this.#session.client.refreshesInlayHints) return;
    if ([...this.#delivered].some(([uri, delivered]) => this.#isOutdated(uri, delivered)))
      this.#refresh.request();
  }

  closed(uri: string): void {
    this.#delivered.delete(uri);
  }

  /** An edited document is asked about by the client itself. */
  #isOutdated(uri: string, { version, asked, hints }: Delivered): boolean {
    if (version === null || version !== this.#session.version(uri)) return false;
    const file = this.#session.file(uri);
    return file !== undefined && JSON.stringify(hintsIn(this.#session, file, asked)) !== hints;
  }
}

function hintsIn(session: Session, file: SourceFile, range: InlayHintParams["range"]): InlayHint[] {
  const mode = session.drawing(file.uri).inlayHints;
  if (mode === "off") return [];
  const shown = toOffsets(file, range);
  const world = worldOf(session, file.uri);
  return documentsIn(file, shown).flatMap((document) => {
    const own = { start: shown.start - document.start, end: shown.end - document.start };
    const meanings = meaningsIn(document, own, world).filter(({ at }) => own.start <= at && at <= own.end);
    const hints = meanings.flatMap((meaning) => hintOf(session, document, meaning, labelOf(meaning, mode)));
    return withoutRepetition(hints);
  });
}

/** The documents of a file that a range touches, without a look at the others. */
function documentsIn(file: SourceFile, { start, end }: Range): readonly SourceDocument[] {
  const first = documentAt(file, start);
  if (first === undefined) return [];
  const found: SourceDocument[] = [];
  for (let i = file.documents.indexOf(first); i < file.documents.length; i++) {
    const document = file.documents[i];
    if (document === undefined || document.start > end) break;
    found.push(document);
  }
  return found;
}

function labelOf(meaning: Meaning, mode: "compact" | "on"): Message | undefined {
  if (mode === "on") return meaning.longLabel ?? meaning.label;
  return meaning.plain ? undefined : meaning.label;
}

function hintOf(
  session: Session,
  document: SourceDocument,
  meaning: Meaning,
  label: Message | undefined,
): InlayHint[] {
  if (label === undefined) return [];
  const { at } = meaning;
  return [
    {
      position: toLspRange(document, { start: at, end: at }).start,
      label: session.text(label),
      paddingLeft: true,
      tooltip: { kind: "markdown", value: markdownOf(session, meaning) },
    },
  ];
}

/** What several read in one place, such as an anchor, is said once. */
function withoutRepetition(hints: readonly InlayHint[]): InlayHint[] {
  const keyOf = ({ position, label }: InlayHint) => `${position.line}:${position.character} ${label}`;
  return [...new Map(hints.map((hint) => [keyOf(hint), hint])).values()];
}
