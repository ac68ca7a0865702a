import { type Message, t } from "../model/message.ts";
import { nodeAt, present, valueOr } from "../model/node.ts";
import { formatShare } from "../traffic/shares.ts";
import type { SteppedRoute } from "../traffic/weighted-route.ts";
import { effectiveReplicas } from "../workspace/replicas.ts";
import { workloadOf } from "../workspace/workload.ts";
import { figures, type Meaning, meaning, type World } from "./meaning.ts";
import { placeIn, placeOfNode } from "./place.ts";

type Ramp = Extract<SteppedRoute["schedule"], { kind: "ramp" }>;
type List = Extract<SteppedRoute["schedule"], { kind: "list" }>;

/** What counts as everything unless the manifest says so (argo-rollouts utils/weightutil; Flagger). */
const WHOLE = 100;

/** The steps of a canary: what part it gets at each of them. */
export function stepMeanings(route: SteppedRoute, world: World): readonly Meaning[] {
  const { schedule } = route;
  return schedule.kind === "ramp" ? ofRamp(route, schedule) : ofList(route, schedule, world);
}

function ofList(route: SteppedRoute, { steps }: List, world: World): readonly Meaning[] {
  const total = valueOr(route.total, WHOLE);
  if (total === undefined || total <= 0) return [];
  return steps.flatMap(({ node, weight }, i) => {
    if (weight.state !== "known" || weight.value < 0) return [];
    const share = formatShare(weight.value / total);
    const values = { number: i + 1, count: steps.length, share };
    const place =
      route.platform === "flagger" ? placeOfNode(node) : placeIn(route.resource.document, node, "setWeight");
    const details = [atStep(route, values), shiftsPods(route) ? podsInstead(route, share, world) : undefined];
    return meaning(place, details, { short: figures(`= ${share}`), plain: share === `${weight.value} %` });
  });
}

/** Without a traffic router an Argo Rollout can only change how many pods of each version there are. */
function shiftsPods({ platform, node }: SteppedRoute): boolean {
  return platform === "argo-rollouts" && present(nodeAt(node, "trafficRouting")) === undefined;
}

function podsInstead({ resource }: SteppedRoute, share: string, { snapshot }: World): Message {
  const workload = workloadOf(resource);
  const pods = workload === undefined ? undefined : effectiveReplicas(snapshot, workload)?.lowest;
  return pods === undefined
    ? t("Without a traffic router pods are shifted instead of requests, as near to {share} as they allow.", {
        share,
      })
    : t(
        "Without a traffic router pods are shifted instead of requests, as near to {share} as {pods} pods allow.",
        { share, pods },
      );
}

function ofRamp(route: SteppedRoute, { step, end }: Ramp): readonly Meaning[] {
  const by = valueOr(step, 0);
  const until = valueOr(end, WHOLE);
  if (by === undefined || until === undefined || by <= 0 || until <= 0) return [];
  const values = { by, until, count: Math.ceil(until / by) };
  const details = [
    t(
      "The new version gets {by} % more at each step until it has {until} %: {count} steps, then it is promoted.",
      values,
    ),
  ];
  const { document } = route.resource;
  return [
    ...meaning(placeIn(document, route.node, "stepWeight"), details, {
      short: t("{count} steps to {until} %", values),
    }),
    ...meaning(placeIn(document, route.node, "maxWeight"), details),
  ];
}

function atStep({ canary, stable }: SteppedRoute, values: Message["values"]): Message {
  return canary.state === "known" && stable.state === "known"
    ? t("Step {number} of {count}: {canary} gets {share}, {stable} the rest.", {
        ...values,
        canary: canary.value,
        stable: stable.value,
      })
    : t("Step {number} of {count}: the new version gets {share}, the old one the rest.", values);
}
