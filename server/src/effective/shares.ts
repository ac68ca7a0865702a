import { type Message, t } from "../model/message.ts";
import { valueOr } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { formatShare, labelsOf, sharesOf, weightsOf } from "../traffic/shares.ts";
import { type LocalitySplit, routesOf, type SplitRoute } from "../traffic/weighted-route.ts";
import { figures, type Meaning, meaning, type World } from "./meaning.ts";
import { type Place, placeIn, placeOfNode } from "./place.ts";
import { stepMeanings } from "./steps.ts";

/** The weights of a route, a locality distribution or a canary's steps: the share that each destination gets. */
export function shareMeanings(resource: Resource, world: World): readonly Meaning[] {
  return routesOf(resource).flatMap((route) => {
    if (world.snapshot.layout.isPatched(resource, route.path.slice(0, 2))) return [];
    if (route.kind === "steps") return stepMeanings(route, world);
    return route.kind === "split" ? ofSplit(route) : ofLocality(route);
  });
}

function ofSplit(route: SplitRoute): readonly Meaning[] {
  const shares = sharesOf(route);
  const weights = weightsOf(route);
  // An item that cannot be read may have any weight.
  const isWhole = route.list?.items.length === route.destinations.length;
  if (shares.state !== "shared" || weights === undefined || !isWhole) return [];
  // Istio's are rejected already; the Gateway API refuses them too.
  if (weights.some((weight) => weight < 0)) return [];
  const names = labelsOf(route);
  return route.destinations.flatMap((destination, i) => {
    const share = formatShare(shares.parts[i] ?? 0);
    const values = { name: names[i] ?? "", share, weight: weights[i] ?? 0, total: shares.total };
    const place = placeOfWeight(route, i);
    const isWritten = destination.weight.state === "known";
    return meaning(place, [sentenceOf(route, isWritten, values)], {
      short: figures(`= ${share}`),
      plain: (isWritten && share === `${values.weight} %`) || (!isWritten && route.destinations.length === 1),
    });
  });
}

/** Where the weight stands; where it is absent, who gets it. */
function placeOfWeight({ resource, platform, destinations }: SplitRoute, index: number): Place | undefined {
  const node = destinations[index]?.node;
  const target = platform === "istio" ? "destination" : "name";
  const { document } = resource;
  return placeIn(document, node, "weight") ?? placeIn(document, node, target);
}

interface Values {
  readonly [name: string]: string | number;
  readonly weight: number;
  readonly total: number;
}

function sentenceOf(route: SplitRoute, isWritten: boolean, values: Values): Message {
  if (route.destinations.length === 1) {
    if (route.platform === "istio")
      return t("The only destination gets everything, whatever its weight: {name} gets 100 %.", values);
    return values.weight === 0
      ? t("A single backend of weight 0 gets nothing: the requests are answered with an error.", values)
      : t("The only backend gets everything: {name} gets 100 %.", values);
  }
  if (isWritten)
    return values.total === 0
      ? t("All weights are 0: no backend gets anything, and the requests are answered with an error.")
      : t("{name} gets {share}: its weight {weight} of {total} in all.", values);
  return route.platform === "istio"
    ? t("{name} gets nothing: among several destinations an absent weight counts as 0.", values)
    : t("{name} gets {share}: an absent weight counts as 1, of {total} in all.", values);
}

function ofLocality(route: LocalitySplit): readonly Meaning[] {
  const shares = sharesOf(route);
  const from = valueOr(route.from, "*");
  // Istio rejects what does not add up to 100.
  if (shares.state !== "shared" || shares.total !== 100 || from === undefined) return [];
  return route.destinations.flatMap(({ locality, node }, i) =>
    meaning(placeOfNode(node), [
      t(
        "{share} of the requests that come from {from} go to {locality}, as long as it has healthy endpoints.",
        {
          share: formatShare(shares.parts[i] ?? 0),
          from,
          locality,
        },
      ),
    ]),
  );
}
