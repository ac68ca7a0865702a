import {
  CHOMPING_MODE,
  COLLECTION_STYLE,
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
} from "js-yaml";
import { isScalar, type Schema } from "yaml";
import { type Entry, emptyScalar, type Node, type ScalarNode } from "./node.ts";
import type { Range } from "./range.ts";

/**
 * Reads a well-formed document from js-yaml's stream of events, ten times as fast as the `yaml` library makes its tree.
 * Undefined for a document with a mistake, with anchors, tags, merge or complex keys, or of a single scalar: those are
 * for `yaml`, which says what is wrong and where. What is read here is, node by node and range by range, what `yaml`
 * reads; property tests hold the two together.
 */
export function quickParse(text: string, reading: Reading): QuickDocument | undefined {
  if (isUnusual(text)) return undefined;
  try {
    return new EventReader(text, parseEvents(text, { maxDepth: reading.maxDepth }), reading).document();
  } catch {
    // js-yaml's mistakes, and what is left to the other parser: both end here, and it judges anew.
    return undefined;
  }
}

/** How scalars are read, and how deep a document may nest. */
export interface Reading {
  readonly schema: Schema;
  readonly maxDepth: number;
  /** Whether something else decides what stands at the range. */
  isUnknown(range: Range, source: string): boolean;
}

/** What the quick way read. */
export interface QuickDocument {
  readonly root: Node;
  /** Keys that stand in their map already. */
  readonly repeated: readonly ScalarNode[];
}

