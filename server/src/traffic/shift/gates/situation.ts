import type { Demand } from "../capacity.ts";
import { perPodCapacity } from "../capacity.ts";
import type { KubeObject } from "../cluster.ts";
import type { BaselineSide } from "../journal.ts";
import { at, listOf, numberAt, textAt } from "../json.ts";
import { type Leg, type LiveLeg, sameLeg } from "../leg.ts";
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
  /** As it was before the shift; undefined in the preview, where that is now. */
  readonly before: BaselineSide | undefined;
}

/** A weighted route as a step finds it. */
export interface Situation {
  readonly route: LiveRoute;
  readonly lanes: readonly Lane[];
  readonly thresholds: Thresholds;
  readonly emergency: boolean;
}

/** What was read of a route, in the order of its destinations. */
export interface Seen {
  readonly object: KubeObject;
  readonly route: LiveRoute;
  readonly sides: readonly Side[];
  readonly traffic: readonly SideTraffic[];
  /** Weights after the step. */
  readonly weightsThen: readonly number[];
  /** Empty in the preview. */
  readonly baseline: readonly BaselineSide[];
}

/** Puts together what is known of the route. */
export function situationOf(seen: Seen, thresholds: Thresholds, emergency: boolean): Situation {
  const { object, route, sides, traffic, weightsThen, baseline } = seen;
  const headers = pinnedRoutes(object, route);
  const others = [...otherLegs(object, route), ...mirrorsOf(object, route)];
  const besides = route.legs.map((leg) => others.some((other) => isSameBackend(other, leg)));
  const total = weightsThen.reduce((sum, weight) => sum + weight, 0);
  const shares = route.legs.map((leg) => shareOf(route, leg));
  const entering = enteringRate(shares, besides, traffic);
  const attempts = attemptsOf(object, route);
  const drafts = route.legs.flatMap((leg, i) => {
    const side = sides[i];
    const figures = traffic[i];
    if (side === undefined || figures === undefined) return [];
    const shareNow = shares[i] ?? 0;
    return [
      {
        leg,
        side,
        traffic: figures,
        shareNow,
        shareThen: total <= 0 ? 0 : (weightsThen[i] ?? 0) / total,
        pinned: headers.some((other) => other.legs.some((candidate) => sameLeg(candidate, leg))),
        demand: demandOf(entering, figures, shareNow, besides[i] === true, attempts),
        perPod: capacityOf(side, figures, thresholds),
        before: baseline.find((one) => sameLeg(one.leg, leg)),
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

/** Destinations of the object's other routes that get requests whatever the weights of this one are. */
function otherLegs(object: KubeObject, route: LiveRoute): readonly Leg[] {
  return routesOfObject(object)
    .filter(
      (other) =>
        other.list === route.list &&
        (other.index < route.index ? !other.takesAll : other.index > route.index && !route.takesAll),
    )
    .flatMap(({ legs }) => legs);
}

/** Destinations that get copies of requests: of this route's or of another's. */
function mirrorsOf(object: KubeObject, { list }: LiveRoute): readonly Leg[] {
  return listOf(at(object, "spec", list)).flatMap((item) =>
    list === "rules"
      ? [...listOf(at(item, "filters")), ...listOf(at(item, "backendRefs")).flatMap(filtersOf)].flatMap(
          (filter) => {
            const host = textAt(filter, "requestMirror", "backendRef", "name");
            const namespace = textAt(filter, "requestMirror", "backendRef", "namespace");
            return host === undefined ? [] : [{ host, ...(namespace && { namespace }) }];
          },
        )
      : [at(item, "mirror"), ...listOf(at(item, "mirrors")).map((one) => at(one, "destination"))].flatMap(
          (target) => {
            const host = textAt(target, "host");
            const subset = textAt(target, "subset");
            return host === undefined ? [] : [{ host, ...(subset && { subset }) }];
          },
        ),
  );
}

function filtersOf(backend: unknown): readonly unknown[] {
  return listOf(at(backend, "filters"));
}

/** Whether the same Pods answer, on whichever port. */
function isSameBackend(a: Leg, b: Leg): boolean {
  return a.host === b.host && a.subset === b.subset && a.namespace === b.namespace;
}

/** Requests per second that enter the weighted route: what sides that get no others have, divided by their shares. */
function enteringRate(
  shares: readonly number[],
  besides: readonly boolean[],
  traffic: readonly SideTraffic[],
): Read<number> {
  const rates: number[] = [];
  for (const { rate } of traffic) {
    if (!rate.known) return rate;
    rates.push(rate.value);
  }
  const sum = (pick: (i: number) => boolean, values: readonly number[]) =>
    values.reduce((total, value, i) => (pick(i) ? total + value : total), 0);
  const free = (i: number) => besides[i] !== true;
  const freeShare = sum(free, shares);
  // Where every side with a weight gets others too, all of it may come through the weights.
  return known(freeShare > 0 ? sum(free, rates) / freeShare : sum(() => true, rates));
}

function demandOf(
  entering: Read<number>,
  { rate }: SideTraffic,
  share: number,
  getsOthers: boolean,
  attempts: number,
): Read<Demand> {
  if (!entering.known) return entering;
  if (!rate.known) return rate;
  const pinned = getsOthers ? Math.max(0, rate.value - entering.value * share) : 0;
  return known({ weighted: entering.value, pinned, attempts });
}

/**
 * Istio tries twice more unless told otherwise, and never where `retries` says nothing of attempts; the Gateway API's
 * default is the implementation's own.
 */
function attemptsOf(object: KubeObject, route: LiveRoute): number {
  const live = at(object, "spec", route.list, route.index);
  const attempts = numberAt(live, "retries", "attempts");
  if (route.list === "http") return Math.max(0, attempts ?? (at(live, "retries") === undefined ? 2 : 0));
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

/**
 * Ready endpoints of the other lanes that carry traffic now; or of those that carried it before the shift, where they
 * were more: a side that has given its traffic up may have been scaled down since.
 */
export function readyElsewhere(situation: Situation, lane: Lane): Read<number> {
  let total = 0;
  let before = 0;
  for (const other of situation.lanes) {
    if (other === lane) continue;
    if ((other.before?.share ?? 0) > 0) before += other.before?.ready ?? 0;
    if (other.shareNow === 0) continue;
    const ready = readyOf(other);
    if (!ready.known) return ready;
    total += ready.value;
  }
  return known(Math.max(total, before));
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
