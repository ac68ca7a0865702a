import {
  entriesOf,
  field,
  integerOf,
  itemsOf,
  type MapNode,
  type Node,
  nodeAt,
  type Path,
  present,
  steps,
  stringOf,
  valueOr,
} from "../model/node.ts";
import type { Container, Workload } from "./workload.ts";

/** The probes a container may have. */
export const PROBE_NAMES = ["startupProbe", "readinessProbe", "livenessProbe"] as const;
export type ProbeName = (typeof PROBE_NAMES)[number];

const HANDLERS = ["httpGet", "tcpSocket", "grpc", "exec"] as const;
export type HandlerName = (typeof HANDLERS)[number];

const MAX_INT32 = 2 ** 31 - 1;

/** A probe with its numbers after defaulting; a number that only a template knows is undefined. */
export interface Probe {
  readonly name: ProbeName;
  readonly node: MapNode;
  readonly handler: { readonly name: HandlerName; readonly node: Node } | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly periodSeconds: number | undefined;
  readonly failureThreshold: number | undefined;
}

/** A port that a container declares. */
export interface ContainerPort {
  readonly name: string | undefined;
  readonly number: number | undefined;
  readonly protocol: string;
}

/** The probe of a container; undefined when it has none or a template writes it. */
export function probeOf(container: Container, name: ProbeName): Probe | undefined {
  const node = nodeAt(container.node, name);
  if (node?.kind !== "map") return undefined;
  const handler = HANDLERS.find((each) => present(nodeAt(node, each)) !== undefined);
  const handlerNode = handler === undefined ? undefined : nodeAt(node, handler);
  return {
    name,
    node,
    handler:
      handler === undefined || handlerNode === undefined ? undefined : { name: handler, node: handlerNode },
    timeoutSeconds: defaulted(node, "timeoutSeconds", 1),
    periodSeconds: defaulted(node, "periodSeconds", 10),
    failureThreshold: defaulted(node, "failureThreshold", 3),
  };
}

/**
 * Kubernetes gives an explicit 0 the default too (pkg/apis/core/v1/defaults.go, SetDefaults_Probe). It refuses what
 * is negative or no int32, so nothing can be said about that.
 */
function defaulted(probe: MapNode, key: string, fallback: number): number | undefined {
  const value = valueOr(field(nodeAt(probe, key), integerOf), fallback);
  if (value === undefined || value < 0 || value > MAX_INT32) return undefined;
  return value === 0 ? fallback : value;
}

/**
 * Seconds from the moment a running container goes bad until the probe says so, at worst:
 * period × failureThreshold + timeout. Undefined when a template decides part of it.
 */
export function detectionSeconds(probe: Probe): number | undefined {
  const { periodSeconds, failureThreshold, timeoutSeconds } = probe;
  if (periodSeconds === undefined || failureThreshold === undefined || timeoutSeconds === undefined)
    return undefined;
  return periodSeconds * failureThreshold + timeoutSeconds;
}

/** The ports a container declares; undefined when a template decides some of them. */
export function portsOf(container: Container): readonly ContainerPort[] | undefined {
  const list = present(nodeAt(container.node, "ports"));
  if (list === undefined) return [];
  if (list.kind !== "seq") return undefined;
  const ports: ContainerPort[] = [];
  for (const item of list.items) {
    const [name, number, protocol] = ["name", "containerPort", "protocol"].map((key) =>
      present(nodeAt(item, key)),
    );
    if (item.kind !== "map" || [name, number, protocol].some(isUnknown)) return undefined;
    ports.push({ name: stringOf(name), number: integerOf(number), protocol: stringOf(protocol) ?? "TCP" });
  }
  return ports;
}

function isUnknown(node: Node | undefined): boolean {
  return node?.kind === "scalar" && node.unknown;
}

/**
 * What a probe asks, as a text that is equal for equal checks: defaults filled in, port names resolved to the
 * container's numbers (pkg/apis/core/v1/defaults.go, pkg/probe/util.go). Undefined when a template decides part of it.
 */
export function checkOf(probe: Probe, container: Container): string | undefined {
  const { handler } = probe;
  if (handler === undefined || holdsUnknown(handler.node)) return undefined;
  const get = (key: string) => stringOf(present(nodeAt(handler.node, key)));
  switch (handler.name) {
    case "exec":
      return JSON.stringify([
        "exec",
        ...itemsOf(nodeAt(handler.node, "command")).map((part) => stringOf(part)),
      ]);
    case "grpc":
      return JSON.stringify(["grpc", get("port"), get("service") ?? ""]);
    case "tcpSocket":
      return JSON.stringify(["tcp", get("host") ?? "", resolvePort(get("port"), container)]);
    case "httpGet": {
      const headers = itemsOf(nodeAt(handler.node, "httpHeaders")).map((header) => [
        stringOf(nodeAt(header, "name"))?.toLowerCase(),
        stringOf(nodeAt(header, "value")),
      ]);
      const path = (get("path") ?? "/").replace(/^(?!\/)/, "/");
      const scheme = get("scheme") ?? "HTTP";
      return JSON.stringify([
        "http",
        scheme,
        get("host") ?? "",
        resolvePort(get("port"), container),
        path,
        headers,
      ]);
    }
  }
}

function resolvePort(port: string | undefined, container: Container): string | undefined {
  const named = portsOf(container)?.find((each) => each.name === port && port !== undefined);
  return named?.number === undefined ? port : String(named.number);
}

/** What a probe asks, for people: `GET /healthz on port http`. */
export function describeCheck(probe: Probe): string {
  const { handler } = probe;
  const get = (key: string) => stringOf(nodeAt(handler?.node, key)) ?? "";
  switch (handler?.name) {
    case "httpGet":
      return `GET ${get("path") || "/"} :${get("port")}`;
    case "tcpSocket":
      return `TCP :${get("port")}`;
    case "grpc":
      return `gRPC :${get("port")}`;
    case "exec":
      return shorten(
        itemsOf(nodeAt(handler.node, "command"))
          .map((part) => stringOf(part) ?? "…")
          .join(" "),
      );
    default:
      return "";
  }
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function holdsUnknown(node: Node): boolean {
  if (node.kind === "scalar") return node.unknown;
  return node.kind === "seq"
    ? node.items.some(holdsUnknown)
    : entriesOf(node).some(({ key, value }) => key.unknown || holdsUnknown(value));
}

/** The steps to a key of a container as `Layout.isPatched` takes them: list items by their name. */
export function containerPath(workload: Workload, container: Container, key: string): Path {
  const list = container.sidecar ? "initContainers" : "containers";
  return [...steps(workload.templatePath), "spec", list, container.name ?? "", key];
}
