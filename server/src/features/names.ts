import type { Location } from "vscode-languageserver/node";
import type { SourceDocument } from "../model/document.ts";
import type { Range } from "../model/range.ts";
import type { World } from "../symbols/world.ts";
import { documentAt, offsetAt, toLspRange } from "./ranges.ts";
import type { Session } from "./session.ts";

/** A place that a request about names is made for. */
export interface NamePlace {
  readonly world: World;
  readonly document: SourceDocument;
  /** Counted from the document's start. */
  readonly offset: number;
}

interface PositionParams {
  readonly textDocument: { readonly uri: string };
  readonly position: { readonly line: number; readonly character: number };
}

/** What the search for names sees of a session. */
export function worldOf(session: Session): World {
  return { snapshot: session.snapshot(), files: () => session.files() };
}

/** The place of a request; undefined in a file that Nines does not look at. */
export async function namePlace(
  session: Session,
  { textDocument, position }: PositionParams,
): Promise<NamePlace | undefined> {
  await session.ready;
  const file = session.file(textDocument.uri);
  if (file === undefined || !session.isEnabled(file.uri)) return undefined;
  const offset = offsetAt(file, position);
  const document = documentAt(file, offset);
  return document === undefined
    ? undefined
    : { world: worldOf(session), document, offset: offset - document.start };
}

/** A range of a document as the protocol has it. */
export function toLocation(session: Session, document: SourceDocument, range: Range): Location {
  return { uri: session.clientUri(document.uri), range: toLspRange(document, range) };
}
