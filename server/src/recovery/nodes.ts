import { t } from "../model/message.ts";
import { field, integerOf, itemsOf, nodeAt, stringOf, valueOr } from "../model/node.ts";
import { effectiveReplicas } from "../workspace/replicas.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { coverageOf, ownLabelsOf, podSpecPath, type SpreadTerm, spreadTermsOf } from "../workspace/spread.ts";
import type { Workload } from "../workspace/workload.ts";
import { ASSUMED } from "./assumed.ts";
import { flagTerm } from "./control-plane.ts";
import { between, exactly, isWorse, NEVER, UNKNOWN } from "./estimate.ts";
import { fieldTerm, leaf, type Term } from "./term.ts";
import type { World } from "./world.ts";

/** The controller manager's default, and that of newer releases (kubernetes pkg/controller/nodelifecycle). */
const GRACE = between(40, 50);
/** Endpoints of the lost node's pods leave every proxy. */
const ENDPOINTS = 5;
/** Tolerations that the API server adds (DefaultTolerationSeconds). */
const TOLERATION = 300;
const TOLERATION_FLAG = {
  program: "kube-apiserver",
  name: "default-unreachable-toleration-seconds",
  isSeconds: true,
} as const;

const GRACE_FLAG = {
  program: "kube-controller-manager",
  name: "node-monitor-grace-period",
  isSeconds: false,
} as const;
const UNREADABLE_FLAG = t("A template or an overlay decides the flags of the control plane.");

/** Until a lost node counts as lost, in the slowest cluster of the plan; what no cluster says, a manifest may. */
function nodeLossTerm(world: World): Term {
  const { plan } = world;
  const name = t("lost node noticed");
  const fallback = {
    kind: "default",
    estimate: GRACE,
    reason: t(
      "A node counts as lost after 40 s, in newer releases 50 s, when nobody says otherwise (node-monitor-grace-period).",
    ),
  } as const;
  const ofManifest = () => flagTerm(world, GRACE_FLAG, "detection", name, UNREADABLE_FLAG);
  const terms = plan.kubernetes.items.map(({ node, nodeMonitorGracePeriod: own }) => {
    const stated = own.state === "absent" ? ofManifest() : undefined;
    return stated ?? fieldTerm("detection", name, own, { resource: plan.resource, node }, fallback);
  });
  const [first] = terms;
  if (first === undefined) return ofManifest() ?? leaf("detection", name, GRACE, fallback);
  return terms.reduce((slowest, term) => (isWorse(term.estimate, slowest.estimate) ? term : slowest), first);
}

/**
 * What a lost node costs a workload: its pods elsewhere go on once the traffic has left; where nothing keeps the pods
 * apart all of them may have been on it, and new ones have to be made.
 */
export function nodeLossParts(world: World, workload: Workload): readonly Term[] {
  const noticed = nodeLossTerm(world);
  const leaves = leaf("eviction", t("endpoints leave"), exactly(ENDPOINTS), {
    kind: "default",
    reason: t("Endpoints of a lost node leave within about 5 s."),
  });
  if (survives(world.snapshot, workload)) return [noticed, leaves];
  const removed = workload.resource.kind === "StatefulSet" ? [removalTerm(workload)] : [];
  return [noticed, evictionTerm(world, workload), ...removed, startTerm(workload)];
}

/**
 * A StatefulSet makes no second pod of a name, and a pod that is evicted from a node which does not answer is not gone
 * before somebody says that the node is (kubernetes.io: force delete StatefulSet pods, non-graceful node shutdown).
 */
function removalTerm({ resource }: Workload): Term {
  return leaf("eviction", t("pod removed"), UNKNOWN, {
    kind: "unknown",
    reason: t(
      "A StatefulSet replaces a pod on a lost node only when the node is back, is removed, or is tainted as out of service. How long that takes nobody here knows; spread {name} over nodes, or state a failover that serves Hardware.",
      { name: resource.name ?? "?" },
    ),
    at: resource.title,
  });
}

