import type { SourceDocument } from "../model/document.ts";
import type { ScalarNode } from "../model/node.ts";
import type { Range } from "../model/range.ts";

/** A name as it stands in a document. */
export interface Written {
  /** Undefined when a template fills in part of it. */
  readonly text: string | undefined;
  /** Without quotes, where the text stands just so; else the whole value. */
  readonly range: Range;
  readonly node: ScalarNode;
  /** Whether the range holds the text letter for letter. An alias and a block scalar do not. */
  readonly exact: boolean;
}

/** A scalar as a name. */
export function writtenAs(document: SourceDocument, node: ScalarNode): Written {
  const { range, quoted, source, unknown } = node;
  if (unknown) return { text: undefined, range, node, exact: false };
  const inner = quoted ? { start: range.start + 1, end: range.end - 1 } : range;
  const exact = document.text.slice(inner.start, inner.end) === source;
  return { text: source, range: exact ? inner : range, node, exact };
}

/** A part of a name as a name of its own, counted in its text. */
export function partOf(whole: Written, start: number, length: number): Written {
  const { text, range, node, exact } = whole;
  const at = range.start + start;
  return {
    text: text?.slice(start, start + length),
    range: exact ? { start: at, end: at + length } : range,
    node,
    exact,
  };
}

/** The name of the anchor that the value repeats (`*name`); undefined for others. */
export function aliasOf(document: SourceDocument, { node }: Written): string | undefined {
  return /^\*([^\s,[\]{}]+)/.exec(document.text.slice(node.range.start, node.range.end))?.[1];
}

/** The name of the anchor that stands before the value (`&name`); undefined where there is none. */
export function anchorOf(document: SourceDocument, { node }: Written): string | undefined {
  const before = document.text.slice(Math.max(0, node.range.start - 200), node.range.start);
  return /&([^\s,[\]{}]+)\s+$/.exec(before)?.[1];
}

/** Plain words that YAML reads as something else than a string, under the 1.1 rules of Kubernetes' decoder too. */
const NO_STRING = /^(?:~|null|true|false|yes|no|on|off|y|n|[-+]?[\d.][\d._]*(?:e[-+]?\d+)?|0[xo][\da-f]+)$/i;

/** A name as plain YAML, in double quotes where it would be read as something else. */
export function asPlain(name: string): string {
  return name === "" || NO_STRING.test(name) || !/^[\w.][\w./-]*$/.test(name) ? JSON.stringify(name) : name;
}
