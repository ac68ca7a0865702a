import { type Message, t } from "../../model/message.ts";
import { scaleTo } from "../shares.ts";
import type { KubeObject, ObjectRef } from "./cluster.ts";
import { recordsOf } from "./goals/dns.ts";
import type { Goal } from "./goals/goal.ts";
import { inverseOf } from "./goals/plan.ts";
import { type WeightsGoal, weightsOfRoute } from "./goals/weights.ts";
import type { Intent, TargetWeight } from "./intent.ts";
import { at, listOf, numberAt, textAt } from "./json.ts";
import { KINDS } from "./kinds.ts";
import { type LiveLeg, legOf, nameOfLeg } from "./leg.ts";
import { type LiveRoute, routesOfObject, shareOf } from "./route.ts";

/** An object that the shift changes. */
export interface Member {
  readonly context: string;
  readonly ref: ObjectRef;
}

/** One write and what has to be seen before the next. */
export interface Step {
  /** Position among the members. */
  readonly member: number;
  readonly goal: Goal;
  /** The goal that leads back to what was there before the shift; undefined where a write cannot. */
  readonly undo: Goal | undefined;
  /** How the step is judged: by traffic, by time alone, by the database's own report; in a drill by the fault's being seen and the standby's answering. */
  readonly judge: "traffic" | "settle" | "database" | "fault" | "answer";
  /** Seconds that must pass at the least. */
  readonly settle: number;
}

/** What one object contributes to a shift. */
export type MemberPlan =
  | { readonly ok: true; readonly steps: readonly Omit<Step, "member">[] }
  | { readonly ok: false; readonly problem: Message };

/** Works out the steps for one object as it is now. */
export function planMember(object: KubeObject, intent: Intent, formerReplicaSet?: string): MemberPlan {
  switch (intent.kind) {
    case "weights":
      return planWeightSteps(object, intent);
    case "ab":
      return planAb(object, intent);
    case "drill":
      return planDrill(object, intent);
    case "rollout":
      return planRolloutSteps(object, intent, formerReplicaSet);
    case "subsets":
      return single(object, { kind: "subsets", action: "add", subsets: intent.subsets }, "settle", 10);
    case "dns":
      return planDnsStep(object, intent);
    case "promoteDatabase":
      return single(
        object,
        { kind: "database", action: "promote", tokenFrom: intent.tokenFrom },
        "database",
        0,
      );
    case "demoteDatabase":
      return single(
        object,
        { kind: "database", action: "demote", newPrimary: intent.newPrimary },
        "database",
        0,
      );
  }
}

function single(object: KubeObject, goal: Goal, judge: Step["judge"], settle: number): MemberPlan {
  return { ok: true, steps: [{ goal, undo: inverseOf(object, goal), judge, settle }] };
}

function problem(message: Message): MemberPlan {
  return { ok: false, problem: message };
}

type WeightsIntent = Extract<Intent, { kind: "weights" }>;

function planWeightSteps(object: KubeObject, intent: WeightsIntent): MemberPlan {
  const chosen = chooseRoute(object, intent.route, intent.to);
  if ("problem" in chosen) return problem(chosen.problem);
  const { route } = chosen;
  const final = finalWeights(route, intent.to);
  if ("problem" in final) return problem(final.problem);
  const now = route.legs.map((leg) => 100 * shareOf(route, leg));
  const vectors = stepsBetween(now, final.weights, intent.steps);
  const [first] = vectors;
  if (first === undefined)
    return problem(
      t("The traffic of {kind} {name} is shared out that way already: {weights}. There is nothing to do.", {
        kind: object.kind,
        name: object.metadata.name,
        weights: route.legs.map((leg, i) => `${nameOfLeg(leg)} ${final.weights[i]} %`).join(", "),
      }),
    );
  return {
    ok: true,
    steps: vectors.map((weights) => {
      const goal: WeightsGoal = {
        kind: "weights",
        route: route.key,
        weights: route.legs.map((leg, i) => ({ leg: legOf(leg), weight: weights[i] ?? 0 })),
      };
      return { goal, undo: inverseOf(object, goal), judge: "traffic", settle: 0 };
    }),
  };
}

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
  return { route };
}