/** Whether some pods certainly run on other nodes. */
function survives(snapshot: Snapshot, workload: Workload): boolean {
  if (workload.resource.kind === "DaemonSet") return true;
  const replicas = effectiveReplicas(snapshot, workload)?.lowest;
  const labels = ownLabelsOf(snapshot, workload);
  if (replicas === undefined || replicas < 2 || labels === undefined) return false;
  return spreadTermsOf(workload).some(
    (term) =>
      !snapshot.layout.isPatched(workload.resource, term.path) &&
      keepsApart(term, replicas) &&
      coverageOf(snapshot, workload, term, labels) === "own",
  );
}

/** Whether the scheduler must not put all pods into one domain. */
function keepsApart(term: SpreadTerm, replicas: number): boolean {
  const key = stringOf(nodeAt(term.node, "topologyKey"));
  if (key !== "kubernetes.io/hostname" && key !== "topology.kubernetes.io/zone") return false;
  if (term.kind === "antiAffinity")
    return term.path.includes("requiredDuringSchedulingIgnoredDuringExecution");
  const mode = valueOr(field(nodeAt(term.node, "whenUnsatisfiable"), stringOf), "DoNotSchedule");
  // With a second domain the skew forbids that one holds all; whether there is one, the topology says.
  const skew = valueOr(field(nodeAt(term.node, "maxSkew"), integerOf), 1);
  return mode === "DoNotSchedule" && skew !== undefined && skew < replicas;
}

const LOST = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/** Until the pods of a lost node are replaced: `tolerationSeconds` of its taints. */
function evictionTerm(world: World, workload: Workload): Term {
  const { snapshot } = world;
  const { resource, podSpec } = workload;
  const name = t("eviction");
  const place = resource.locate(podSpec ?? resource.root);
  if (!workload.longRunning) return leaf("eviction", name, NEVER, { kind: "declared", at: resource.title });
  if (snapshot.layout.isPatched(resource, podSpecPath(workload, "tolerations")))
    return leaf("eviction", name, UNKNOWN, {
      kind: "unknown",
      reason: t("An overlay decides the tolerations of the pods."),
      at: place,
    });
  const terms = itemsOf(nodeAt(podSpec, "tolerations"))
    .filter((item) => toleratesLoss(stringOf(nodeAt(item, "key")), stringOf(nodeAt(item, "effect"))))
    .map((item) => {
      const seconds = field(nodeAt(item, "tolerationSeconds"), integerOf);
      if (seconds.state === "absent")
        return leaf("eviction", name, NEVER, { kind: "declared", at: resource.locate(item) });
      return seconds.state === "known"
        ? leaf("eviction", name, exactly(Math.max(0, seconds.value)), {
            kind: "declared",
            at: resource.locate(seconds.node),
          })
        : leaf("eviction", name, UNKNOWN, {
            kind: "unknown",
            reason: t("A template decides the tolerations of the pods."),
            at: resource.locate(item),
          });
    });
  const [first] = terms;
  if (first === undefined)
    return (
      flagTerm(world, TOLERATION_FLAG, "eviction", name, UNREADABLE_FLAG) ??
      leaf("eviction", name, exactly(TOLERATION), {
        kind: "default",
        reason: t("Pods stay on a lost node for 300 s when nobody says otherwise (tolerationSeconds)."),
      })
    );
  return terms.reduce(
    (longest, term) => (term.estimate.worst > longest.estimate.worst ? term : longest),
    first,
  );
}

/** Without a key every taint is tolerated, without an effect every effect. */
function toleratesLoss(key: string | undefined, effect: string | undefined): boolean {
  return (key === undefined || LOST.includes(key)) && (effect === undefined || effect === "NoExecute");
}

function startTerm(workload: Workload): Term {
  const isMachine = workload.resource.kind === "VirtualMachine";
  const seconds = isMachine ? ASSUMED.vmStart : ASSUMED.podStart;
  return leaf("start", t("scheduling and start"), between(0, seconds), {
    kind: "assumed",
    reason: isMachine
      ? t("A virtual machine is taken to boot and start its application within 2 minutes.")
      : t("A pod is taken to be scheduled, to get its image and to start within 60 s."),
  });
}
