import { formatAmount, resolveCount } from "../../model/int-or-percent.ts";
import { type Message, t } from "../../model/message.ts";
import { type Strategy, unavailableAtOnce } from "../../workspace/rollout-strategy.ts";
import type { Topology } from "../../workspace/snapshot.ts";
import type { Workload } from "../../workspace/workload.ts";

/** That a rollout may stop every pod, and the field that says so, below the strategy's path. */
export interface Verdict {
  readonly field: string;
  readonly message: Message;
}

/**
 * Whether a rollout may stop all pods at once; undefined when it never does. `pods` is the lowest number there
 * may be, undefined when an overlay or a template decides it.
 */
export function verdictOf(
  workload: Workload,
  strategy: Strategy,
  pods: number | undefined,
  topology: Topology,
): Verdict | undefined {
  const { kind } = workload.resource;
  if (strategy.kind === "recreate") return { field: "type", message: recreates(workload, pods) };
  if (kind === "DaemonSet") return ofDaemonSet(workload, strategy, topology.nodes);
  if (kind === "StatefulSet") return ofStatefulSet(strategy, pods);
  return ofDeployment(strategy, pods);
}

type Rolling = Extract<Strategy, { kind: "rolling" }>;

function recreates({ resource }: Workload, pods: number | undefined): Message {
  const name = resource.called;
  if (pods === undefined)
    return t(
      "Recreate stops every pod of {name} before the first new one starts, so each rollout is an outage, and one to a version that does not start does not end.",
      { name },
    );
  return pods === 1
    ? t(
        "Recreate stops the only pod of {name} before the new one starts, so each rollout is an outage, and one to a version that does not start does not end.",
        { name },
      )
    : t(
        "Recreate stops all {pods} pods of {name} before the first new one starts, so each rollout is an outage, and one to a version that does not start does not end.",
        { name, pods },
      );
}

function ofDeployment(strategy: Rolling, pods: number | undefined): Verdict | undefined {
  const { maxUnavailable, maxSurge } = strategy;
  const written = maxUnavailable.state === "known" ? maxUnavailable.value : undefined;
  if (pods === undefined) {
    // All of an unknown number is still all.
    if (written?.unit !== "percent" || written.value < 100) return undefined;
    return { field: "maxUnavailable", message: allOfAny(formatAmount(written)) };
  }
  // Both literally 0 is refused, which is another finding.
  if (written?.value === 0 && maxSurge.state === "known" && maxSurge.value.value === 0) return undefined;
  const unavailable = unavailableAtOnce(strategy, pods);
  if (unavailable === undefined || unavailable < pods) return undefined;
  if (written !== undefined && resolveCount(written, pods, "down") >= pods)
    return { field: "maxUnavailable", message: allOf(formatAmount(written), pods) };
  return {
    field: "maxSurge",
    message: t(
      "Without a surge the only pod has to stop before the next one starts, so each rollout is an outage, and one to a version that does not start does not end.",
    ),
  };
}

/** Percentages round down, to at least 1 (stateful_set_control.go, getStatefulSetMaxUnavailable). */
function ofStatefulSet({ maxUnavailable }: Rolling, pods: number | undefined): Verdict | undefined {
  if (maxUnavailable.state !== "known" || pods === undefined || pods < 2) return undefined;
  if (resolveCount(maxUnavailable.value, pods, "down") < pods) return undefined;
  return { field: "maxUnavailable", message: allOf(formatAmount(maxUnavailable.value), pods) };
}

/** Percentages of the nodes it runs on round up (pkg/controller/daemon/util/daemonset_util.go). */
function ofDaemonSet(
  workload: Workload,
  { maxUnavailable, maxSurge }: Rolling,
  nodes: number | undefined,
): Verdict | undefined {
  if (maxUnavailable.state !== "known" || (maxSurge.state === "known" && maxSurge.value.value > 0))
    return undefined;
  const { value } = maxUnavailable;
  const amount = formatAmount(value);
  if (value.unit === "percent" && value.value >= 100)
    return { field: "maxUnavailable", message: allOfAny(amount) };
  const everywhere = workload.resource.get("spec.template.spec.nodeSelector") === undefined;
  if (nodes === undefined || nodes < 2 || !everywhere || resolveCount(value, nodes, "up") < nodes)
    return undefined;
  return { field: "maxUnavailable", message: allOf(amount, nodes) };
}

function allOf(amount: string, pods: number): Message {
  return t(
    "maxUnavailable: {amount} of {pods} is all of them: a rollout may stop every pod before the first new one is ready.",
    { amount, pods },
  );
}

function allOfAny(amount: string): Message {
  return t(
    "maxUnavailable: {amount} is all of them: a rollout may stop every pod before the first new one is ready.",
    { amount },
  );
}
