import type { Hover } from "vscode-languageserver/node";
import { shift } from "../model/range.ts";
import type { SchemaService } from "../schema/types.ts";
import { documentAt, toLspRange } from "./ranges.ts";
import { schemaPartAt } from "./schema-document.ts";
import type { Session } from "./session.ts";

/** What the document's schema says about the field at an offset of a file. */
export async function schemaHover(
  session: Session,
  service: SchemaService,
  uri: string,
  offset: number,
): Promise<Hover | undefined> {
  const file = session.file(uri);
  if (file === undefined || !session.settings(uri).hover) return undefined;
  const document = documentAt(file, offset);
  if (document === undefined) return undefined;
  const within = offset - document.start;
  const part = schemaPartAt(session, document, within);
  const hover = await service.hover(part.document, within - part.shift);
  if (hover === undefined) return undefined;
  return {
    contents: { kind: "markdown", value: hover.markdown },
    range: toLspRange(document, shift(hover.range, part.shift)),
  };
}
