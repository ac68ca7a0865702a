import type { SourceDocument, SourceFile } from "../model/document.ts";
import type { Location } from "../model/resource.ts";

/** A place in a source that is found again after the source was edited. */
export interface Anchor {
  /** URI of the file. */
  readonly uri: string;
  /** The place in the file as it is now; undefined when it is gone. */
  locate(file: SourceFile): Location | undefined;
}

/** Where something about a document as a whole stands: its first line with content. */
export function headOf(document: SourceDocument): Location {
  const start = Math.max(0, document.text.search(/^(?!---)[^\s#]/m));
  const end = document.text.slice(start).search(/\r?\n|$/);
  return { document, range: { start, end: start + Math.max(0, end) } };
}

/** The head of the first document of a file that has content. */
export function headOfFile(file: SourceFile): Location | undefined {
  const document = file.documents.find(({ text }) => /^(?!---)[^\s#]/m.test(text)) ?? file.documents[0];
  return document === undefined ? undefined : headOf(document);
}

/** A place that is where it is. */
export function fixedAnchor(location: Location): Anchor {
  const { document } = location;
  return {
    uri: document.uri,
    locate: (file) => (file.documents.includes(document) ? location : undefined),
  };
}
