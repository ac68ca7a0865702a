import { field, itemsOf, nodeAt, present, stringOf } from "../../model/node.ts";
import { checkOf, type Probe, portsOf, probeOf } from "../../workspace/probes.ts";
import { mayShareNamespace } from "../../workspace/scope.ts";
import { selectedBy } from "../../workspace/selection.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { type Container, servingContainers, type Workload } from "../../workspace/workload.ts";

/** What a liveness probe depends on besides its own container. */
export type Dependency =
  /** Another machine or Service, by the host that it asks. */
  | { readonly kind: "host"; readonly host: string }
  /** A neighbour in the pod, whose port it asks. */
  | { readonly kind: "neighbour"; readonly container: string; readonly port: string }
  /** Whatever is behind a path that by its name answers for more than the process. */
  | { readonly kind: "path"; readonly path: string; readonly neighbour: string | undefined };

/** Segments of a path that say that dependencies are checked. */
const DEEP = /(?:^|[/_.-])(?:deep|dependenc(?:y|ies)|downstream|upstream|database|db)(?:[/_.-]|$)/i;
/** Frameworks whose plain health path adds up every dependency: Spring Boot's actuator, Quarkus' SmallRye Health. */
const AGGREGATES = /^\/(?:.*\/)?(?:actuator\/health|q\/health)\/?$/;
/** Paths that say whether traffic is welcome. */
const READY = /(?:^|[/_.-])(?:is-?)?(?:ready|readyz|readiness)(?:[/_.-]|$)/i;

/** What the liveness probe of a container depends on; undefined when that is the container alone, or unknown. */
export function dependencyOf(
  snapshot: Snapshot,
  workload: Workload,
  container: Container,
  liveness: Probe,
): Dependency | undefined {
  return (
    hostOf(snapshot, workload, liveness) ??
    neighbourOf(workload, container, liveness) ??
    pathOf(workload, container, liveness)
  );
}

function hostOf(snapshot: Snapshot, workload: Workload, { handler }: Probe): Dependency | undefined {
  if (handler === undefined) return undefined;
  const host =
    handler.name === "exec"
      ? hostIn(commandOf(handler.node))
      : stringOf(present(nodeAt(handler.node, "host")));
  if (host === undefined || isLocal(host) || !isName(host)) return undefined;
  // A bare word may be another name of this very pod; a Service that is there, and selects others, is certain.
  const certain = host.includes(".")
    ? !mayBeItself(host, workload)
    : isForeignService(snapshot, workload, host);
  return certain ? { kind: "host", host } : undefined;
}

function commandOf(exec: Parameters<typeof nodeAt>[0]): string {
  return itemsOf(nodeAt(exec, "command"))
    .map((part) => stringOf(part) ?? "")
    .join(" ");
}

/** The host of the only URL of a command. */
function hostIn(command: string): string | undefined {
  const hosts = [...command.matchAll(/\bhttps?:\/\/(?:[^@/\s"']*@)?([^/:\s"'?#]+)/g)].map(
    (match) => match[1],
  );
  return new Set(hosts).size === 1 ? hosts[0] : undefined;
}

function isLocal(host: string): boolean {
  return /^(?:localhost|ip6-localhost)$|\.localhost$/i.test(host);
}

/** Numbers may be the pod's own, and variables are known only there. */
function isName(host: string): boolean {
  return /^[a-z]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)*$/i.test(host);
}

/** `web-0.web.shop.svc`: a StatefulSet's pod, or the Service of the workload's own name. */
function mayBeItself(host: string, { resource }: Workload): boolean {
  const own = [resource.name, stringOf(resource.get("spec.serviceName"))];
  return host.split(".").some((label) => own.includes(label));
}

function isForeignService(snapshot: Snapshot, workload: Workload, name: string): boolean {
  const services = snapshot
    .find("name", `/Service/${name}`)
    .filter((service) => mayShareNamespace(snapshot, workload.resource, service));
  return (
    services.length > 0 &&
    services.every((service) => {
      const selected = selectedBy(snapshot, service);
      return selected !== undefined && !selected.uncertain && !selected.together.includes(workload);
    })
  );
}

/** Containers of a pod share its address: a port that only another one declares is that one's. */
function neighbourOf(workload: Workload, container: Container, { handler }: Probe): Dependency | undefined {
  if (handler === undefined || handler.name === "exec") return undefined;
  const port = field(nodeAt(handler.node, "port"), (node) =>
    node.kind === "scalar" && typeof node.value === "number" ? node.value : undefined,
  );
  const own = portsOf(container);
  if (port.state !== "known" || own === undefined || own.some(({ number }) => number === port.value))
    return undefined;
  const owner = servingContainers(workload).find(
    (other) =>
      other !== container &&
      other.node !== container.node &&
      portsOf(other)?.some(({ number }) => number === port.value),
  );
  return owner === undefined
    ? undefined
    : { kind: "neighbour", container: owner.name ?? "", port: String(port.value) };
}

function pathOf(workload: Workload, container: Container, liveness: Probe): Dependency | undefined {
  const path = httpPath(liveness);
  if (path === undefined) return undefined;
  const neighbour = servingContainers(workload).find(
    (other) => other.node !== container.node && httpPath(probeOf(other, "readinessProbe")) === path,
  )?.name;
  const found: Dependency = { kind: "path", path, neighbour };
  if (DEEP.test(path) || AGGREGATES.test(path)) return found;
  if (!READY.test(path)) return undefined;
  return neighbour === undefined && isOwnReadiness(container, liveness) ? undefined : found;
}

/** The path that an HTTP probe asks, without its query. */
function httpPath(probe: Probe | undefined): string | undefined {
  if (probe?.handler?.name !== "httpGet") return undefined;
  return stringOf(present(nodeAt(probe.handler.node, "path")))?.split("?")[0];
}

/** The documented pattern of one cheap path for both; which of the two gives up first is another rule's business. */
function isOwnReadiness(container: Container, liveness: Probe): boolean {
  const readiness = probeOf(container, "readinessProbe");
  const check = checkOf(liveness, container);
  return readiness !== undefined && check !== undefined && check === checkOf(readiness, container);
}
