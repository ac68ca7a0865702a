import type { SourceDocument } from "./document.ts";
import type { Entry, MapNode, Node, ScalarNode } from "./node.ts";
import type { Range } from "./range.ts";

/** What stands before the text of a block scalar: its style, how it ends, and the line break. */
const HEADER = /^[>|][+\-\d]{0,2}[ \t]*(?:#.*)?\r?\n/;

/** One argument: a name, and a word, a quoted text or an expression of Jinja. */
const ARGUMENT = /\s*([A-Za-z_]\w*)=("[^"\\]*"|'[^'\\]*'|(?:\{\{[^{}]*\}\}|[^\s"'{}\\=])+)(?=\s|$)/y;

/** A text in which arguments are written one behind the other, and where it stands in the document. */
interface Written {
  readonly text: string;
  readonly start: number;
}

/** The name of a module in front of its arguments, and those: the short form of a task, `action: module name=value`. */
export interface Action {
  readonly module: ScalarNode;
  readonly args: MapNode;
}

/** Reads `module name=value …`; undefined where some of it is of another form. */
export function actionOf(document: SourceDocument, node: Node): Action | undefined {
  const written = writtenIn(document, node);
  const [all = "", blank = "", name = ""] = /^(\s*)([\w.]+)(?=\s|$)/.exec(written?.text ?? "") ?? [];
  if (written === undefined || name === "") return undefined;
  const start = written.start + blank.length;
  const rest = { text: written.text.slice(all.length), start: written.start + all.length };
  const args = mapOf(rest);
  return args && { module: scalarAt(name, { start, end: start + name.length }), args };
}

/** Reads `name=value …`; undefined where some of it is of another form. */
export function argumentsOf(document: SourceDocument, node: Node): MapNode | undefined {
  const written = writtenIn(document, node);
  return written && mapOf(written);
}

function writtenIn({ text }: SourceDocument, node: Node): Written | undefined {
  if (node.kind !== "scalar") return undefined;
  const { start, end } = node.range;
  const whole = text.slice(start, end);
  const header = HEADER.exec(whole)?.[0].length ?? 0;
  const quote = node.quoted && header === 0 ? 1 : 0;
  const inner = whole.slice(header + quote, whole.length - quote);
  // A quoted text that holds its own quotes or escapes is not what it looks like.
  if (quote === 1 && (inner.includes("\\") || inner.includes(whole[0] ?? ""))) return undefined;
  return { text: inner, start: start + header + quote };
}

function mapOf({ text, start }: Written): MapNode | undefined {
  const entries: Entry[] = [];
  const pattern = new RegExp(ARGUMENT);
  const length = text.trimEnd().length;
  while (pattern.lastIndex < length) {
    const match = pattern.exec(text);
    const [, name = "", value = ""] = match ?? [];
    if (match === null) return undefined;
    const end = start + pattern.lastIndex;
    const valueRange = { start: end - value.length, end };
    const keyEnd = valueRange.start - 1;
    entries.push({
      key: scalarAt(name, { start: keyEnd - name.length, end: keyEnd }),
      value: scalarAt(value, valueRange),
      inherited: false,
    });
  }
  return { kind: "map", range: { start, end: start + length }, flow: true, entries };
}

/** Everything is a text to Ansible here, which the module turns into what it takes: the word in quotes too. */
function scalarAt(written: string, range: Range): ScalarNode {
  const source = /^["']/.test(written) ? written.slice(1, -1) : written;
  return {
    kind: "scalar",
    range,
    value: valueIn(source),
    source,
    quoted: false,
    unknown: source.includes("{{"),
  };
}

function valueIn(source: string): ScalarNode["value"] {
  if (/^\d{1,15}$/.test(source)) return Number(source);
  return /^(?:true|false)$/i.test(source) ? source.toLowerCase() === "true" : source;
}