/** Whether the object itself has a route that the intent can mean. */
export function hasRouteFor(object: KubeObject, intent: Intent): boolean {
  switch (intent.kind) {
    case "weights":
      return !("problem" in chooseRoute(object, intent.route, intent.to));
    case "drill":
      return !("problem" in chooseRoute(object, intent.route, [{ leg: intent.to, weight: 100 }]));
    case "ab":
      return planAb(object, intent).ok;
    default:
      return true;
  }
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

/** The weights at the end, in the order of the destinations; what is not named shares the rest as it does now. */
function finalWeights(
  route: LiveRoute,
  to: readonly TargetWeight[],
): { readonly weights: readonly number[] } | { readonly problem: Message } {
  const named = to.map(({ leg, weight }) => ({ leg: legNamed(route, leg), weight, name: leg }));
  const missing = named.find(({ leg }) => leg === undefined);
  const legs = route.legs.map(nameOfLeg).join(", ");
  if (missing !== undefined || named.length === 0)
    return {
      problem: t("The route has no single destination “{name}”. Its destinations are: {legs}.", {
        name: missing?.name ?? "",
        legs,
      }),
    };
  if (new Set(named.map(({ leg }) => leg)).size < named.length)
    return {
      problem: t("One destination is named twice. Name each once; the destinations are: {legs}.", { legs }),
    };
  const sum = named.reduce((total, { weight }) => total + weight, 0);
  const rest = 100 - sum;
  const others = route.legs.filter((leg) => named.every((entry) => entry.leg !== leg));
  if (
    !named.every(({ weight }) => Number.isInteger(weight) && weight >= 0) ||
    rest < 0 ||
    (others.length === 0 && rest !== 0)
  )
    return {
      problem: t(
        "The weights of the named destinations add up to {sum}. Whole numbers from 0 on that add up to 100 at the most are expected; naming all destinations, to exactly 100.",
        { sum },
      ),
    };
  const shares = others.map((leg) => leg.weight);
  // Where the others have nothing today, the first of them gets the rest.
  const even = shares.every((share) => share === 0) ? shares.map((_, i) => (i === 0 ? 1 : 0)) : shares;
  const parts = others.length === 0 ? [] : scaleTo(even, rest);
  return {
    weights: route.legs.map((leg) => {
      const entry = named.find((candidate) => candidate.leg === leg);
      return entry?.weight ?? parts[others.indexOf(leg)] ?? 0;
    }),
  };
}

/**
 * The weights of each step, adding up to 100. With one growing destination, the steps are its weights; with several
 * the way is cut in such parts of a hundred.
 */
export function stepsBetween(
  now: readonly number[],
  end: readonly number[],
  steps: readonly number[],
): readonly (readonly number[])[] {
  if (end.every((weight, i) => weight === now[i])) return [];
  const growing = end.flatMap((weight, i) => (weight > (now[i] ?? 0) ? [i] : []));
  const [only = 0] = growing;
  const from = now[only] ?? 0;
  const whole = (end[only] ?? 0) - from;
  const fractions = steps
    .map((step) => (growing.length === 1 ? (step - from) / whole : step / 100))
    .filter((fraction) => fraction > 0 && fraction < 1)
    .toSorted((a, b) => a - b);
  const vectors = fractions.map((fraction) =>
    scaleTo(
      now.map((weight, i) => weight + ((end[i] ?? 0) - weight) * fraction),
      100,
    ),
  );
  return [...vectors.filter((vector) => vector.some((weight, i) => weight !== end[i])), end];
}

/** Names that mean parts of the request to Istio and not headers (networking/v1, HTTPMatchRequest.headers). */
const IGNORED_HEADERS: readonly string[] = ["uri", "scheme", "method", "authority"];

type AbIntent = Extract<Intent, { kind: "ab" }>;

function planAb(object: KubeObject, intent: AbIntent): MemberPlan {
  const routes = routesOfObject(object).filter(({ list }) => list === "http");
  const chosen =
    intent.route === undefined
      ? routes.filter(({ takesAll }) => takesAll)
      : routes.filter(({ name, index }) => name === intent.route || `http[${index}]` === intent.route);
  const [route] = chosen;
  if (object.kind !== "VirtualService" || route === undefined || chosen.length > 1)
    return problem(
      t(
        "{kind} {name} has no single http route without conditions in front of which the header routes could stand. Say which with --route.",
        {
          kind: object.kind,
          name: object.metadata.name,
        },
      ),
    );
  const reserved = intent.routes.find(({ header }) => IGNORED_HEADERS.includes(header));
  if (reserved !== undefined)
    return problem(
      t("Istio ignores conditions on a header called {header}. Tell the variants apart by another one.", {
        header: reserved.header,
      }),
    );
  const twice = intent.routes.find(
    ({ name, exact }, i) => intent.routes.findIndex((one) => one.name === name || one.exact === exact) < i,
  );
  if (twice !== undefined)
    return problem(
      t(
        "Two variants would have the same route {name}. Give their header values that differ in more than case and punctuation.",
        { name: twice.name },
      ),
    );
  const goal: Goal = { kind: "insertRoutes", before: route.key, routes: intent.routes };
  return single(object, goal, "settle", 10);
}

type DrillIntent = Extract<Intent, { kind: "drill" }>;

/**
 * The fault first, then the failover, which takes the fault away in the same write: Envoy would fail the standby's
 * requests as well. Whatever was written, both lead back to the weights of before without a fault.
 */
function planDrill(object: KubeObject, { route: named, to, percent, seconds }: DrillIntent): MemberPlan {
  const target = [{ leg: to, weight: 100 }];
  const chosen = chooseRoute(object, named, target);
  if ("problem" in chosen) return problem(chosen.problem);
  const { route } = chosen;
  const final = finalWeights(route, target);
  if ("problem" in final) return problem(final.problem);
  if (route.list !== "http" || shareOf(route, legNamed(route, to) ?? { host: "" }) > 0)
    return problem(
      t(
        "A drill needs an http route on which {leg} has no traffic yet: it plays the failure of those that have.",
        { leg: to },
      ),
    );
  const fault: Goal = { kind: "fault", route: route.key, percent, was: 0 };
  const heal: Goal = { kind: "fault", route: route.key, percent: 0, was: percent };
  const weights: Goal = {
    kind: "weights",
    route: route.key,
    weights: route.legs.map((leg, i) => ({ leg: legOf(leg), weight: final.weights[i] ?? 0 })),
  };
  const undo: Goal = { kind: "all", goals: [heal, weightsOfRoute(route)] };
  return {
    ok: true,
    steps: [
      { goal: fault, undo, judge: "fault", settle: seconds },
      { goal: { kind: "all", goals: [heal, weights] }, undo, judge: "answer", settle: seconds },
    ],
  };
}

type RolloutIntent = Extract<Intent, { kind: "rollout" }>;

function planRolloutSteps(
  object: KubeObject,
  { verb }: RolloutIntent,
  former: string | undefined,
): MemberPlan {
  const podHash = textAt(object, "status", "currentPodHash");
  if (object.kind !== KINDS.rollout.kind || podHash === undefined)
    return problem(
      t("{kind} {name} has no status.currentPodHash: no Argo Rollouts controller looks after it.", {
        kind: object.kind,
        name: object.metadata.name,
      }),
    );
  const fromStep = numberAt(object, "status", "currentStepIndex") ?? null;
  const goalOf = (what: typeof verb): Goal => ({
    kind: "rollout",
    verb: what,
    podHash,
    fromStep,
    replicaSet: what === "undo" ? (former ?? null) : null,
  });
  const verbs: (typeof verb)[] =
    verb === "promote" && at(object, "spec", "paused") === true ? ["unpause"] : [];
  const paused = listOf(at(object, "status", "pauseConditions")).length > 0;
  if (verb !== "promote" || verbs.length === 0 || paused) verbs.unshift(verb);
  return {
    ok: true,
    steps: verbs.map((what) => {
      const goal = goalOf(what);
      return { goal, undo: inverseOf(object, goal), judge: "settle", settle: 0 };
    }),
  };
}

type DnsIntent = Extract<Intent, { kind: "dns" }>;

function planDnsStep(object: KubeObject, { record, targets }: DnsIntent): MemberPlan {
  const records = recordsOf(object);
  const found = records.filter(
    (candidate) =>
      (record.dnsName === undefined || candidate.dnsName === record.dnsName) &&
      (record.recordType === undefined || candidate.recordType === record.recordType) &&
      (record.setIdentifier === undefined || candidate.setIdentifier === record.setIdentifier),
  );
  const [only] = found;
  if (only === undefined || found.length > 1)
    return problem(
      t("DNSEndpoint {name} has {n} records that fit. Name one of: {records}.", {
        name: object.metadata.name,
        n: found.length,
        records: records.map(({ dnsName, recordType }) => `${dnsName} ${recordType}`).join(", "),
      }),
    );
  const { dnsName, recordType, setIdentifier, ttl } = only;
  const key = { dnsName, recordType, ...(setIdentifier !== undefined && { setIdentifier }) };
  // Resolvers keep the old answer for its TTL; external-dns looks every minute unless told otherwise.
  return single(object, { kind: "dns", record: key, targets }, "settle", (ttl ?? 300) + 60);
}
