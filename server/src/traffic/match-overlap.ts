import {
  entriesOf,
  entryOf,
  type MapNode,
  type Node,
  nodeAt,
  present,
  sameValue,
  stringOf,
} from "../model/node.ts";
import { isProtocolHeader } from "./gaps.ts";

/** Conditions of two matches that the same request can fulfil. */
export interface Overlap {
  /** What a request has to have that fulfils both, for people: `user-group: A`, `?v: 2`. */
  readonly conditions: readonly string[];
  /** The match that asks for both. */
  readonly both: MapNode;
}

/** How what the earlier condition lets through lies to what the later one does. */
type Relation = "equal" | "earlier-narrower" | "later-narrower" | "crossing" | "apart" | "unknown";

/** Fields of a match by which people pick some of the users. */
const SELECTIVE = ["headers", "queryParams"] as const;

/**
 * How two matches of http routes overlap, where both pick some of the users (by header or query) of the same
 * requests: some request fulfils both, and the later one is no general case of the earlier one, so that it loses
 * requests to it. Undefined when that is not certain.
 */
export function overlapOf(earlier: Node, later: Node): Overlap | undefined {
  if (earlier.kind !== "map" || later.kind !== "map") return undefined;
  if (!isSelective(earlier) || !isSelective(later) || !asksForTheSame(earlier, later)) return undefined;
  const relations = SELECTIVE.flatMap((field) => relationsIn(earlier, later, field));
  if (relations.some((relation) => relation === "apart" || relation === "unknown")) return undefined;
  if (excludes(earlier, later) || excludes(later, earlier)) return undefined;
  if (!relations.some((relation) => relation === "later-narrower" || relation === "crossing"))
    return undefined;
  const both = conjunction(earlier, later);
  const conditions = SELECTIVE.flatMap((field) =>
    entriesOf(nodeAt(both, field)).map(({ key }) => {
      const values = [earlier, later].flatMap(
        (match) => entryOf(nodeAt(match, field), key.source)?.value ?? [],
      );
      return describe(field, key.source, values);
    }),
  );
  return { conditions, both };
}

function isSelective(match: MapNode): boolean {
  return SELECTIVE.some((field) =>
    entriesOf(nodeAt(match, field)).some(({ key }) => !isProtocolHeader(key.source)),
  );
}

/** Whether they differ in nothing else: another path or method is another request. */
function asksForTheSame(a: MapNode, b: MapNode): boolean {
  const keys = new Set([...a.entries, ...b.entries].map(({ key }) => key.source));
  const left = ["name", "statPrefix", "withoutHeaders", ...SELECTIVE];
  return [...keys].every((key) => left.includes(key) || sameValue(nodeAt(a, [key]), nodeAt(b, [key])));
}

function relationsIn(earlier: MapNode, later: MapNode, field: string): readonly Relation[] {
  const a = nodeAt(earlier, field);
  const b = nodeAt(later, field);
  const keys = new Set([...entriesOf(a), ...entriesOf(b)].map(({ key }) => key.source));
  return [...keys].map((key) => {
    const one = entryOf(a, key);
    const two = entryOf(b, key);
    if (one?.key.unknown === true || two?.key.unknown === true) return "unknown";
    if (one === undefined) return "later-narrower";
    return two === undefined ? "earlier-narrower" : relationOf(one.value, two.value);
  });
}

function relationOf(a: Node, b: Node): Relation {
  if (sameValue(a, b)) return isReadable(a) ? "equal" : "unknown";
  const left = textsOf(a);
  const right = textsOf(b);
  if (left === undefined || right === undefined) return "unknown";
  if (left.kind === "prefix" || right.kind === "prefix") return relationOfPrefix(left, right);
  const shared = left.texts.filter((text) => right.texts.includes(text));
  if (shared.length === 0) return "apart";
  const isAll = (texts: readonly string[]) => texts.every((text) => shared.includes(text));
  if (isAll(left.texts)) return isAll(right.texts) ? "equal" : "earlier-narrower";
  return isAll(right.texts) ? "later-narrower" : "crossing";
}

/** The texts a condition lets through: some, or all that start with one (the empty one: any). */
type Texts =
  | { readonly kind: "list"; readonly texts: readonly string[] }
  | { readonly kind: "prefix"; readonly texts: readonly [string] };

