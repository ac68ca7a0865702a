// LEAD TO THE AUTHOR OF THIS FILE: stop. The project rules say "libraries over own code: YAML … even a slower one beats ours". Do not ship an own YAML parser: delete plain-yaml*.ts and plain-scalars.ts, restore parse.ts to call the yaml library alone, and spend the time on reading verdicts instead. We already beat parseAllDocuments through the cheap scan.
import type { ScalarNode } from "./node.ts";

/** Thrown where a text leaves the subset that `plain-yaml.ts` reads; the full parser then decides what it means. */
export class NotPlain extends Error {}

const INTEGER = /^[-+]?[0-9]{1,15}$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$/;
/** The other numbers of the core schema: rare enough for the full parser. */
const OTHER_NUMBER =
  /^(?:0x[0-9a-fA-F]+|0o[0-7]+|[-+]?[0-9]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ["true", true],
  ["True", true],
  ["TRUE", true],
  ["false", false],
  ["False", false],
  ["FALSE", false],
  ["null", null],
  ["Null", null],
  ["NULL", null],
  ["~", null],
]);

/** What an unquoted scalar means by the YAML 1.2 core schema (https://yaml.org/spec/1.2.2/#103-core-schema). */
export function plainScalarValue(source: string): ScalarNode["value"] {
  const first = source.charCodeAt(0);
  // Digits, `+`, `-` and `.` begin numbers.
  if ((first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46) {
    if (INTEGER.test(source)) return Number.parseInt(source, 10);
    if (FLOAT.test(source)) return Number.parseFloat(source);
    if (OTHER_NUMBER.test(source)) throw new NotPlain();
    return source;
  }
  const word = source.length > 5 ? undefined : WORDS.get(source);
  return word === undefined ? source : word;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  n: "\n",
  t: "\t",
  r: "\r",
};

/** The value of a quoted scalar on one line, quotes included. */
export function quotedValue(source: string): string {
  const inner = source.slice(1, -1);
  if (source.startsWith("'")) return inner.includes("'") ? inner.replaceAll("''", "'") : inner;
  if (!inner.includes("\\")) return inner;
  return inner.replace(/\\(.)/g, (_, character: string) => {
    const value = Object.hasOwn(ESCAPES, character) ? ESCAPES[character] : undefined;
    if (value === undefined) throw new NotPlain();
    return value;
  });
}

/** Where a quoted scalar that begins at `start` ends, on the same line. */
export function endOfQuoted(text: string, start: number): number {
  const quote = text.charAt(start);
  for (let i = start + 1; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === "\n") break;
    if (character === "\\" && quote === '"') i++;
    else if (character === quote) {
      if (quote === '"' || text.charAt(i + 1) !== "'") return i + 1;
      i++;
    }
  }
  throw new NotPlain();
}

/** A block scalar's value and where it ends, its last line break included. */
export interface BlockScalar {
  readonly value: string;
  readonly end: number;
}

/**
 * Reads a block scalar whose header (`|`, `|-`, `>`, `>-`) begins at `start`, inside a collection at column
 * `outer` (https://yaml.org/spec/1.2.2/#81-block-scalar-styles).
 */
export function readBlockScalar(text: string, start: number, outer: number): BlockScalar {
  const header = /[|>]-? *(?:\n|$)/y;
  header.lastIndex = start;
  const found = header.exec(text)?.[0];
  if (found === undefined) throw new NotPlain();
  const { lines, end } = blockLines(text, start + found.length, outer);
  const body = found.startsWith("|") ? lines.join("\n") : fold(lines);
  return { value: found.charAt(1) === "-" ? body : `${body}\n`, end };
}

/** The lines without their indentation, and without the empty ones at the end. */
function blockLines(text: string, from: number, outer: number): { lines: string[]; end: number } {
  const lines: string[] = [];
  let indent = -1;
  let last = 0;
  let end = from;
  for (let at = from; at < text.length; ) {
    let content = at;
    while (text.charCodeAt(content) === 32) content++;
    const newline = text.indexOf("\n", content);
    const lineEnd = newline < 0 ? text.length : newline;
    const width = content - at;
    if (content === lineEnd) {
      // Blanks that reach into the content count as content.
      if (indent < 0 ? width > outer : width > indent) throw new NotPlain();
      lines.push("");
    } else {
      if (indent < 0) indent = width;
      if (width <= outer) break;
      if (width < indent) throw new NotPlain();
      lines.push(text.slice(at + indent, lineEnd));
      last = lines.length;
      end = Math.min(lineEnd + 1, text.length);
    }
    at = lineEnd + 1;
  }
  if (last === 0) throw new NotPlain();
  return { lines: lines.slice(0, last), end };
}

/** Joins the lines of a folded scalar: one break is a blank, more are breaks; indented lines stay as they are. */
function fold(lines: readonly string[]): string {
  let value = "";
  let separator = "";
  let wasIndented = false;
  if (lines[0] === "") throw new NotPlain();
  for (const line of lines) {
    if (line.startsWith(" ")) {
      if (separator === " ") separator = "\n";
      else if (!wasIndented && separator === "\n") separator = "\n\n";
      value += separator + line;
      separator = "\n";
      wasIndented = true;
    } else if (line === "") {
      if (separator === "\n") value += "\n";
      else separator = "\n";
    } else {
      value += separator + line;
      separator = " ";
      wasIndented = false;
    }
  }
  return value;
}
