import { stringify } from "yaml";
import type { SourceDocument } from "../model/document.ts";

/** Plain data to be written as YAML. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** How a document is written, so that what is added looks as if its author had written it. */
export interface Style {
  readonly eol: "\n" | "\r\n";
  /** Spaces per level. */
  readonly step: number;
  /** Whether list items are indented below their key. */
  readonly indentSeq: boolean;
  /** JSON: keys and strings in double quotes. */
  readonly json: boolean;
}

/** Reads the style off a document's text; what it does not show gets the usual: two spaces, indented lists. */
export function styleOf(document: SourceDocument): Style {
  return document.derive(readStyle);
}

function readStyle({ text }: SourceDocument): Style {
  const list = /^( *)[^\s#-][^\n]*:[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*( *)- /m.exec(text);
  const nested = /^( *)[^\s#-][^\n]*:[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*( +)[^\s#-]/m.exec(text);
  const step = (nested?.[2]?.length ?? 2) - (nested?.[1]?.length ?? 0);
  return {
    eol: text.includes("\r\n") ? "\r\n" : "\n",
    step: step >= 1 && step <= 8 ? step : 2,
    indentSeq: list === null || (list[2]?.length ?? 0) > (list[1]?.length ?? 0),
    json: /^\s*\{\s*"/.test(text),
  };
}

/** `key: value` in block style, every line indented by `column` spaces but the first; without a line end. */
export function blockEntry(key: string, value: Value, column: number, style: Style): string {
  return indentLines(toBlock({ [key]: value }, style), column, style.eol);
}

/** A value in block style as it stands behind `- `, every line but the first indented by `column` spaces. */
export function blockItem(value: Value, column: number, style: Style): string {
  return indentLines(toBlock(value, style), column, style.eol);
}

/** A whole document, with a line end. */
export function blockDocument(value: Value, style: Style): string {
  return `${indentLines(toBlock(value, style), 0, style.eol)}${style.eol}`;
}

/** A value on one line: `{a: 1}`, or JSON where the document is JSON. */
export function flowValue(value: Value, style: Style): string {
  if (style.json) return JSON.stringify(value);
  return stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: false }).trimEnd();
}

function toBlock(value: Value, style: Style): string {
  return stringify(value, { indent: style.step, indentSeq: style.indentSeq, lineWidth: 0 }).trimEnd();
}

function indentLines(text: string, column: number, eol: string): string {
  return text.split("\n").join(`${eol}${" ".repeat(column)}`);
}
