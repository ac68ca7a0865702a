import {
  booleanOf,
  entriesOf,
  entryOf,
  type MapNode,
  type Node,
  present,
  type ScalarNode,
  type SeqNode,
} from "../model/node.ts";
import type { Range } from "../model/range.ts";
import { titleOf } from "../model/resource.ts";
import { type DocumentSchema, resolved } from "./document-schemas.ts";

/** Something in a document that its schema does not allow. */
export type Misfit = { readonly range: Range } & (
  | { readonly kind: "unknown"; readonly name: string; readonly known: readonly string[] }
  | { readonly kind: "missing"; readonly name: string }
  | { readonly kind: "type"; readonly expected: string }
  | { readonly kind: "word"; readonly value: string; readonly words: readonly string[] }
  | { readonly kind: "form"; readonly value: string; readonly example: string }
  | {
      readonly kind: "range";
      readonly value: number;
      readonly minimum: number | undefined;
      readonly maximum: number | undefined;
    }
  | { readonly kind: "empty" }
);

/** More than anybody reads, and a hostile document may hold a hundred thousand. */
const MOST = 200;

/** What is wrong with a document. What a template decides is left out, and an explicit null counts as absent. */
export function misfitsIn(root: Node, schema: DocumentSchema): readonly Misfit[] {
  const found: Misfit[] = [];
  check(root, schema, found);
  return found;
}

function check(node: Node, reference: DocumentSchema, found: Misfit[]): void {
  if (found.length >= MOST || present(node) === undefined) return;
  if (node.kind === "scalar" && node.unknown) return;
  const schema = resolved(reference);
  const expected = expectationOf(schema, node);
  if (expected !== undefined) found.push({ kind: "type", range: titleOf(node), expected });
  else if (node.kind === "map") checkMap(node, schema, found);
  else if (node.kind === "seq") checkList(node, schema, found);
  else checkScalar(node, schema, found);
}

/** What should stand there instead; undefined when the shape is right. */
function expectationOf({ type, enum: words }: DocumentSchema, node: Node): string | undefined {
  const types = typeof type === "string" ? [type] : (type ?? (words === undefined ? [] : ["string"]));
  const [first] = types;
  return first === undefined || types.some((each) => isOfType(node, each)) ? undefined : first;
}

function isOfType(node: Node, type: string): boolean {
  switch (type) {
    case "object":
      return node.kind === "map";
    case "array":
      return node.kind === "seq";
    case "boolean":
      return booleanOf(node) !== undefined;
    case "number":
      return node.kind === "scalar" && typeof node.value === "number" && Number.isFinite(node.value);
    case "integer":
      return node.kind === "scalar" && Number.isSafeInteger(node.value);
    default:
      // A name may look like a number.
      return node.kind === "scalar";
  }
}

function checkMap(node: MapNode, schema: DocumentSchema, found: Misfit[]): void {
  const { properties = {}, required = [], additionalProperties } = schema;
  for (const name of required)
    if (present(entryOf(node, name)?.value) === undefined)
      found.push({ kind: "missing", range: titleOf(node), name });
  for (const { key, value } of entriesOf(node)) {
    if (found.length >= MOST) return;
    const own = Object.hasOwn(properties, key.source) ? properties[key.source] : undefined;
    if (own !== undefined) check(value, own, found);
    else if (typeof additionalProperties === "object") check(value, additionalProperties, found);
    else if (additionalProperties === false && !key.unknown)
      found.push({ kind: "unknown", range: key.range, name: key.source, known: Object.keys(properties) });
  }
}

function checkList(node: SeqNode, { items, minItems = 0 }: DocumentSchema, found: Misfit[]): void {
  if (node.items.length < minItems) found.push({ kind: "empty", range: node.range });
  if (items !== undefined) for (const item of node.items) check(item, items, found);
}

function checkScalar(node: ScalarNode, schema: DocumentSchema, found: Misfit[]): void {
  const { enum: words, pattern, examples, minLength = 0 } = schema;
  const { range, source, value } = node;
  if (words !== undefined) {
    if (!words.includes(source)) found.push({ kind: "word", range, value: source, words: words.map(String) });
    return;
  }
  if (source.length < minLength) found.push({ kind: "empty", range });
  if (pattern !== undefined) {
    // The patterns are our own, and read every text in linear time.
    if (source.length > 1000 || !new RegExp(pattern).test(source))
      found.push({ kind: "form", range, value: source.slice(0, 60), example: String(examples?.[0] ?? "") });
    return;
  }
  if (typeof value === "number") checkRange(value, range, schema, found);
}

function checkRange(value: number, range: Range, schema: DocumentSchema, found: Misfit[]): void {
  const { minimum, maximum, exclusiveMinimum } = schema;
  const isWithin =
    (minimum === undefined || value >= minimum) &&
    (maximum === undefined || value <= maximum) &&
    (exclusiveMinimum === undefined || value > exclusiveMinimum);
  if (!isWithin) found.push({ kind: "range", range, value, minimum: minimum ?? exclusiveMinimum, maximum });
}
