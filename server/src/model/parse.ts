import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  parseDocument as parseYaml,
  Scalar,
  Schema,
  type YAMLMap,
  type YAMLParseError,
  type YAMLSeq,
} from "yaml";
import { type Message, t } from "./message.ts";
import { type Entry, emptyScalar, type MapNode, type Node, type ScalarNode, type SeqNode } from "./node.ts";
import { quickParse } from "./quick-parse.ts";
import type { Range } from "./range.ts";
import { firstSentence, syntaxReason } from "./syntax-reasons.ts";
import { isMasked, type Mask } from "./templates.ts";

/** Something in the text that is not YAML, or not YAML that Kubernetes accepts. */
export interface SyntaxProblem {
  readonly range: Range;
  readonly message: Message;
}

/** The outcome of parsing one document; offsets count from the document's start. Never throws. */
export interface ParsedDocument {
  readonly root: Node | undefined;
  readonly problems: readonly SyntaxProblem[];
}

/** Merge keys and aliases may multiply a small text; past this many values the document is refused. */
const MAX_NODES = 1_000_000;
const MAX_DEPTH = 1_000;
/** The API server refuses requests above 3 MiB (kubernetes `staging/src/k8s.io/apiserver/pkg/server/config.go`). */
const MAX_LENGTH = 4_000_000;
const MAX_PROBLEMS = 20;

/** The core schema with merge keys. Making it anew for each document takes a tenth of the parser's time. */
const SCHEMA = new Schema({ schema: "core", merge: true, resolveKnownTags: true });

class TooMuch extends Error {
  readonly problem: Message;
  constructor(problem: Message) {
    super("document refused");
    this.problem = problem;
  }
}

/**
 * Parses one YAML or JSON document. `masks` (offsets in the document) mark what a template fills in.
 * Whatever the input, the result holds what could be read and says what could not.
 */
export function parseDocument(text: string, masks: readonly Mask[] = []): ParsedDocument {
  const refused = refusal(text);
  if (refused !== undefined) return { root: undefined, problems: [refused] };
  const quick = quickParse(text, {
    schema: SCHEMA,
    maxDepth: MAX_DEPTH,
    isUnknown: (range, source) => isUnknown(masks, range, source),
  });
  if (quick === undefined) return fullParse(text, masks);
  return { root: quick.root, problems: quick.repeated.slice(0, MAX_PROBLEMS).map(repeatedKey) };
}

/** Reads any text, with or without mistakes; where `quickParse` reads it too, the same, only slower. */
export function fullParse(text: string, masks: readonly Mask[]): ParsedDocument {
  try {
    const document: Document.Parsed = parseYaml(text, {
      keepSourceTokens: false,
      logLevel: "silent",
      schema: SCHEMA,
      prettyErrors: false,
      // Ours is linear and gives the range of the second key.
      uniqueKeys: false,
    });
    const problems: SyntaxProblem[] = firstOfEachPlace(document.errors).map((error) => ({
      range: { start: error.pos[0], end: Math.min(Math.max(error.pos[1], error.pos[0] + 1), text.length) },
      message: t(
        "This is not valid YAML: {reason}. Everything below it in this document may be misread; correct it first.",
        {
          reason: syntaxReason(error.message),
        },
      ),
    }));
    const converter = new Converter(masks, problems);
    const root =
      document.contents === null ? undefined : converter.convert(document.contents as ParsedNode, 0);
    return { root, problems: problems.slice(0, MAX_PROBLEMS) };
  } catch (error) {
    return { root: undefined, problems: [{ range: firstLine(text), message: reasonOf(error) }] };
  }
}

function refusal(text: string): SyntaxProblem | undefined {
  if (text.length > MAX_LENGTH) {
    return {
      range: firstLine(text),
      message: t(
        "This document is longer than {limit} million characters, more than an API server accepts in a request; it is not checked. Split it.",
        {
          limit: MAX_LENGTH / 1_000_000,
        },
      ),
    };
  }
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    return {
      range: { start: nul, end: nul + 1 },
      message: t(
        "This document holds a NUL character, so it is not text that YAML allows; it is not checked. Save the file as UTF-8 text.",
      ),
    };
  }
  return undefined;
}

function reasonOf(error: unknown): Message {
  if (error instanceof TooMuch) return error.problem;
  if (error instanceof RangeError) return tooDeep();
  const reason = error instanceof Error ? firstSentence(error.message) : String(error);
  return t("This document could not be read: {reason}. It is not checked.", { reason });
}

function tooDeep(): Message {
  return t(
    "This document nests deeper than {depth} levels, which no Kubernetes decoder accepts; it is not checked.",
    {
      depth: MAX_DEPTH,
    },
  );
}

/** The library may say two things about one mistake. */
function firstOfEachPlace(errors: readonly YAMLParseError[]): YAMLParseError[] {
  const met = new Set<number>();
  return errors.filter(({ pos: [start] }) => !met.has(start) && met.add(start));
}

function firstLine(text: string): Range {
  const end = text.search(/[\r\n]/);
  return { start: 0, end: end < 0 ? Math.min(text.length, 200) : Math.min(end, 200) };
}

function anchorMissing(name: string, range: Range): SyntaxProblem {
  return {
    range,
    message: t(
      "No anchor &{name} stands complete before this alias, so every YAML reader refuses the document. Quote the value if the asterisk belongs to it, or define the anchor.",
      { name },
    ),
  };
}

