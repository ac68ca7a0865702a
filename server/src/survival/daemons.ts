import { formatAmount, type IntOrPercent, resolveCount } from "../model/int-or-percent.ts";
import { t } from "../model/message.ts";
import { valueOr } from "../model/node.ts";
import { isEverywhere } from "../workspace/node-places.ts";
import { strategyOf } from "../workspace/rollout-strategy.ts";
import type { Snapshot, Topology } from "../workspace/snapshot.ts";
import type { Workload } from "../workspace/workload.ts";
import { isOnDelete, ON_DELETE } from "./rollouts.ts";
import { type Posture, plain, type Verdict } from "./verdict.ts";

/** A DaemonSet's pods each belong to a node; only a rollout takes them from nodes that live. */
export function daemonPosture(snapshot: Snapshot, workload: Workload, topology: Topology): Posture {
  return {
    nodeLoss: plain(
      "none",
      t("It runs one pod for each node: a lost node takes its own pod, and 0 pods of other nodes."),
    ),
    zoneLoss: plain(
      "none",
      t("It runs one pod for each node: a lost zone takes the pods of its nodes, and 0 of other zones."),
    ),
    drain: plain("none", t("A drain leaves the pods of DaemonSets alone: 0 are evicted.")),
    rollout: rolloutOf(snapshot, workload, topology),
  };
}

const ONE: IntOrPercent = { unit: "count", value: 1 };
const NONE: IntOrPercent = { unit: "count", value: 0 };

/** Percentages of the nodes it runs on round up (kubernetes pkg/controller/daemon/util/daemonset_util.go). */
function rolloutOf(snapshot: Snapshot, workload: Workload, topology: Topology): Verdict {
  const { resource } = workload;
  const isPatched = snapshot.layout.isPatched(resource, "spec.updateStrategy");
  if (!isPatched && isOnDelete(resource)) return plain("none", ON_DELETE);
  const strategy = isPatched ? undefined : strategyOf(resource);
  const amount = strategy?.kind === "rolling" ? valueOr(strategy.maxUnavailable, ONE) : undefined;
  const surge = strategy?.kind === "rolling" ? valueOr(strategy.maxSurge, NONE) : undefined;
  if (amount === undefined || surge === undefined || amount.value < 0 || surge.value < 0)
    return plain("unknown", t("A template or an overlay decides how a rollout replaces the pods."));
  if (surge.value > 0)
    return plain("guaranteed", t("Each node keeps its pod until the new one is ready: 0 nodes are without."));
  const nodes = isEverywhere(workload) ? topology.nodes : undefined;
  const written = formatAmount(amount);
  if (amount.unit === "percent" && amount.value >= 100)
    return plain(
      "notGuaranteed",
      t("No node may have its pod: maxUnavailable {amount} replaces all at once.", { amount: written }),
    );
  if (nodes === undefined)
    return amount.unit === "count"
      ? plain(
          "guaranteed",
          t("The pods of at most {count} nodes are replaced at a time.", { count: amount.value }),
        )
      : plain(
          "unknown",
          t("maxUnavailable is {amount} of the nodes it runs on, and how many those are is not known here.", {
            amount: written,
          }),
        );
  const away = Math.min(nodes, resolveCount(amount, nodes, "up"));
  const stay = nodes - away;
  const values = { stay, nodes, away };
  if (stay === 0)
    return {
      ...{ state: "notGuaranteed", stay, of: nodes },
      sentences: [t("No node may have its pod: a rollout may replace those of all {nodes} at once.", values)],
    };
  return {
    ...{ state: "guaranteed", stay, of: nodes },
    sentences: [
      t("At least {stay} of {nodes} nodes keep their pod: at most {away} are replaced at a time.", values),
    ],
  };
}
