import { type Message, t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import type { TargetWeight } from "../intent.ts";
import { type LiveLeg, nameOfLeg } from "../leg.ts";
import { findRoute, type LiveRoute, routesOfObject } from "../route.ts";

/** The route that the person means: the one named, else the only one with two or more destinations that has those named. */
export function chooseRoute(
  object: KubeObject,
  named: string | undefined,
  to: readonly TargetWeight[],
): { readonly route: LiveRoute } | { readonly problem: Message } {
  const routes = routesOfObject(object);
  const fitting = routes.filter((route) =>
    named === undefined
      ? route.legs.length > 1 && to.every(({ leg }) => legNamed(route, leg) !== undefined)
      : route.name === named || `${route.list}[${route.index}]` === named || String(route.index) === named,
  );
  const plain = fitting.filter(({ takesAll }) => takesAll);
  const candidates = fitting.length > 1 && plain.length === 1 ? plain : fitting;
  const [route] = candidates;
  const values = { kind: object.kind, name: object.metadata.name };
  const list = routes.map((candidate) => `${candidate.list}[${candidate.index}]`).join(", ");
  if (route === undefined)
    return {
      problem: t(
        "{kind} {name} has no route that shares its traffic among these destinations: {legs}. Its routes are: {routes}.",
        {
          ...values,
          legs: to.map(({ leg }) => leg).join(", "),
          routes: routes.map((r) => r.legs.map(nameOfLeg).join(" + ")).join("; ") || "-",
        },
      ),
    };
  if (candidates.length > 1)
    return {
      problem: t("Several routes of {kind} {name} fit. Say which with --route and one of: {routes}.", {
        ...values,
        routes: list,
      }),
    };
  if (findRoute(object, route.key) === undefined)
    return {
      problem: t(
        "{kind} {name} names a destination twice in one route, or has the same route twice: {legs}. Which of them is meant cannot be told. Merge them into one first.",
        { ...values, legs: route.legs.map(nameOfLeg).join(", ") },
      ),
    };
  return { route };
}

/** The destination a person means by `v2`, `app`, `app/v2` or `app:8080`. */
export function legNamed(route: LiveRoute, name: string): LiveLeg | undefined {
  const ways: readonly ((leg: LiveLeg) => boolean)[] = [
    (leg) => nameOfLeg(leg) === name,
    (leg) => leg.subset === name,
    (leg) => leg.host === name,
    (leg) => leg.host.split(".")[0] === name,
  ];
  for (const fits of ways) {
    const found = route.legs.filter(fits);
    if (found.length === 1) return found[0];
  }
  return undefined;
}
