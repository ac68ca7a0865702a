import type { Demand } from "../capacity.ts";
import { perPodCapacity } from "../capacity.ts";
import type { KubeObject } from "../cluster.ts";
import { at, numberAt } from "../json.ts";
import type { LiveLeg } from "../leg.ts";
import { sameLeg } from "../leg.ts";
import { known, type Read } from "../reading/read.ts";
import type { Side } from "../reading/sides.ts";
import type { SideTraffic } from "../reading/traffic.ts";
import { type LiveRoute, routesOfObject, shareOf } from "../route.ts";
import type { Thresholds } from "../thresholds.ts";

/** One destination of the route, with all that is known of it. */
export interface Lane {
  readonly leg: LiveLeg;
  readonly side: Side;
  readonly traffic: SideTraffic;
  /** From 0 to 1, now and after the step. */
  readonly shareNow: number;
  readonly shareThen: number;
  /** Header routes in front send requests here whatever the weights. */
  readonly pinned: boolean;
  readonly demand: Read<Demand>;
  /** Requests per second of one Pod; undefined value: not known, Pods are counted instead. */
  readonly perPod: number | undefined;
}

/** A weighted route as a step finds it. */
export interface Situation {
  readonly route: LiveRoute;
  readonly lanes: readonly Lane[];
  readonly thresholds: Thresholds;
  readonly emergency: boolean;
}

/** Weights after the step, in the order of the route's destinations. */
export function situationOf(
  object: KubeObject,
  route: LiveRoute,
  sides: readonly Side[],
  traffic: readonly SideTraffic[],
  weightsThen: readonly number[],
  thresholds: Thresholds,
  emergency: boolean,
): Situation {
  const pinned = pinnedLegs(object, route);
  const total = weightsThen.reduce((sum, weight) => sum + weight, 0);
  const shares = route.legs.map((leg) => shareOf(route, leg));
  const entering = enteringRate(shares, pinned, traffic);
  const attempts = attemptsOf(object, route);
  const drafts = route.legs.flatMap((leg, i) => {
    const side = sides[i];
    const seen = traffic[i];
    if (side === undefined || seen === undefined) return [];
    const shareNow = shares[i] ?? 0;
    const own = capacityOf(side, seen, thresholds);
    return [
      {
        leg,
        side,
        traffic: seen,
        shareNow,
        shareThen: total <= 0 ? 0 : (weightsThen[i] ?? 0) / total,
        pinned: pinned[i] === true,
        demand: demandOf(entering, seen, shareNow, pinned[i] === true, attempts),
        perPod: own,
      },
    ];
  });
  // A side that idles tells nothing about its Pods; those of the other sides are taken to be alike.
  const measured = drafts.flatMap(({ perPod }) => perPod ?? []);
  const least = measured.length === 0 ? undefined : Math.min(...measured);
  return {
    route,
    lanes: drafts.map((lane) => ({ ...lane, perPod: lane.perPod ?? least })),
    thresholds,
    emergency,
  };
}

/** For each destination whether a route in front of this one, with conditions, sends requests to it too. */
function pinnedLegs(object: KubeObject, route: LiveRoute): readonly boolean[] {
  const ahead = routesOfObject(object).filter(
    (other) => other.list === route.list && other.index < route.index && !other.takesAll,
  );
  return route.legs.map((leg) =>
    ahead.some((other) => other.legs.some((candidate) => sameLeg(candidate, leg))),
  );
}

/** Requests per second that enter the weighted route: what sides without header routes get, divided by their shares. */
function enteringRate(
  shares: readonly number[],
  pinned: readonly boolean[],
  traffic: readonly SideTraffic[],
): Read<number> {
  const rates: number[] = [];
  for (const { rate } of traffic) {
    if (!rate.known) return rate;
    rates.push(rate.value);
  }
  const sum = (pick: (i: number) => boolean, values: readonly number[]) =>
    values.reduce((total, value, i) => (pick(i) ? total + value : total), 0);
  const free = (i: number) => pinned[i] !== true;
  const freeShare = sum(free, shares);
  // Where every side with a weight has header routes too, all of it may come through the weights.
  return known(freeShare > 0 ? sum(free, rates) / freeShare : sum(() => true, rates));
}

function demandOf(
  entering: Read<number>,
  { rate }: SideTraffic,
  share: number,
  isPinned: boolean,
  attempts: number,
): Read<Demand> {
  if (!entering.known) return entering;
  if (!rate.known) return rate;
  const pinned = isPinned ? Math.max(0, rate.value - entering.value * share) : 0;
  return known({ weighted: entering.value, pinned, attempts });
}

/** Istio tries twice more unless told otherwise; the Gateway API's default is the implementation's own. */
function attemptsOf(object: KubeObject, route: LiveRoute): number {
  const live = at(object, "spec", route.list, route.index);
  const attempts = numberAt(live, "retries", "attempts");
  if (route.list === "http") return Math.max(0, attempts ?? 2);
  return Math.max(0, numberAt(live, "retry", "attempts") ?? 0);
}

function capacityOf(side: Side, { rate }: SideTraffic, { podCapacity }: Thresholds): number | undefined {
  if (podCapacity !== undefined) return podCapacity;
  const ready = side.endpoints.known ? side.endpoints.value?.ready : undefined;
  const utilisation = side.scale.known ? side.scale.value.autoscaler?.utilisation : undefined;
  if (!rate.known || ready === undefined) return undefined;
  return perPodCapacity(rate.value, ready, utilisation?.current, utilisation?.target);
}

/** Ready endpoints of a lane; an unknown stays unknown, a missing backend has none. */
export function readyOf({ side }: Pick<Lane, "side">): Read<number> {
  if (!side.endpoints.known) return side.endpoints;
  return known(side.endpoints.value?.ready ?? 0);
}

/** Ready endpoints of the other lanes that carry traffic now. */
export function readyElsewhere(situation: Situation, lane: Lane): Read<number> {
  let total = 0;
  for (const other of situation.lanes) {
    if (other === lane || other.shareNow === 0) continue;
    const ready = readyOf(other);
    if (!ready.known) return ready;
    total += ready.value;
  }
  return known(total);
}

/** Lanes that get more than before. */
export function growing({ lanes }: Situation): readonly Lane[] {
  return lanes.filter(({ shareNow, shareThen }) => shareThen > shareNow + 1e-9);
}

/** Lanes that get less. */
export function shrinking({ lanes }: Situation): readonly Lane[] {
  return lanes.filter(({ shareNow, shareThen }) => shareThen < shareNow - 1e-9);
}

/** Names of header routes in front of this one, and where they lead. */
export function pinnedRoutes(object: KubeObject, route: LiveRoute): readonly LiveRoute[] {
  return routesOfObject(object).filter(
    (other) => other.list === route.list && other.index < route.index && !other.takesAll,
  );
}
