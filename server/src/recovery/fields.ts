import {
  booleanOf,
  type Field,
  field,
  integerOf,
  itemsOf,
  type MapNode,
  type Node,
  nodeAt,
  present,
  stringOf,
} from "../model/node.ts";
import { durationOf } from "./durations.ts";

/** A list of a plan. */
export interface List<T> {
  readonly items: readonly T[];
  /** False when a template decides (some of) it or it holds something that is not of its type: more may belong to it. */
  readonly complete: boolean;
  /** Undefined when it is not written. */
  readonly node: Node | undefined;
}

/** A list of texts, each with its node. */
export type Texts = List<{ readonly value: string; readonly node: Node }>;

/** Text of a field, a number that looks like a name included. */
export function text(from: Node | undefined, key: string): Field<string> {
  return field(nodeAt(from, [key]), stringOf);
}

/** A duration in seconds; negative ones are known too. */
export function duration(from: Node | undefined, key: string): Field<number> {
  return field(nodeAt(from, [key]), durationOf);
}

export function integer(from: Node | undefined, key: string): Field<number> {
  return field(nodeAt(from, [key]), integerOf);
}

/** A number, whole or not. */
export function number(from: Node | undefined, key: string): Field<number> {
  return field(nodeAt(from, [key]), (node) =>
    node.kind === "scalar" && !node.unknown && typeof node.value === "number" && Number.isFinite(node.value)
      ? node.value
      : undefined,
  );
}

export function flag(from: Node | undefined, key: string): Field<boolean> {
  return field(nodeAt(from, [key]), booleanOf);
}

/** One of a few words; any other is unknown. */
export function word<T extends string>(from: Node | undefined, key: string, words: readonly T[]): Field<T> {
  return field(nodeAt(from, [key]), (node) => words.find((each) => each === stringOf(node)));
}

/** The maps of a list. */
export function maps<T>(from: Node | undefined, key: string, read: (node: MapNode) => T): List<T> {
  return listed(nodeAt(from, [key]), (node) => (node.kind === "map" ? read(node) : undefined));
}

/** The entries of a list, each with its node. */
export function entries<T>(
  from: Node | undefined,
  key: string,
  read: (node: Node) => T | undefined,
): List<{ readonly value: T; readonly node: Node }> {
  return listed(nodeAt(from, [key]), (node) => {
    const value = read(node);
    return value === undefined ? undefined : { value, node };
  });
}

/** The texts of a list, each with its node. */
export function texts(from: Node | undefined, key: string): Texts {
  return entries(from, key, stringOf);
}

/** The map of a field; undefined where it is absent or no map. */
export function map(from: Node | undefined, key: string): MapNode | undefined {
  const node = nodeAt(from, [key]);
  return node?.kind === "map" ? node : undefined;
}

function listed<T>(node: Node | undefined, read: (node: Node) => T | undefined): List<T> {
  const written = present(node);
  const found = itemsOf(written).map(read);
  const items = found.filter((item) => item !== undefined);
  const isList = written === undefined || written.kind === "seq";
  return { items, complete: isList && items.length === found.length, node: written };
}

/** The value where it is known. */
export function known<T>(read: Field<T>): T | undefined {
  return read.state === "known" ? read.value : undefined;
}
