import { type Message, t } from "../../model/message.ts";
import { steps, valueOr } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { autoscalerBounds, type Bounds, boundsOf, isPaused } from "../../workspace/autoscaler-bounds.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "autoscaler-cannot-scale",
  title: "Autoscaler that has no room to scale",
  severity: "warning",
  appliesTo: Object.keys(autoscalerBounds).map((type) => type.replace("/", "/*/")),
  docs: {
    why: "An autoscaler adds pods up to its maximum and takes them away down to its minimum. When both are the same number, no load ever changes the number of pods: everybody believes that the workload scales, and at the peak it does not. A maximum below the minimum is refused by the API server (KEDA's admission webhook for a ScaledObject), so the autoscaler is not there at all.",
    how: "Leave room above the minimum: what the busiest hour needs, plus the pods that a lost zone takes away. An absent `minReplicas` is 1; an absent `minReplicaCount` of KEDA is 0 and an absent `maxReplicaCount` 100. A ScaledObject with an `idleReplicaCount` still switches between idle and its minimum, and one that is paused by annotation is meant to stand still; neither is reported. To switch an autoscaler off for good, delete it and set `replicas`.",
    sources: [
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/autoscaling/validation/validation.go",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/autoscaling/v2/defaults.go",
      "https://keda.sh/docs/2.18/reference/scaledobject-spec/",
      "https://github.com/kedacore/keda/blob/v2.18.0/apis/keda/v1alpha1/scaledobject_types.go",
    ],
    peers: { polaris: "hpaMaxAvailability" },
  },
  check(autoscaler, context) {
    const bounds = boundsOf(autoscaler);
    if (bounds === undefined) return;
    const { shape } = bounds;
    const { layout } = context.snapshot;
    if (layout.isPatched(autoscaler, shape.min) || layout.isPatched(autoscaler, shape.max)) return;
    const min = valueOr(bounds.min, shape.minFallback);
    const max = bounds.max.state === "absent" ? shape.maxFallback : valueOr(bounds.max, 0);
    if (min === undefined || max === undefined) return;
    const floor = bounds.min.state === "absent" ? min : Math.max(min, shape.hpaFloor);
    const at = autoscaler.at(bounds.max.state === "absent" ? shape.min : shape.max);
    const evidence = [bounds.min, bounds.max].flatMap((bound) =>
      bound.state === "absent" ? [] : [bound.node],
    );
    if (max < floor) {
      context.report(at, inverted(autoscaler, bounds, floor, max), undefined, {
        severity: shape.refused ? "error" : "warning",
        evidence,
      });
    } else if (max === min && !mayStandStill(autoscaler)) {
      context.report(at, fixed(autoscaler, bounds, max), undefined, { evidence });
    }
  },
});

/** Whether it scales all the same (to idle), or somebody has paused it on purpose. */
function mayStandStill(autoscaler: Resource): boolean {
  return autoscaler.get("spec.idleReplicaCount") !== undefined || isPaused(autoscaler);
}

function inverted(autoscaler: Resource, bounds: Bounds, min: number, max: number): Message {
  const { kind } = autoscaler;
  const values = { kind, minName: minName(bounds), maxName: maxName(bounds), min, max };
  if (!bounds.shape.refused) {
    return t(
      "{maxName}: {max} is below {minName}: {min}, so KEDA keeps to {max} jobs and the minimum is never reached. Raise the maximum.",
      values,
    );
  }
  return t(
    "{maxName}: {max} is below {minName}: {min}, so this {kind} is refused and nothing scales the workload. Raise the maximum above {min}.",
    values,
  );
}

function fixed(autoscaler: Resource, bounds: Bounds, count: number): Message {
  const values = { minName: minName(bounds), maxName: maxName(bounds), count };
  if (autoscaler.kind === "ScaledJob") {
    return t(
      "{minName} and {maxName} are both {count}, so KEDA never starts a further job, however long the queue is. Raise the maximum.",
      values,
    );
  }
  if (bounds.min.state === "absent") {
    return t(
      "{maxName} is {count} and so is {minName} when it is absent: the number of pods never changes, whatever the load. Raise the maximum.",
      values,
    );
  }
  return t(
    "{minName} and {maxName} are both {count}: the number of pods never changes, whatever the load. Raise the maximum.",
    values,
  );
}

function minName({ shape }: Bounds): string {
  return String(steps(shape.min).at(-1));
}

function maxName({ shape }: Bounds): string {
  return String(steps(shape.max).at(-1));
}
