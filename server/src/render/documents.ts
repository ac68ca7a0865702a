import { splitDocuments } from "../model/split.ts";

/** A document that a program has rendered. */
export interface Rendered {
  readonly text: string;
  /** What Helm says it was made from: `chart/templates/web.yaml`; undefined when nothing says so. */
  readonly source: string | undefined;
}

const SOURCE = /^(?:---[^\n]*\n)?# Source: ([^\r\n]+)\r?\n/;
const CONTENT = /^(?!---|\.\.\.|[ \t]*(?:#|\r?$))/m;

/** The documents of an output that hold anything. One without a source of its own has that of the one before. */
export function renderedDocuments(output: string): Rendered[] {
  let source: string | undefined;
  return splitDocuments(output).flatMap(({ start, end }) => {
    const text = output.slice(start, end);
    source = SOURCE.exec(text)?.[1] ?? source;
    return CONTENT.test(text) ? [{ text, source }] : [];
  });
}
