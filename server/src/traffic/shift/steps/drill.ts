import { t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import type { Goal } from "../goals/goal.ts";
import { weightsOfRoute } from "../goals/weights.ts";
import type { Intent } from "../intent.ts";
import { legOf } from "../leg.ts";
import { shareOf } from "../route.ts";
import { chooseRoute, legNamed } from "./choose-route.ts";
import { type MemberPlan, problem } from "./step.ts";
import { finalWeights } from "./weights.ts";

type DrillIntent = Extract<Intent, { kind: "drill" }>;

/**
 * The fault first, then the failover, which takes the fault away in the same write: Envoy would fail the standby's
 * requests as well. Both lead back to what was there before them.
 */
export function planDrill(
  object: KubeObject,
  { route: named, to, percent, seconds }: DrillIntent,
): MemberPlan {
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
      // The weights are nobody's business before the failover: somebody else's stay.
      { goal: fault, undo: heal, judge: "fault", settle: seconds },
      { goal: { kind: "all", goals: [heal, weights] }, undo, judge: "answer", settle: seconds },
    ],
  };
}