/** Words with `|` between them: other regular expressions are not looked into. */
const WORDS = /^\^?(?:\(([\w-]+(?:\|[\w-]+)*)\)|([\w-]+(?:\|[\w-]+)*))\$?$/;

function textsOf(node: Node): Texts | undefined {
  const written = entriesOf(node).filter(({ value }) => present(value) !== undefined);
  const [entry, second] = written;
  if (entry === undefined) return { kind: "prefix", texts: [""] };
  const text = stringOf(entry.value);
  if (text === undefined || second !== undefined) return undefined;
  if (entry.key.source === "exact") return { kind: "list", texts: [text] };
  if (entry.key.source === "prefix") return { kind: "prefix", texts: [text] };
  if (entry.key.source !== "regex") return undefined;
  if (text === ".*" || text === "*") return { kind: "prefix", texts: [""] };
  const [, grouped, plain] = WORDS.exec(text) ?? [];
  // Without a group `^a|b$` is something else.
  const words = grouped ?? (plain !== undefined && !/^\^|\$$/.test(text) ? plain : undefined);
  return words === undefined ? undefined : { kind: "list", texts: words.split("|") };
}

function relationOfPrefix(left: Texts, right: Texts): Relation {
  const isIn = (texts: Texts, prefix: string) => texts.texts.filter((text) => text.startsWith(prefix)).length;
  if (right.kind === "prefix") {
    const [prefix] = right.texts;
    const inside = isIn(left, prefix);
    if (inside === left.texts.length) return "earlier-narrower";
    if (left.kind === "list") return inside > 0 ? "crossing" : "apart";
  }
  if (left.kind === "prefix") {
    const [prefix] = left.texts;
    const inside = isIn(right, prefix);
    if (inside === right.texts.length) return "later-narrower";
    return right.kind === "list" && inside > 0 ? "crossing" : "apart";
  }
  return "unknown";
}

function isReadable(node: Node): boolean {
  return entriesOf(node).every(({ key, value }) => !key.unknown && stringOf(value) !== undefined);
}

/** Whether one asks for the absence of a header that the other asks for. */
function excludes(a: MapNode, b: MapNode): boolean {
  return entriesOf(nodeAt(a, "withoutHeaders")).some(
    ({ key }) => entryOf(nodeAt(b, "headers"), key.source) !== undefined,
  );
}

/** The match that asks for all that either of them asks for. */
function conjunction(a: MapNode, b: MapNode): MapNode {
  const keys = [...new Set([...a.entries, ...b.entries].map(({ key }) => key.source))];
  const entries = keys.flatMap((name) => {
    const one = entryOf(a, name);
    const two = entryOf(b, name);
    const entry = one ?? two;
    if (entry === undefined || one === undefined || two === undefined) return entry ?? [];
    if (one.value.kind !== "map" || two.value.kind !== "map" || name === "uri") return entry;
    const more = two.value.entries.filter(({ key }) => entryOf(one.value, key.source) === undefined);
    return { ...one, value: { ...one.value, entries: [...one.value.entries, ...more] } };
  });
  return { ...a, entries };
}

/** `user-group: A`: what a request may have that fulfils all these conditions on one field. */
function describe(field: string, key: string, conditions: readonly Node[]): string {
  const name = field === "queryParams" ? `?${key}` : key;
  const [first, second] = conditions.flatMap((node) => textsOf(node) ?? []);
  if (first === undefined) {
    const text = stringOf(entriesOf(conditions[0])[0]?.value);
    return text === undefined ? name : `${name}: ${text}`;
  }
  const shared = second === undefined ? exampleOf(first) : sharedBy(first, second);
  return shared === "*" ? name : `${name}: ${shared}`;
}

function exampleOf({ kind, texts }: Texts): string {
  return kind === "prefix" ? `${texts[0]}*` : (texts[0] ?? "");
}

function sharedBy(a: Texts, b: Texts): string {
  if (a.kind === "list") return a.texts.find((text) => lets(b, text)) ?? "";
  if (b.kind === "list") return sharedBy(b, a);
  return exampleOf(a.texts[0].length > b.texts[0].length ? a : b);
}

function lets({ kind, texts }: Texts, text: string): boolean {
  return kind === "prefix" ? text.startsWith(texts[0] ?? "") : texts.includes(text);
}
