import { overlaps, type Range } from "./range.ts";

/**
 * A stretch of the text that a template engine fills in. `value` stands inside a line and replaces (part of) a
 * scalar; `structure` fills whole lines (`{{- if }}`, `{{ include … | nindent 4 }}`) and may add or drop any key.
 */
export interface Mask extends Range {
  readonly kind: "value" | "structure";
}

/** A text of the same length in which every template action is inert YAML. */
export interface MaskedText {
  readonly text: string;
  readonly masks: readonly Mask[];
}

/** Whether one of the masks, which come in order and apart, shares a character with the range or holds it when it is empty. */
export function isMasked(masks: readonly Mask[], range: Range): boolean {
  let low = 0;
  let high = masks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((masks[middle]?.end ?? 0) <= range.start) low = middle + 1;
    else high = middle;
  }
  const mask = masks[low];
  return mask !== undefined && overlaps(mask, range);
}

const DOUBLE_QUOTE = 34;
const BACKTICK = 96;

/**
 * Replaces Go-template actions (`{{ … }}`) at equal length, so that every offset stays what it was: an action
 * that fills whole lines becomes a comment, one inside a line becomes a plain word.
 */
export function maskTemplates(text: string): MaskedText {
  let open = text.indexOf("{{");
  if (open < 0) return { text, masks: [] };
  const masks: Mask[] = [];
  const parts: string[] = [];
  let copied = 0;
  while (open >= 0) {
    const end = endOfAction(text, open + 2);
    if (end < 0) break;
    const kind = fillsLines(text, open, end) ? "structure" : "value";
    masks.push({ start: open, end, kind });
    parts.push(text.slice(copied, open), inert(text.slice(open, end), kind));
    copied = end;
    open = text.indexOf("{{", end);
  }
  parts.push(text.slice(copied));
  return { text: parts.join(""), masks };
}

/** Offset behind the closing braces; strings inside the action may hold braces. -1 when it never closes. */
function endOfAction(text: string, from: number): number {
  if (/^-?\s*\/\*/.test(text.slice(from, from + 8))) {
    const comment = text.indexOf("*/", from);
    const close = comment < 0 ? -1 : text.indexOf("}}", comment);
    return close < 0 ? -1 : close + 2;
  }
  for (let i = from; i < text.length - 1; i++) {
    const c = text.charCodeAt(i);
    if (c === 125 && text.charCodeAt(i + 1) === 125) return i + 2;
    if (c === DOUBLE_QUOTE || c === BACKTICK) i = endOfString(text, i, c);
  }
  return -1;
}

/** Offset of the closing quote, or of the opening one where the string does not close on its line. */
function endOfString(text: string, open: number, quote: number): number {
  for (let i = open + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === quote) return i;
    if (c === 92 && quote === DOUBLE_QUOTE) i++;
    else if (c === 10 && quote === DOUBLE_QUOTE) return open;
  }
  return open;
}

function fillsLines(text: string, start: number, end: number): boolean {
  let before = start - 1;
  while (before >= 0 && (text[before] === " " || text[before] === "\t")) before--;
  // Several actions may share a line: `{{- if a }}{{ include "b" . }}`.
  if (before >= 0 && text[before] !== "\n" && text[before] !== "}") return false;
  if (text[before] === "}" && text[before - 1] !== "}") return false;
  let after = end;
  while (after < text.length && (text[after] === " " || text[after] === "\t" || text[after] === "\r"))
    after++;
  return after >= text.length || text[after] === "\n" || text.startsWith("{{", after);
}

function inert(action: string, kind: Mask["kind"]): string {
  if (kind === "value") return action.replace(/[^\r\n]/g, "x");
  return action.replace(/[^\r\n]+/g, (line) => `#${"x".repeat(line.length - 1)}`);
}
