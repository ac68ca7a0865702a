import { formatAmount, type IntOrPercent, intOrPercentOf } from "../../model/int-or-percent.ts";
import { type Message, t } from "../../model/message.ts";
import { field, stringOf, valueOr } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineWorkloadRule } from "../rule.ts";

/** Why an update strategy is refused, and the field that says so. */
interface Verdict {
  readonly path: string;
  readonly message: Message;
}

/** Where each kind states its strategy, and the type that goes without a `rollingUpdate` block. */
const STRATEGIES: Readonly<Record<string, { path: string; without: string | undefined; numbers: string }>> = {
  Deployment: { path: "spec.strategy", without: "Recreate", numbers: "spec.strategy.rollingUpdate" },
  StatefulSet: {
    path: "spec.updateStrategy",
    without: "OnDelete",
    numbers: "spec.updateStrategy.rollingUpdate",
  },
  // An OnDelete DaemonSet may keep the block.
  DaemonSet: {
    path: "spec.updateStrategy",
    without: undefined,
    numbers: "spec.updateStrategy.rollingUpdate",
  },
  Rollout: { path: "spec.strategy", without: undefined, numbers: "spec.strategy.canary" },
};

export default defineWorkloadRule({
  id: "rollout-impossible",
  title: "An update strategy that is refused",
  severity: "error",
  types: [
    "apps/Deployment",
    "extensions/Deployment",
    "apps/StatefulSet",
    "apps/DaemonSet",
    "extensions/DaemonSet",
    "argoproj.io/Rollout",
  ],
  docs: {
    why: "With neither a pod that may be missing nor one that may be added no rolling update could ever take a step, so the API server refuses the manifest (and the Argo Rollouts controller stops at it): what is live stays at the old version, and a cluster that is built anew goes without the workload. The same goes for a `rollingUpdate` block beside `type: Recreate`, or beside `OnDelete` in a StatefulSet.",
    how: "Set `maxSurge: 1` and leave `maxUnavailable: 0` to lose no pod, or the other way round where a second pod does not fit. `0` and `0%` are the same. A DaemonSet takes exactly one of the two: with a surge it needs `maxUnavailable: 0`, because an absent one is 1. Beside `Recreate` remove the block; an overlay that switches to Recreate removes it with `rollingUpdate: null`.",
    sources: [
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/apps/validation/validation.go",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/apps/v1/defaults.go",
      "https://github.com/argoproj/argo-rollouts/blob/v1.8.3/pkg/apis/rollouts/validation/validation.go",
    ],
  },
  check({ resource }, context) {
    const verdict = verdictOf(resource);
    if (verdict === undefined || isDecidedElsewhere(context.snapshot, resource)) return;
    const shape = STRATEGIES[resource.kind];
    const node = shape === undefined ? undefined : resource.get(shape.path);
    context.report(resource.at(verdict.path), verdict.message, undefined, {
      evidence: node === undefined ? [] : [node],
    });
  },
});

function isDecidedElsewhere(snapshot: Snapshot, resource: Resource): boolean {
  const shape = STRATEGIES[resource.kind];
  if (shape === undefined) return true;
  return [
    `${shape.path}.type`,
    shape.numbers,
    `${shape.numbers}.maxSurge`,
    `${shape.numbers}.maxUnavailable`,
  ].some((path) => snapshot.layout.isPatched(resource, path));
}

function verdictOf(resource: Resource): Verdict | undefined {
  const shape = STRATEGIES[resource.kind];
  if (shape === undefined) return undefined;
  const type = valueOr(field(resource.get(`${shape.path}.type`), stringOf), "RollingUpdate");
  const block = resource.get(shape.numbers);
  if (type === undefined || block === undefined) return undefined;
  if (type === shape.without) return { path: shape.numbers, message: superfluous(type, resource) };
  if (type !== "RollingUpdate" || resource.kind === "StatefulSet") return undefined;
  const isDaemonSet = resource.kind === "DaemonSet";
  const unavailable = amountAt(resource, `${shape.numbers}.maxUnavailable`, isDaemonSet ? 1 : undefined);
  const surge = amountAt(resource, `${shape.numbers}.maxSurge`, isDaemonSet ? 0 : undefined);
  if (unavailable === undefined || surge === undefined) return undefined;
  if (unavailable.value === 0 && surge.value === 0)
    return { path: `${shape.numbers}.maxUnavailable`, message: stuck(resource) };
  if (!isDaemonSet || unavailable.value === 0 || surge.value === 0) return undefined;
  return { path: `${shape.numbers}.maxSurge`, message: both(resource, shape.numbers, unavailable, surge) };
}

/** The amount, or the default where it is absent; undefined where it is unknown or the default is not 0 anyway. */
function amountAt(resource: Resource, path: string, fallback: number | undefined): IntOrPercent | undefined {
  const amount = field(resource.get(path), intOrPercentOf);
  if (amount.state === "known") return amount.value;
  return amount.state === "absent" && fallback !== undefined ? { unit: "count", value: fallback } : undefined;
}

function superfluous(type: string, { called: name }: Resource): Message {
  return t(
    "A rollingUpdate block beside type: {type} is refused, so {name} cannot be applied. Remove the block.",
    { type, name },
  );
}

function stuck({ kind, called: name }: Resource): Message {
  return t(
    "With maxUnavailable and maxSurge both 0 no pod may go and none may come: {kind} {name} is refused and nothing is ever rolled out. Set maxSurge to 1.",
    { kind, name },
  );
}

/** A DaemonSet replaces pods either in place or with a surge. */
function both(resource: Resource, path: string, unavailable: IntOrPercent, surge: IntOrPercent): Message {
  const values = { unavailable: formatAmount(unavailable), surge: formatAmount(surge) };
  return resource.get(`${path}.maxUnavailable`) === undefined
    ? t(
        "A DaemonSet takes maxSurge: {surge} only with maxUnavailable: 0, and an absent one is {unavailable}: it is refused. Add maxUnavailable: 0.",
        values,
      )
    : t(
        "A DaemonSet takes either maxUnavailable ({unavailable}) or maxSurge ({surge}) above 0, not both: it is refused. Set maxUnavailable to 0.",
        values,
      );
}