/** Tabs that may indent, keys behind a `?`, blanks at the very end: places where the two libraries differ. */
function isUnusual(text: string): boolean {
  return (
    (text.includes("\t") && /^ *\t/m.test(text)) ||
    (text.includes("?") && /(?:^|[{[,])[ \t?:-]*\?(?=\s|$)/m.test(text)) ||
    text.endsWith(" ")
  );
}

type ScalarEvent = Extract<Event, { type: typeof EVENT_ID.SCALAR }>;
type CollectionEvent = Extract<Event, { type: typeof EVENT_ID.MAPPING | typeof EVENT_ID.SEQUENCE }>;

/** Thrown for what the quick way does not read. Made once: a stack trace would cost more than the parse. */
const LEFT_TO_YAML = new Error("left to the yaml library");

/** What YAML counts as blank; JavaScript counts more. */
const BLANK = /[ \t\r\n]/;

class EventReader {
  readonly #text: string;
  readonly #events: readonly Event[];
  readonly #reading: Reading;
  readonly #repeated: ScalarNode[] = [];
  /** The parts of the collections that are being read, each above those around it: lists take no more room than they need. */
  readonly #openEntries: Entry[] = [];
  readonly #openItems: Node[] = [];
  #next = 0;

  constructor(text: string, events: readonly Event[], reading: Reading) {
    this.#text = text;
    this.#events = events;
    this.#reading = reading;
  }

  document(): QuickDocument {
    const document = this.#take();
    if (document.type !== EVENT_ID.DOCUMENT || document.directives.length > 0) throw LEFT_TO_YAML;
    // The library takes an indented `---` for one, too.
    if (document.explicitStart && !/^---/m.test(this.#text)) throw LEFT_TO_YAML;
    const root = this.#take();
    if (root.type !== EVENT_ID.MAPPING && root.type !== EVENT_ID.SEQUENCE) throw LEFT_TO_YAML;
    const node = this.#collection(root);
    this.#take(); // the end of the document
    if (this.#next !== this.#events.length) throw LEFT_TO_YAML;
    return { root: node, repeated: this.#repeated };
  }

  #take(): Event {
    const event = this.#events[this.#next++];
    if (event === undefined) throw LEFT_TO_YAML;
    return event;
  }

  /** Whether the open collection ends here; its end is then taken. */
  #ends(): boolean {
    if (this.#events[this.#next]?.type !== EVENT_ID.POP) return false;
    this.#next++;
    return true;
  }

  /** `empty` says where a value that is not written stands. */
  #value(empty: () => number): Node {
    const event = this.#take();
    if (event.type === EVENT_ID.SCALAR) return this.#scalar(event, empty);
    if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) return this.#collection(event);
    throw LEFT_TO_YAML;
  }

  #collection(event: CollectionEvent): Node {
    if (event.anchorStart >= 0 || event.tagStart >= 0) throw LEFT_TO_YAML;
    return event.type === EVENT_ID.MAPPING ? this.#map(event) : this.#seq(event);
  }

  #seq({ start, style }: CollectionEvent): Node {
    const flow = style === COLLECTION_STYLE.FLOW;
    const open = this.#openItems;
    const first = open.length;
    let end = start;
    while (!this.#ends()) {
      const before = end;
      const item = this.#value(() => {
        if (flow) throw LEFT_TO_YAML;
        return this.#blanks(this.#trivia(before) + 1); // behind the `-`
      });
      open.push(item);
      end = item.range.end;
    }
    const items = cutFrom(open, first);
    if (flow) end = this.#closing(items.length === 0 ? start + 1 : end, "]");
    return { kind: "seq", range: { start, end }, flow, items };
  }

  #map({ start, style }: CollectionEvent): Node {
    const flow = style === COLLECTION_STYLE.FLOW;
    const open = this.#openEntries;
    const first = open.length;
    const seen = new Set<string>();
    let end = start;
    while (!this.#ends()) {
      const key = this.#key();
      const value = this.#value(() => this.#behindColon(key.range.end));
      if (seen.has(key.source) && !key.unknown) this.#repeated.push(key);
      seen.add(key.source);
      open.push({ key, value, inherited: false });
      end = value.range.end;
    }
    const entries = cutFrom(open, first);
    // A pair in a flow list, `[a: b]`, is a map without braces.
    if (flow && this.#text[start] === "{") end = this.#closing(entries.length === 0 ? start + 1 : end, "}");
    return { kind: "map", range: { start, end }, flow, entries };
  }

  #key(): ScalarNode {
    const event = this.#take();
    if (event.type !== EVENT_ID.SCALAR || event.valueStart < 0) throw LEFT_TO_YAML;
    const key = this.#scalar(event, () => event.valueStart);
    if (key.source === "<<" || this.#text.slice(key.range.start, key.range.end).includes("\n"))
      throw LEFT_TO_YAML;
    return key;
  }

  #scalar(event: ScalarEvent, empty: () => number): ScalarNode {
    if (event.anchorStart >= 0 || event.tagStart >= 0) throw LEFT_TO_YAML;
    if (event.valueStart < 0) return emptyScalar(empty());
    const source = getScalarValue(this.#text, event);
    const quoted = event.style !== SCALAR_STYLE.PLAIN;
    const range = this.#range(event);
    const value = quoted ? source : this.#plainValue(source);
    return { kind: "scalar", range, value, source, quoted, unknown: this.#reading.isUnknown(range, source) };
  }

  #range(event: ScalarEvent): Range {
    switch (event.style) {
      case SCALAR_STYLE.PLAIN:
        return { start: event.valueStart, end: event.valueEnd };
      case SCALAR_STYLE.SINGLE_QUOTED:
      case SCALAR_STYLE.DOUBLE_QUOTED:
        // The library reads on behind a quote that something follows at once.
        if (/[^ \t\r\n,\]}:]/.test(this.#text.charAt(event.valueEnd + 1))) throw LEFT_TO_YAML;
        return { start: event.valueStart - 1, end: event.valueEnd + 1 };
      default:
        return { start: this.#blockHeader(event.valueStart), end: this.#blockEnd(event) };
    }
  }

  /** Where the `|` or `>` of a block scalar stands, which begins on the next line. */
  #blockHeader(contentStart: number): number {
    const line = this.#text.lastIndexOf("\n", contentStart - 2) + 1;
    const header = this.#text.slice(line, contentStart);
    const at = header.search(/[|>]/);
    if (at < 0 || /[|>]/.test(header.slice(at + 1))) throw LEFT_TO_YAML; // in a comment or a key, too
    return line + at;
  }

  /** Blank lines behind a block scalar are its own only where it keeps them. */
  #blockEnd({ valueStart, valueEnd, chomping }: ScalarEvent): number {
    if (chomping === CHOMPING_MODE.KEEP || valueStart === valueEnd) return valueEnd;
    let content = valueEnd;
    while (content > valueStart && BLANK.test(this.#text.charAt(content - 1))) content--;
    if (content === valueStart) throw LEFT_TO_YAML;
    const newline = this.#text.indexOf("\n", content);
    return newline < 0 || newline >= valueEnd ? valueEnd : newline + 1;
  }

  /** The value of a plain scalar by the very tags that the `yaml` library uses. Words need none of their tests. */
  #plainValue(source: string): ScalarNode["value"] {
    if (!/^[-+.\d~nNtTfF]/.test(source)) return source;
    for (const tag of this.#reading.schema.tags) {
      if (tag.collection !== undefined || tag.default !== true || tag.test?.test(source) !== true) continue;
      const resolved = tag.resolve(source, () => {}, {});
      const value = isScalar(resolved) ? resolved.value : resolved;
      return typeof value === "number" || typeof value === "boolean" || value === null ? value : source;
    }
    return source;
  }

  /** The first character from here that is no blank, line end or comment. */
  #trivia(from: number): number {
    const pattern = /(?:[ \t\r\n]|#[^\r\n]*)*/y;
    pattern.lastIndex = from;
    return from + (pattern.exec(this.#text)?.[0].length ?? 0);
  }

  #blanks(from: number): number {
    let at = from;
    while (this.#text[at] === " " || this.#text[at] === "\t") at++;
    return at;
  }

  /** Where the value of a key that has none would stand. */
  #behindColon(keyEnd: number): number {
    const colon = this.#trivia(keyEnd);
    return this.#text[colon] === ":" ? this.#blanks(colon + 1) : keyEnd;
  }

  #closing(from: number, bracket: "]" | "}"): number {
    let at = this.#trivia(from);
    if (this.#text[at] === ",") at = this.#trivia(at + 1);
    if (this.#text[at] !== bracket) throw LEFT_TO_YAML;
    return at + 1;
  }
}

/** Takes everything from an index on out of a list. */
function cutFrom<T>(list: T[], first: number): readonly T[] {
  const part = list.slice(first);
  list.length = first;
  return part;
}
