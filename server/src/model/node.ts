import type { Range } from "./range.ts";

/** A value of a manifest with the range it has in its document's text. */
export type Node = ScalarNode | MapNode | SeqNode;

/** A key of a path: a map's key or a list's index. */
export type Step = string | number;

export interface ScalarNode {
  readonly kind: "scalar";
  /** Quotes included; empty, behind the colon, where nothing is written. */
  readonly range: Range;
  /** As the YAML 1.2 core schema reads it. */
  readonly value: string | number | boolean | null;
  /** The text without quotes. */
  readonly source: string;
  readonly quoted: boolean;
  /** A template or `${…}` decides the value: nobody can know it here. */
  readonly unknown: boolean;
}

/** The value of a key or list item behind which nothing is written. */
export function emptyScalar(at: number): ScalarNode {
  return {
    kind: "scalar",
    range: { start: at, end: at },
    value: null,
    source: "",
    quoted: false,
    unknown: false,
  };
}

export interface Entry {
  readonly key: ScalarNode;
  readonly value: Node;
  /** Came in through a merge key (`<<`): its ranges are those of the anchor. */
  readonly inherited: boolean;
}

export interface MapNode {
  readonly kind: "map";
  readonly range: Range;
  readonly flow: boolean;
  readonly entries: readonly Entry[];
}

export interface SeqNode {
  readonly kind: "seq";
  readonly range: Range;
  readonly flow: boolean;
  readonly items: readonly Node[];
}

/** The entry of a key; with duplicate keys the last one, as Kubernetes' own decoder takes it. */
export function entryOf(node: Node | undefined, key: string): Entry | undefined {
  if (node?.kind !== "map") return undefined;
  for (let i = node.entries.length - 1; i >= 0; i--) {
    const entry = node.entries[i];
    if (entry !== undefined && entry.key.source === key) return entry;
  }
  return undefined;
}

/** A path is written `spec.template.spec`, or as steps where a key holds a dot or an index is needed. */
export type Path = string | readonly Step[];

/** The steps of a path. */
export function steps(path: Path): readonly Step[] {
  return typeof path === "string" ? (path === "" ? [] : path.split(".")) : path;
}

/** The node at a path, or undefined where it is absent or the shape is another. */
export function nodeAt(node: Node | undefined, path: Path): Node | undefined {
  let current = node;
  for (const step of steps(path)) {
    if (typeof step === "number") current = current?.kind === "seq" ? current.items[step] : undefined;
    else current = entryOf(current, step)?.value;
    if (current === undefined) return undefined;
  }
  return current;
}

/** The node unless it is absent or an explicit null: Kubernetes treats both the same. */
export function present(node: Node | undefined): Node | undefined {
  return node?.kind === "scalar" && node.value === null && !node.unknown ? undefined : node;
}

/** The items of a list; empty where there is none. */
export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === "seq" ? node.items : [];
}

/** The entries of a map; empty where there is none. */
export function entriesOf(node: Node | undefined): readonly Entry[] {
  return node?.kind === "map" ? node.entries : [];
}

/** The text of a scalar that is a known string (or reads like one: names may look like numbers). */
export function stringOf(node: Node | undefined): string | undefined {
  if (node?.kind !== "scalar" || node.unknown || node.value === null) return undefined;
  return node.source;
}

/** A known integer. A quoted one is not a number to Kubernetes either. */
export function integerOf(node: Node | undefined): number | undefined {
  if (node?.kind !== "scalar" || node.unknown) return undefined;
  return typeof node.value === "number" && Number.isSafeInteger(node.value) ? node.value : undefined;
}

/** A known boolean; unquoted `yes`, `on`, `no` and `off` are booleans to the decoder Kubernetes uses (YAML 1.1). */
export function booleanOf(node: Node | undefined): boolean | undefined {
  if (node?.kind !== "scalar" || node.unknown || node.quoted) return undefined;
  if (typeof node.value === "boolean") return node.value;
  if (/^(?:yes|Yes|YES|on|On|ON|y|Y)$/.test(node.source)) return true;
  if (/^(?:no|No|NO|off|Off|OFF|n|N)$/.test(node.source)) return false;
  return undefined;
}

/** What a field holds: nothing (so its default counts), a value that was read, or something only a template knows. */
export type Field<T> =
  | { readonly state: "absent" }
  | { readonly state: "known"; readonly value: T; readonly node: Node }
  | { readonly state: "unknown"; readonly node: Node };

/** Reads a field with one of the readers above, telling absent from unreadable. */
export function field<T>(node: Node | undefined, read: (node: Node) => T | undefined): Field<T> {
  const found = present(node);
  if (found === undefined) return { state: "absent" };
  const value = read(found);
  return value === undefined ? { state: "unknown", node: found } : { state: "known", value, node: found };
}

/** The field's value, its default where absent, undefined where unknown. */
export function valueOr<T>(read: Field<T>, fallback: T): T | undefined {
  if (read.state === "absent") return fallback;
  return read.state === "known" ? read.value : undefined;
}

/** A map of strings such as labels: undefined when a key or value is unknown or it is no map. */
export function stringMapOf(node: Node | undefined): ReadonlyMap<string, string> | undefined {
  const result = new Map<string, string>();
  if (present(node) === undefined) return result;
  if (node?.kind !== "map") return undefined;
  for (const { key, value } of node.entries) {
    const text = stringOf(value) ?? (present(value) === undefined ? "" : undefined);
    if (text === undefined || key.unknown) return undefined;
    result.set(key.source, text);
  }
  return result;
}

/** Deep equality by value; ranges, style and key order do not count. Unknown values equal nothing. */
export function sameValue(a: Node | undefined, b: Node | undefined): boolean {
  const left = present(a);
  const right = present(b);
  if (left === undefined || right === undefined) return left === right;
  if (left.kind === "scalar") return right.kind === "scalar" && sameScalar(left, right);
  if (left.kind === "seq") {
    return (
      right.kind === "seq" &&
      left.items.length === right.items.length &&
      left.items.every((item, i) => sameValue(item, right.items[i]))
    );
  }
  if (right.kind !== "map" || left.entries.length !== right.entries.length) return false;
  return left.entries.every(({ key, value }) => {
    const other = entryOf(right, key.source);
    return other !== undefined && sameValue(value, other.value);
  });
}

function sameScalar(a: ScalarNode, b: ScalarNode): boolean {
  return !a.unknown && !b.unknown && a.value === b.value;
}
