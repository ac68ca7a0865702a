import { entriesOf, type Node, nodeAt, present, stringOf } from "../model/node.ts";
import { coversMatch, coversPath } from "./istio-match.ts";
import type { SplitRoute } from "./weighted-route.ts";

/** Requests that no route of a VirtualService takes, so that they get 404. */
export interface Gap {
  /** Fields of the match that the requests do not fulfil: `headers.user-group`, `queryParams.v`. */
  readonly conditions: readonly string[];
  /** The path condition (a `StringMatch`) that they do fulfil; undefined: any path. */
  readonly path: Node | undefined;
  /** The routes that take the other requests for that path, those that fulfil the conditions. */
  readonly routes: readonly SplitRoute[];
}

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
  const fallbacks = matches.filter((match) => conditionsOf(match).length === 0);
  const open = matches.find((match) => {
    const conditions = conditionsOf(match).filter(({ name }) => !PROTOCOL_HEADERS.has(name.toLowerCase()));
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
    routes: routes.filter((route) => route.matches.some(isBeside)),
  };
}

/** Whether every match asks for a path, so that other paths lead nowhere. */
export function asksForPaths(routes: readonly SplitRoute[]): boolean {
  return routes.every(
    ({ matches }) =>
      matches.length > 0 && matches.every((match) => !coversPath(present(nodeAt(match, "uri")), undefined)),
  );
}

/** The paths that the routes ask for, as written, without repetition. */
export function pathsOf(routes: readonly SplitRoute[]): readonly string[] {
  const paths = routes.flatMap(({ matches }) =>
    matches.flatMap((match) => {
      const [entry] = entriesOf(nodeAt(match, "uri"));
      const text = stringOf(entry?.value);
      return text === undefined ? [] : [entry?.key.source === "prefix" ? `${text}*` : text];
    }),
  );
  return [...new Set(paths)];
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
