import {
  entriesOf,
  entryOf,
  itemsOf,
  type Node,
  nodeAt,
  present,
  sameValue,
  stringOf,
} from "../model/node.ts";

/** What a comparison of two match conditions needs from around them. */
interface Around {
  /** The gateways (and `mesh`) that the VirtualService is bound to; undefined when unknown. */
  readonly gateways: readonly string[] | undefined;
  readonly earlier: Node;
  readonly later: Node;
}

/**
 * Whether every request that fulfils `later` also fulfils `earlier`: both are an `HTTPMatchRequest` of the same
 * VirtualService (istio.io/api virtual_service.proto; istio pilot/pkg/networking/core/route/route.go). Only
 * certain answers are true: what is unknown, unreadable or a regular expression of another text is not covered.
 */
export function coversMatch(earlier: Node, later: Node, gateways: readonly string[] | undefined): boolean {
  if (earlier.kind !== "map" || later.kind !== "map") return false;
  const around = { earlier, later, gateways };
  return earlier.entries.every(({ key, value }) => {
    const condition = present(value);
    if (condition === undefined) return true;
    return (
      !key.unknown &&
      CONDITIONS.get(key.source)?.(condition, present(nodeAt(later, [key.source])), around) === true
    );
  });
}

type Implied = (earlier: Node, later: Node | undefined, around: Around) => boolean;

/** For each field of a match: whether the later condition implies the earlier one. Others are never implied. */
const CONDITIONS: ReadonlyMap<string, Implied> = new Map(
  Object.entries<Implied>({
    uri: (a, b, around) => coversPath(a, b, isCaseless(around.earlier), isCaseless(around.later)),
    scheme: coversString,
    method: coversString,
    authority: coversString,
    headers: coversEach,
    queryParams: coversEach,
    withoutHeaders: (a, b) => entriesOf(a).every(({ key, value }) => hasSame(b, key.source, value)),
    // Where gateways are named, Istio does not look at the source.
    sourceLabels: (a, b, { later }) =>
      isAbsent(later, "gateways") && entriesOf(a).every(({ key, value }) => hasSame(b, key.source, value)),
    sourceNamespace: (a, b, { later }) => isAbsent(later, "gateways") && sameValue(a, b),
    port: sameValue,
    gateways: (a, b, around) => {
      const taken = namesIn(a);
      const asked = b === undefined ? around.gateways : namesIn(b);
      return asked?.every((name) => taken?.includes(name)) ?? false;
    },
    // They change nothing about which requests match, but for the case of `uri`, which is seen there.
    ignoreUriCase: () => true,
    name: () => true,
    statPrefix: () => true,
  }),
);

/**
 * Whether every path that `later` lets through starts (or is) as `earlier` asks. Both are `StringMatch`es; an
 * absent one takes any path, and so does the prefix `/`. Prefixes count characters: `/api` covers `/apiary`.
 */
export function coversPath(
  earlier: Node | undefined,
  later: Node | undefined,
  earlierCaseless = false,
  laterCaseless = false,
): boolean {
  if (earlier === undefined) return true;
  const a = stringMatchOf(earlier);
  if (a === undefined) return false;
  if ((a.kind === "prefix" && a.text === "/") || (a.kind === "regex" && a.text === ".*")) return true;
  const b = later === undefined ? undefined : stringMatchOf(later);
  if (b === undefined) return false;
  if (a.kind === "regex" || b.kind === "regex") return a.kind === b.kind && a.text === b.text;
  const fold = (text: string) => (earlierCaseless ? text.toLowerCase() : text);
  // The later one lets more cases through than the earlier one takes.
  if (laterCaseless && !earlierCaseless && a.text.toLowerCase() !== a.text.toUpperCase()) return false;
  return implies({ ...a, text: fold(a.text) }, { ...b, text: fold(b.text) });
}

/** The match of a route without one: it takes any request of the VirtualService's gateways. */
export const ANY_REQUEST: Node = { kind: "map", range: { start: 0, end: 0 }, flow: true, entries: [] };

/** A condition on a text, as Istio's `StringMatch` states it. `present`: any text will do. */
interface StringMatch {
  readonly kind: "exact" | "prefix" | "regex" | "present";
  readonly text: string;
}

/** Undefined when unreadable. `{}` and the regular expression `*` ask only that there is something. */
function stringMatchOf(node: Node): StringMatch | undefined {
  if (node.kind !== "map") return undefined;
  const written = node.entries.filter(({ value }) => present(value) !== undefined);
  if (written.length === 0) return { kind: "present", text: "" };
  const kind = (["exact", "prefix", "regex"] as const).find((key) => key === written[0]?.key.source);
  const text = stringOf(written[0]?.value);
  if (kind === undefined || text === undefined || written.length > 1) return undefined;
  return kind === "regex" && text === "*" ? { kind: "present", text: "" } : { kind, text };
}

function coversString(earlier: Node, later: Node | undefined): boolean {
  const a = stringMatchOf(earlier);
  const b = later === undefined ? undefined : stringMatchOf(later);
  return a !== undefined && b !== undefined && implies(a, b);
}

/** Whether every text that fulfils `b` fulfils `a`. */
function implies(a: StringMatch, b: StringMatch): boolean {
  if (a.kind === "present") return true;
  if (a.kind === "prefix") return (b.kind === "prefix" || b.kind === "exact") && b.text.startsWith(a.text);
  return a.kind === b.kind && a.text === b.text;
}

/** Each key that the earlier one asks for, the later one asks for too, and as strictly. */
function coversEach(earlier: Node, later: Node | undefined): boolean {
  return (
    earlier.kind === "map" &&
    earlier.entries.every(({ key, value }) => {
      const other = entryOf(later, key.source);
      if (other === undefined || key.unknown) return false;
      // A header with nothing behind it only has to be there.
      return present(value) === undefined || coversString(value, present(other.value));
    })
  );
}

function hasSame(map: Node | undefined, key: string, value: Node): boolean {
  const other = entryOf(map, key)?.value;
  return other !== undefined && sameValue(value, other);
}

function isAbsent(map: Node, key: string): boolean {
  return present(nodeAt(map, key)) === undefined;
}

/** Whether a match takes its path in any spelling of the letters. */
export function isCaseless(match: Node): boolean {
  const node = nodeAt(match, "ignoreUriCase");
  return node?.kind === "scalar" && node.value === true;
}

function namesIn(node: Node): readonly string[] | undefined {
  const names = itemsOf(node).map(stringOf);
  return names.length > 0 && names.every((name) => name !== undefined) ? names : undefined;
}
