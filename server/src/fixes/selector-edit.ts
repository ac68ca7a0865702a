import type { SourceDocument } from "../model/document.ts";
import { type MapNode, type Node, nodeAt, present, stringOf } from "../model/node.ts";
import type { DocumentEdit } from "./edit.ts";
import { insertEntry, removeEntry, replaceText, setIn } from "./yaml-edit.ts";

/**
 * Makes the label selector under `key` of a map ask for `wanted`. Only what differs changes, as long as some label
 * stays; else `matchLabels`, or the whole selector where it has `matchExpressions`, is written anew.
 */
export function selectLabels(
  document: SourceDocument,
  holder: MapNode,
  key: string,
  wanted: ReadonlyMap<string, string>,
): readonly DocumentEdit[] {
  const labels = Object.fromEntries(wanted);
  const selector = present(nodeAt(holder, [key]));
  if (selector?.kind !== "map" || present(nodeAt(selector, "matchExpressions")) !== undefined) {
    return setIn(document, holder, [key], { matchLabels: labels });
  }
  const matchLabels = nodeAt(selector, "matchLabels");
  return (
    (matchLabels?.kind === "map" ? changeLabels(document, matchLabels, wanted) : undefined) ??
    setIn(document, holder, [key, "matchLabels"], labels)
  );
}

/** Makes the map of labels under `key` of a map (a Service's selector) hold `wanted`, changing only what differs. */
export function replaceLabels(
  document: SourceDocument,
  holder: MapNode,
  key: string,
  wanted: ReadonlyMap<string, string>,
): readonly DocumentEdit[] {
  const labels = present(nodeAt(holder, [key]));
  return (
    (labels?.kind === "map" ? changeLabels(document, labels, wanted) : undefined) ??
    setIn(document, holder, [key], Object.fromEntries(wanted))
  );
}

/** Undefined where little would be left of the map, or where the edits could touch each other. */
function changeLabels(
  document: SourceDocument,
  map: MapNode,
  wanted: ReadonlyMap<string, string>,
): readonly DocumentEdit[] | undefined {
  const { entries } = map;
  const kept = entries.filter((entry) => wanted.has(entry.key.source));
  const surplus = entries.filter((entry) => !wanted.has(entry.key.source));
  const missing = [...wanted].filter(([key]) => !kept.some((entry) => entry.key.source === key));
  if (kept.length === 0 || entries.some((entry) => entry.inherited)) return undefined;
  if (surplus.length + missing.length > 1) return undefined;
  return [
    ...kept.flatMap(({ key, value }) => changeValue(document, value, wanted.get(key.source) ?? "")),
    ...surplus.flatMap(({ key }) => removeEntry(document, map, key.source) ?? []),
    ...missing.map(([key, value]) => insertEntry(document, map, key, value)),
  ];
}

function changeValue(document: SourceDocument, value: Node, text: string): DocumentEdit[] {
  return stringOf(value) === text ? [] : [replaceText(document, value, text)];
}
