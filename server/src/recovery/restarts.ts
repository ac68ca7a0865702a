import { t } from "../model/message.ts";
import { field, integerOf, nodeAt, valueOr } from "../model/node.ts";
import { containerPath, type Probe, probeOf } from "../workspace/probes.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { podSpecPath } from "../workspace/spread.ts";
import { type Container, servingContainers, type Workload } from "../workspace/workload.ts";
import { ASSUMED } from "./assumed.ts";
import { between, exactly, inSequence, UNKNOWN } from "./estimate.ts";
import { fieldTerm, leaf, type Term } from "./term.ts";

/**
 * What a process that hangs costs a workload, for its slowest container: liveness (period × failureThreshold +
 * timeout), grace period, start, initial delay. Undefined when no container can be read.
 */
export function restartParts(snapshot: Snapshot, workload: Workload): readonly Term[] | undefined {
  const all = servingContainers(workload).map((container) => partsOf(snapshot, workload, container));
  const [first] = all;
  if (first === undefined) return undefined;
  const weight = (parts: readonly Term[]) => {
    const { worst, open } = inSequence(parts.map(({ estimate }) => estimate));
    return open && worst !== Number.POSITIVE_INFINITY ? Number.MAX_VALUE : worst;
  };
  return all.reduce((slowest, parts) => (weight(parts) > weight(slowest) ? parts : slowest), first);
}

function partsOf(snapshot: Snapshot, workload: Workload, container: Container): readonly Term[] {
  const { resource } = workload;
  const isOpen = ["livenessProbe", "readinessProbe", "startupProbe"].some((key) =>
    snapshot.layout.isPatched(resource, containerPath(workload, container, key)),
  );
  const liveness = probeOf(container, "livenessProbe");
  const place = resource.locate(container.node);
  if (isOpen)
    return [
      leaf("probe", t("liveness probe"), UNKNOWN, {
        kind: "unknown",
        reason: t("An overlay decides the probes of “{name}”.", { name: container.name ?? "?" }),
        at: place,
      }),
    ];
  if (liveness === undefined)
    return [
      leaf("probe", t("liveness probe"), UNKNOWN, {
        kind: "unknown",
        reason: t(
          "“{name}” has no liveness probe: a process that hangs is restarted only when somebody notices.",
          { name: container.name ?? "?" },
        ),
        at: place,
      }),
    ];
  return [
    livenessTerm(workload, liveness),
    graceTerm(snapshot, workload, liveness),
    startTerm(workload, container),
    delayTerm(workload, container, liveness),
  ];
}

function livenessTerm({ resource }: Workload, probe: Probe): Term {
  const { periodSeconds: period, failureThreshold: threshold, timeoutSeconds: timeout } = probe;
  const name = t("liveness probe");
  const at = resource.locate(probe.node);
  if (period === undefined || threshold === undefined || timeout === undefined)
    return leaf("probe", name, UNKNOWN, {
      kind: "unknown",
      reason: t("The numbers of the liveness probe cannot be read."),
      at,
    });
  const best = period * Math.max(0, threshold - 1);
  return leaf("probe", name, between(best, period * threshold + timeout), { kind: "declared", at });
}

/** A container that stops at once takes none of it. */
function graceTerm({ layout }: Snapshot, workload: Workload, liveness: Probe): Term {
  const { resource, podSpec } = workload;
  const key = "terminationGracePeriodSeconds";
  const own = field(nodeAt(liveness.node, key), integerOf);
  const isOpen = layout.isPatched(resource, podSpecPath(workload, key));
  const ofPod = isOpen && podSpec !== undefined ? ({ state: "unknown", node: podSpec } as const) : undefined;
  return fieldTerm(
    "grace",
    t("grace period"),
    own.state === "absent" ? (ofPod ?? field(nodeAt(podSpec, key), integerOf)) : own,
    { resource, node: podSpec },
    {
      kind: "default",
      estimate: between(0, 30),
      reason: t("A pod has 30 s to end when nobody says otherwise (terminationGracePeriodSeconds)."),
    },
    (seconds) => between(0, seconds),
  );
}

/** The startup probe allows a start no more time than this. */
function startTerm({ resource }: Workload, container: Container): Term {
  const probe = probeOf(container, "startupProbe");
  const name = t("start");
  if (probe?.periodSeconds !== undefined && probe.failureThreshold !== undefined) {
    const delay = valueOr(field(nodeAt(probe.node, "initialDelaySeconds"), integerOf), 0) ?? 0;
    const most = delay + probe.periodSeconds * probe.failureThreshold + (probe.timeoutSeconds ?? 0);
    return leaf("start", name, between(0, most), { kind: "declared", at: resource.locate(probe.node) });
  }
  return leaf("start", name, between(0, ASSUMED.podStart), {
    kind: "assumed",
    reason: t("A container without a startup probe is taken to start within 60 s."),
  });
}

/** Until the probes look at a container that was started again: the longest of its initial delays. */
function delayTerm({ resource }: Workload, container: Container, liveness: Probe): Term {
  const readiness = probeOf(container, "readinessProbe");
  const delayOf = ({ node }: Probe) =>
    fieldTerm(
      "probe",
      t("initial delay"),
      field(nodeAt(node, "initialDelaySeconds"), integerOf),
      { resource, node },
      {
        kind: "default",
        estimate: exactly(0),
        reason: t("Probes begin at once when nobody says otherwise (initialDelaySeconds 0)."),
      },
      (seconds) => between(0, seconds),
    );
  const first = delayOf(liveness);
  const second = readiness === undefined ? first : delayOf(readiness);
  return second.estimate.worst > first.estimate.worst ? second : first;
}
