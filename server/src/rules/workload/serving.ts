import { itemsOf, nodeAt, present, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { type ContainerPort, type ProbeName, portsOf } from "../../workspace/probes.ts";
import { selectorsOf } from "../../workspace/selection.ts";
import { type TargetPort, targetPortsOf } from "../../workspace/service-ports.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { type Container, servingContainers, type Workload } from "../../workspace/workload.ts";

/** A container that others send requests to. */
export interface Serving {
  readonly container: Container;
  /** The Services that select its pod. */
  readonly services: readonly Resource[];
  /** A port that says whether it answers; undefined when it has none that takes TCP connections. */
  readonly port: ServingPort | undefined;
}

export interface ServingPort {
  /** Name where it has one, else number. */
  readonly value: string | number;
  /** The container declares it and a Service sends traffic there: something listens. */
  readonly targeted: boolean;
  /** The scheme, where the port's name says that it speaks HTTP. */
  readonly scheme: "HTTP" | "HTTPS" | undefined;
}

/** Ports that are there to be measured; a sidecar with nothing else serves no requests. */
export const METRICS = /metrics|prom|telemetry|monitoring/;

/**
 * The containers of a workload whose health decides about traffic: those with ports, or, when none has any and a
 * Service selects the pod and none has the probe, the one that kubectl takes by default. Pods that run to
 * completion have none, nor those that another object made.
 */
export function servingOf(workload: Workload, snapshot: Snapshot, probe: ProbeName): readonly Serving[] {
  if (workload.resource.get("metadata.ownerReferences") !== undefined || endsByItself(workload)) return [];
  const containers = servingContainers(workload).filter((container) => !isInjected(container));
  const services = selectorsOf(snapshot, workload, "/Service").resources;
  const targets = services.flatMap(targetPortsOf);
  const listening = containers.filter((container) => itemsOf(nodeAt(container.node, "ports")).length > 0);
  const busy = listening.filter((container) => !isMeasuredOnly(portsOf(container) ?? []));
  const serving = busy.length > 0 ? busy : listening;
  if (serving.length > 0)
    return serving.map((container) => ({
      container,
      // Of a scrape of metrics that fails nobody takes harm.
      services: busy.length > 0 ? services : [],
      port: bestPort(portsOf(container) ?? [], targets),
    }));
  const main = services.length > 0 ? defaultContainer(workload, containers, probe) : undefined;
  return main === undefined ? [] : [{ container: main, services, port: numberedTarget(targets) }];
}

/** Whether the container has the probe; one that a template writes counts. */
export function hasProbe(container: Container, name: ProbeName): boolean {
  return present(nodeAt(container.node, name)) !== undefined;
}

/**
 * Whether Istio fills the container in when the pod is created, probes included: `image: auto`
 * (istio.io, “Installing Gateways”).
 */
function isInjected({ node }: Container): boolean {
  return stringOf(nodeAt(node, "image")) === "auto";
}

function endsByItself(workload: Workload): boolean {
  const policy = stringOf(nodeAt(workload.podSpec, "restartPolicy"));
  return workload.resource.kind === "Pod" && (policy === "Never" || policy === "OnFailure");
}

function isMeasuredOnly(ports: readonly ContainerPort[]): boolean {
  return ports.length > 0 && ports.every(({ name }) => name !== undefined && METRICS.test(name));
}

/** Where no port says who serves, one probe among the containers is enough. */
function defaultContainer(
  workload: Workload,
  containers: readonly Container[],
  probe: ProbeName,
): Container | undefined {
  const own = containers.filter((container) => !container.sidecar && !isIdle(container));
  if (own.some((container) => hasProbe(container, probe))) return undefined;
  const name = stringOf(
    nodeAt(workload.template, ["metadata", "annotations", "kubectl.kubernetes.io/default-container"]),
  );
  return own.find((container) => container.name === name) ?? own[0];
}

/** Whether it runs nothing but a wait, to be entered by hand: `sleep infinity`, `tail -f /dev/null`. */
export function isIdle(container: Container): boolean {
  const words = ["command", "args"].flatMap((key) => itemsOf(nodeAt(container.node, key)));
  const line = words.map((word) => stringOf(word) ?? "").join(" ");
  return /^(?:\S*sh -c )?(?:\S*\/)?(?:sleep \S+|tail -f \/dev\/null)$/.test(line);
}

function bestPort(ports: readonly ContainerPort[], targets: readonly TargetPort[]): ServingPort | undefined {
  const usable = ports.flatMap(({ name, number, protocol }): ServingPort[] => {
    const value = name ?? number;
    if (value === undefined || protocol !== "TCP") return [];
    const targeted = targets.some(({ target }) => target === name || target === number);
    return [{ value, targeted, scheme: schemeOf(name) }];
  });
  const quiet = (port: ServingPort) => typeof port.value === "string" && METRICS.test(port.value);
  return usable.find((port) => port.targeted) ?? usable.find((port) => !quiet(port)) ?? usable[0];
}

/** `http`, `http-web`, `https`: the names by which Istio tells the protocol too. */
function schemeOf(name: string | undefined): ServingPort["scheme"] {
  const protocol = name?.split("-")[0];
  return protocol === "https" ? "HTTPS" : protocol === "http" || protocol === "web" ? "HTTP" : undefined;
}

function numberedTarget(targets: readonly TargetPort[]): ServingPort | undefined {
  for (const { target, protocol } of targets) {
    if (typeof target === "number" && protocol === "TCP")
      return { value: target, targeted: false, scheme: undefined };
  }
  return undefined;
}
