import { t } from "../../model/message.ts";
import { quorumGroupOf } from "../../workspace/quorum.ts";
import { autoscalerTypes, effectiveReplicas } from "../../workspace/replicas.ts";
import { strategyOf } from "../../workspace/rollout-strategy.ts";
import { defineWorkloadRule } from "../rule.ts";
import { scalableWorkloads } from "../types.ts";
import { oneForOneEdits, relaxedEdits } from "./spread-relief.ts";
import { messageOf, type Shortfall, shortfallsOf } from "./spread-shortfall.ts";

export default defineWorkloadRule<Shortfall>({
  id: "spread-unsatisfiable",
  title: "The topology has no room for all replicas",
  severity: "error",
  types: scalableWorkloads,
  needsWholeWorkspace: true,
  inCluster: autoscalerTypes,
  docs: {
    why: "Required anti-affinity allows one pod in each domain of its topology key, and a DoNotSchedule constraint with more minDomains than there are domains allows maxSkew in each. Pods beyond that stay Pending for good. When the pods just fit, a rolling update that stops no old pod before a new one is ready never gets on: the new pod finds no domain, and the old ones wait for it. Blue/green and canaries behind a traffic router need room for every pod twice.",
    how: "Ask for less: `ScheduleAnyway`, or `maxSurge: 0` with `maxUnavailable: 1`, so that a pod leaves its node before its successor comes. DoNotSchedule without minDomains is always possible, since pods are spread evenly. Judged where `topology` in `.nines.yaml` says how many nodes and zones there are; an autoscaler's maximum that does not fit is a warning.",
    sources: [
      "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/scheduler/framework/plugins/podtopologyspread/filtering.go",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/deployment/rolling.go",
      "https://argo-rollouts.readthedocs.io/en/stable/features/anti-affinity/anti-affinity/",
    ],
  },
  check(workload, context) {
    const { snapshot, topology } = context;
    const replicas = effectiveReplicas(snapshot, workload);
    if (replicas === undefined) return;
    for (const shortfall of shortfallsOf(snapshot, workload, replicas, topology)) {
      const { kind, limit, term } = shortfall;
      const place = limit.minDomains === undefined ? "topologyKey" : "minDomains";
      context.report(workload.resource.at([...term.path, place]), messageOf(workload, shortfall), shortfall, {
        severity: kind === "maximum" ? "warning" : "error",
      });
    }
  },
  fixes: [
    {
      id: "one-for-one",
      title: () => t("Replace pods one for one, with maxSurge 0 and maxUnavailable 1"),
      preferred: true,
      edits({ kind, replicas }, { resource }) {
        const strategy = strategyOf(resource);
        // A single pod would have to stop before the next one starts.
        if (kind !== "surge" || replicas < 2 || strategy?.kind !== "rolling") return undefined;
        return oneForOneEdits(resource, strategy.path);
      },
    },
    {
      id: "schedule-anyway",
      title: () => t("Spread wherever possible, with ScheduleAnyway"),
      preferred: false,
      needsConfirmation: true,
      edits({ term }, workload) {
        // Voters on one node fail together: they need more nodes, not a weaker rule.
        if (quorumGroupOf(workload.resource) !== undefined) return undefined;
        return relaxedEdits(workload, term);
      },
    },
  ],
});
