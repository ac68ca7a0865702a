import { integerOf, itemsOf, type Node, nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { isEntry } from "./service-lookup.ts";

/**
 * What the proxies see in a port's traffic. `stream`: gRPC or WebSocket, whose answers may last; `bytes`: connections,
 * but no requests.
 */
export type TrafficSort = "http" | "stream" | "bytes" | "udp";

/** What goes through a port, as its Service states it. */
export interface PortProtocol {
  readonly number: number | undefined;
  /** Undefined where nothing is stated and the proxy looks at the bytes, or where a template states it. */
  readonly sort: TrafficSort | undefined;
}

/** istio pkg/config/protocol/instance.go; TLS that is passed through hides its requests. */
const SORTS: Readonly<Record<string, TrafficSort>> = {
  http: "http",
  http2: "http",
  http_proxy: "http",
  grpc: "stream",
  "grpc-web": "stream",
  ws: "stream",
  wss: "stream",
  websocket: "stream",
  https: "bytes",
  tls: "bytes",
  tcp: "bytes",
  mongo: "bytes",
  mysql: "bytes",
  redis: "bytes",
  udp: "udp",
};

/** The ports of a Service (by `appProtocol`, else by the name's prefix) or a ServiceEntry (by `protocol`). */
export function protocolsOf(service: Resource): readonly PortProtocol[] {
  const isService = !isEntry(service);
  return itemsOf(service.get("spec.ports")).map((port) => ({
    number: integerOf(nodeAt(port, isService ? "port" : "number")),
    sort: isService ? sortOfService(port) : SORTS[stringOf(nodeAt(port, "protocol"))?.toLowerCase() ?? ""],
  }));
}

/** istio pkg/config/kube/conversion.go, ConvertProtocol; WebSocket is HTTP to Istio, but told apart by its name here. */
function sortOfService(port: Node): TrafficSort | undefined {
  if (stringOf(nodeAt(port, "protocol")) === "UDP") return "udp";
  const stated = stringOf(nodeAt(port, "appProtocol"))?.replace(/^kubernetes\.io\//, "");
  const name = (stated ?? stringOf(nodeAt(port, "name")) ?? "").toLowerCase();
  if (name === "h2c") return "http";
  // `http-ws` and `http-grpc` are HTTP that may last.
  if (/(?:^|-)(?:grpc|xds|wss?|websocket)(?:-|$)/.test(name)) return "stream";
  return SORTS[name.split("-")[0] ?? ""];
}