/** Turns the parser's tree into ours: aliases resolved, merge keys applied, masked values marked. */
class Converter {
  readonly #masks: readonly Mask[];
  readonly #problems: SyntaxProblem[];
  readonly #anchors = new Map<string, { readonly node: Node; readonly size: number }>();
  /** Values so far, those behind aliases counted as often as they stand for: a rule that walks a tree walks them all. */
  #nodes = 0;

  constructor(masks: readonly Mask[], problems: SyntaxProblem[]) {
    this.#masks = masks;
    this.#problems = problems;
  }

  convert(node: ParsedNode | null, depth: number): Node {
    const before = this.#nodes;
    this.#count(1);
    if (depth > MAX_DEPTH) throw new TooMuch(tooDeep());
    if (isAlias(node)) return this.#alias(node.source, rangeOf(node));
    const result = this.#value(node, depth);
    if (node !== null && "anchor" in node && typeof node.anchor === "string")
      this.#anchors.set(node.anchor, { node: result, size: this.#nodes - before });
    return result;
  }

  #count(by: number): void {
    this.#nodes += by;
    if (this.#nodes > MAX_NODES) {
      throw new TooMuch(
        t(
          "This document expands to more than {count} values through its aliases; it is not checked. Write the values out.",
          {
            count: MAX_NODES,
          },
        ),
      );
    }
  }

  #value(node: ParsedNode | null, depth: number): Node {
    if (isMap(node)) return this.#map(node as YAMLMap.Parsed, depth);
    if (isSeq(node)) return this.#seq(node as YAMLSeq.Parsed, depth);
    if (isScalar(node)) return this.#scalar(node as Scalar.Parsed);
    return emptyScalar(0);
  }

  /** The anchor's value, at the alias's place: a finding or an edit belongs there. */
  #alias(name: string, range: Range): Node {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      // Where a template makes part of the text, it may make the anchor too.
      if (this.#masks.length === 0) this.#problems.push(anchorMissing(name, range));
      return { kind: "scalar", range, value: null, source: `*${name}`, quoted: false, unknown: true };
    }
    this.#count(target.size);
    return { ...target.node, range };
  }

  #seq(node: YAMLSeq.Parsed, depth: number): SeqNode {
    const items = node.items.map((item) => this.convert(item as ParsedNode | null, depth + 1));
    const flow = node.flow === true;
    return { kind: "seq", range: closed(rangeOf(node), flow, items.at(-1)?.range.end), flow, items };
  }

  #map(node: YAMLMap.Parsed, depth: number): MapNode {
    const entries: Entry[] = [];
    const merged: Node[] = [];
    const seen = new Set<string>();
    let last: number | undefined;
    for (const pair of node.items) {
      const key = this.convert(pair.key as ParsedNode, depth + 1);
      const value =
        pair.value === null ? emptyScalar(key.range.end) : this.convert(pair.value as ParsedNode, depth + 1);
      last = Math.max(key.range.end, value.range.end);
      if (key.kind !== "scalar") continue;
      if (key.source === "<<" && !key.quoted) merged.push(value);
      else {
        if (seen.has(key.source) && !key.unknown) this.#problems.push(repeatedKey(key));
        seen.add(key.source);
        entries.push({ key, value, inherited: false });
      }
    }
    const flow = node.flow === true;
    const range = closed(rangeOf(node), flow, last);
    for (const source of merged) this.#inherit(source, seen, entries);
    return { kind: "map", range, flow, entries };
  }

  #inherit(source: Node, seen: Set<string>, entries: Entry[]): void {
    if (source.kind === "seq") for (const item of source.items) this.#inherit(item, seen, entries);
    if (source.kind !== "map") return;
    this.#count(source.entries.length);
    for (const entry of source.entries) {
      if (seen.has(entry.key.source)) continue;
      seen.add(entry.key.source);
      entries.push({ ...entry, inherited: true });
    }
  }

  #scalar(node: Scalar.Parsed): ScalarNode {
    const range = rangeOf(node);
    const quoted = node.type !== undefined && node.type !== Scalar.PLAIN;
    const value = plainValue(node.value);
    const source = quoted ? String(node.value ?? "") : (node.source ?? String(node.value ?? ""));
    return { kind: "scalar", range, value, source, quoted, unknown: isUnknown(this.#masks, range, source) };
  }
}

function repeatedKey({ range, source }: ScalarNode): SyntaxProblem {
  return {
    range,
    message: t(
      "The key “{key}” stands twice in this map: Kubernetes' strict decoding rejects it, other tools silently take the last one. Remove one of them.",
      { key: source },
    ),
  };
}

/** Whether a template or `${…}` decides a scalar's value. */
function isUnknown(masks: readonly Mask[], range: Range, source: string): boolean {
  if (source.includes("${") && /\$\{\w/.test(source)) return true;
  return isMasked(masks, range);
}

function plainValue(value: unknown): ScalarNode["value"] {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return Number(value);
  return value === null || value === undefined ? null : String(value);
}

/** The parser counts the blanks and comments behind a block collection as part of it; we end with its last value. */
function closed(range: Range, flow: boolean, lastEnd: number | undefined): Range {
  return flow || lastEnd === undefined ? range : { start: range.start, end: lastEnd };
}

function rangeOf(node: { range?: readonly [number, number, number] | null | undefined }): Range {
  const range = node.range;
  return range ? { start: range[0], end: range[1] } : { start: 0, end: 0 };
}
