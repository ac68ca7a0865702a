import { type Message, t } from "../../../model/message.ts";
import { scaleTo } from "../../shares.ts";
import type { KubeObject } from "../cluster.ts";
import { inverseOf } from "../goals/plan.ts";
import type { WeightsGoal } from "../goals/weights.ts";
import type { Intent, TargetWeight } from "../intent.ts";
import { legOf, nameOfLeg } from "../leg.ts";
import { type LiveRoute, shareOf } from "../route.ts";
import { chooseRoute, legNamed } from "./choose-route.ts";
import { type MemberPlan, problem } from "./step.ts";

type WeightsIntent = Extract<Intent, { kind: "weights" }>;

/** The weights of one route, step by step. */
export function planWeightSteps(object: KubeObject, intent: WeightsIntent): MemberPlan {
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

/** The weights at the end, in the order of the destinations; what is not named shares the rest as it does now. */
export function finalWeights(
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
