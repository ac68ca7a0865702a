import { entriesOf, itemsOf, type Node, nodeAt, present, stringOf } from "../model/node.ts";
import { coversMatch, coversPath, isCaseless } from "./istio-match.ts";
import type { SplitRoute } from "./weighted-route.ts";

/** Requests that no route of a VirtualService takes, so that they get 404. */
export interface Gap {
  /** Fields of the match that the requests do not fulfil: `headers.user-group`, `queryParams.v`. */
  readonly conditions: readonly string[];
  /** The path condition (a `StringMatch`) that they do fulfil; undefined: any path. */
  readonly path: Node | undefined;
  /** Whether the path counts in any spelling of its letters (`ignoreUriCase`). */
  readonly isCaseless: boolean;
  /** The routes that take the other requests for that path, those that fulfil the conditions. */
  readonly routes: readonly SplitRoute[];
}

/** Each match is compared with each; a longer list is not written by hand. */
const MOST = 1000;

/** Conditions on who asks and how, rather than on what is asked for. */
const SELECTIVE = ["headers", "withoutHeaders", "queryParams", "sourceLabels"];

/**
 * Headers that tell protocols apart, or say what other fields of a match say too: a route that asks for them
 * serves another kind of request, not some of the users.
 */
const PROTOCOL_HEADERS = new Set([
  ":method",
  ":scheme",
  ":authority",
  ":path",
  "host",
  "content-type",
  "upgrade",
]);

/** Whether a header says what kind of request it is, rather than who asks. */
export function isProtocolHeader(name: string): boolean {
  return PROTOCOL_HEADERS.has(name.toLowerCase());
}

/**
 * The first match that picks some of the users (by header, query or source) while the same path has no route
 * for the others. Where a path leads nowhere for anybody, that is taken to be meant: a gateway serves only the
 * paths of an application that are public. Undefined when there is none.
 */
export function selectiveGap(
  routes: readonly SplitRoute[],
  gateways: readonly string[] | undefined,
): Gap | undefined {
  const matches = routes.flatMap((route) => route.matches);
  if (matches.length > MOST) return undefined;
  // Which gateway or port a fallback is for is not looked at: several of them may share them out.
  const fallbacks = matches
    .filter((match) => conditionsOf(match).length === 0)
    .map((match) => without(match, ["gateways", "port"]));
  const open = matches.find((match) => {
    const conditions = conditionsOf(match).filter(({ name }) => !isProtocolHeader(name));
    if (conditions.length === 0 || conditions.some((one) => hasComplement(matches, one))) return false;
    const unselective = without(match, SELECTIVE);
    return !fallbacks.some((fallback) => coversMatch(fallback, unselective, gateways));
  });
  if (open === undefined) return undefined;
  const path = present(nodeAt(open, "uri"));
  const isBeside = (match: Node) => coversPath(path, present(nodeAt(match, "uri")));
  const conditions = matches
    .filter(isBeside)
    .flatMap(conditionsOf)
    .map(({ field, name }) => `${field}.${name}`);
  return {
    conditions: [...new Set(conditions)],
    path,
    isCaseless: isCaseless(open),
    routes: routes.filter((route) => route.matches.some(isBeside)),
  };
}

/**
 * The paths that the routes take inside the mesh, as written (`/a*` for a prefix), where they leave others out.
 * Undefined when some match takes any path, or when no match is for the mesh: then the Service's own route counts.
 */
export function onlyPathsInMesh(routes: readonly SplitRoute[]): readonly string[] | undefined {
  const matches = routes.flatMap((route) => route.matches).filter(isForMesh);
  const isOpen = (match: Node) => coversPath(present(nodeAt(match, "uri")), undefined);
  if (matches.length === 0 || matches.some(isOpen)) return undefined;
  const paths = matches.flatMap((match) => {
    const [entry] = entriesOf(nodeAt(match, "uri"));
    const text = stringOf(entry?.value);
    return text === undefined ? [] : [entry?.key.source === "prefix" ? `${text}*` : text];
  });
  return [...new Set(paths)];
}

function isForMesh(match: Node): boolean {
  const gateways = itemsOf(nodeAt(match, "gateways")).map(stringOf);
  return gateways.length === 0 || gateways.includes("mesh");
}

interface Condition {
  readonly field: string;
  readonly name: string;
}

function conditionsOf(match: Node): readonly Condition[] {
  return SELECTIVE.flatMap((field) =>
    entriesOf(nodeAt(match, [field])).map(({ key }) => ({ field, name: key.source })),
  );
}

/** Whether another match asks for the absence of what this one asks for, or the other way round. */
function hasComplement(matches: readonly Node[], { field, name }: Condition): boolean {
  const opposite =
    field === "headers" ? "withoutHeaders" : field === "withoutHeaders" ? "headers" : undefined;
  return (
    opposite !== undefined &&
    matches.some((match) => conditionsOf(match).some((one) => one.field === opposite && one.name === name))
  );
}

function without(match: Node, keys: readonly string[]): Node {
  if (match.kind !== "map") return match;
  return { ...match, entries: match.entries.filter(({ key }) => !keys.includes(key.source)) };
}
