import { type Message, t } from "../../model/message.ts";
import { nodeAt, stringOf } from "../../model/node.ts";
import { ceilingOf } from "../../workspace/autoscaler-bounds.ts";
import { effectiveReplicas, type Replicas } from "../../workspace/replicas.ts";
import type { Snapshot, Topology } from "../../workspace/snapshot.ts";
import {
  coverageOf,
  ownLabelsOf,
  podSpecPath,
  type SpreadTerm,
  spreadTermsOf,
} from "../../workspace/spread.ts";
import { countsOneRevision, type HardLimit, hardLimitOf } from "../../workspace/spread-domains.ts";
import { hasOwnTemplate, type Workload } from "../../workspace/workload.ts";
import { extraPodsOf } from "./rollout-extra.ts";

/** Pods that a term leaves without a place. */
export interface Shortfall {
  /**
   * `replicas`: not all of them fit; `surge` and `second`: they fit, but a rollout's new pods do not; `maximum`: the
   * autoscaler's upper bound does not.
   */
  readonly kind: "replicas" | "surge" | "second" | "maximum";
  readonly term: SpreadTerm;
  readonly limit: HardLimit;
  /** The pods that are wanted. */
  readonly replicas: number;
}

/** What does not fit into the topology when this many pods are wanted; nothing where nobody can say. */
export function shortfallsOf(
  snapshot: Snapshot,
  workload: Workload,
  replicas: Replicas,
  topology: Topology,
): readonly Shortfall[] {
  if (topology.nodes === undefined && topology.zones === undefined) return [];
  const labels = hasOwnTemplate(workload) ? ownLabelsOf(snapshot, workload) : undefined;
  if (labels === undefined) return [];
  return spreadTermsOf(workload).flatMap((term) => {
    const limit = hardLimitOf(term, topology);
    const field = term.kind === "constraint" ? "topologySpreadConstraints" : "affinity";
    if (limit === undefined || coverageOf(snapshot, workload, term, labels) !== "own") return [];
    if (snapshot.layout.isPatched(workload.resource, podSpecPath(workload, field))) return [];
    return shortfallOf(snapshot, workload, replicas, term, limit) ?? [];
  });
}

/** Whether the topology has room for a workload's pods once a term is about them; true where nobody can say. */
export function hasRoom(
  snapshot: Snapshot,
  workload: Workload,
  term: SpreadTerm,
  topology: Topology,
): boolean {
  const limit = hardLimitOf(term, topology);
  const replicas = effectiveReplicas(snapshot, workload);
  if (limit === undefined || replicas === undefined) return true;
  return shortfallOf(snapshot, workload, replicas, term, limit) === undefined;
}

/** What does not fit into the limit of a term; undefined when everything does, or nobody can say. */
function shortfallOf(
  snapshot: Snapshot,
  workload: Workload,
  replicas: Replicas,
  term: SpreadTerm,
  limit: HardLimit,
): Shortfall | undefined {
  const { resource } = workload;
  const room = limit.domains * limit.each;
  const found = (kind: Shortfall["kind"], count: number) => ({ kind, term, limit, replicas: count });
  if (replicas.lowest > room) return found("replicas", replicas.lowest);
  const isRollingKnown = !snapshot.layout.isPatched(resource, "spec.strategy");
  const extra =
    isRollingKnown && !countsOneRevision(term) ? extraPodsOf(resource, replicas.lowest) : undefined;
  if (extra !== undefined && replicas.lowest + extra.pods > room) return found(extra.kind, replicas.lowest);
  const ceilings = replicas.decidedBy.flatMap((autoscaler) => ceilingOf(snapshot, autoscaler) ?? []);
  const highest = Math.max(...ceilings, 0);
  return highest > room ? found("maximum", highest) : undefined;
}

/** What follows from it, and what to do. */
export function messageOf({ resource }: Workload, { kind, term, limit, replicas }: Shortfall): Message {
  const { domains, each, minDomains } = limit;
  const room = domains * each;
  const values = {
    ...{ replicas, domains, room, pending: replicas - room },
    key: stringOf(nodeAt(term.node, "topologyKey")) ?? "",
    kind: resource.kind,
    name: resource.called,
  };
  switch (kind) {
    case "replicas":
      return minDomains === undefined
        ? t(
            "This anti-affinity allows one pod in each domain of {key}, and the topology has {domains}: {pending} of the {replicas} pods of {kind} {name} will stay Pending. Spread them with ScheduleAnyway, or run fewer.",
            values,
          )
        : t(
            "This constraint wants {minDomains} domains of {key}, and the topology has {domains}: each takes {each}, so {pending} of the {replicas} pods of {kind} {name} will stay Pending. Lower minDomains or use ScheduleAnyway.",
            { ...values, minDomains, each },
          );
    case "surge":
      return t(
        "The {replicas} pods of {kind} {name} take all the room that this rule leaves in {domains} domains of {key}, and a rollout stops none of them before a new one is ready: the new pod stays Pending and no rollout ever gets on. Set maxSurge 0 with maxUnavailable 1, or use ScheduleAnyway.",
        values,
      );
    case "second":
      return t(
        "A rollout of {kind} {name} runs all {replicas} pods a second time before the old ones go, and this rule leaves room for {room} in {domains} domains of {key}: some of the new pods stay Pending and no rollout ever ends. Use ScheduleAnyway, or count only the pods of one revision with matchLabelKeys.",
        values,
      );
    case "maximum":
      return t(
        "The autoscaler may ask for {replicas} pods of {kind} {name}, and this rule leaves room for {room} in {domains} domains of {key}: at peak load {pending} of them will stay Pending. Lower its maximum or use ScheduleAnyway.",
        values,
      );
  }
}
