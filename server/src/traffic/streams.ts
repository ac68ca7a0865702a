import { entriesOf, integerOf, type Node, nodeAt, stringOf } from "../model/node.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { protocolsOf } from "./port-protocol.ts";
import { lookUpHost } from "./service-lookup.ts";
import type { Destination, SplitRoute } from "./weighted-route.ts";

/** Ports on which istiod serves xDS, in plain text and by TLS (istio pilot/pkg/bootstrap/options.go). */
const XDS_PORTS = [15010, 15012];

/**
 * Whether answers of a route may last as long as they like: gRPC, WebSocket, server-sent events, xDS. Told by what the
 * route matches and by the protocols that the ports of its destinations state; a long answer that nothing names is not seen.
 */
export function mayStream(snapshot: Snapshot, route: SplitRoute): boolean {
  return (
    route.matches.some(asksForStream) ||
    route.destinations.some((destination) => leadsToStream(snapshot, route, destination))
  );
}

/** An upgrade, the content type of gRPC or of events, a path by which such endpoints go, or a port of xDS. */
function asksForStream(match: Node): boolean {
  const hasHeader = entriesOf(nodeAt(match, "headers")).some(
    ({ key, value }) =>
      /^(?:upgrade|content-type|sec-websocket-[\w-]+)$/i.test(key.source) ||
      (/^accept$/i.test(key.source) && /event-stream/.test(textOf(value))),
  );
  return (
    hasHeader || STREAM_PATH.test(textOf(nodeAt(match, "uri"))) || isXds(integerOf(nodeAt(match, "port")))
  );
}

/** `/ws`, `/socket.io/`, and `/shop.v1.Cart/Watch`, as gRPC names its methods. */
const STREAM_PATH =
  /^\/(?:.*\/)?(?:wss?|websockets?|socket\.io|sse|event-?stream)(?:\/|$)|^\/(?:\w+\.)+[A-Z]\w*(?:\/|$)/;

function textOf(condition: Node | undefined): string {
  return ["exact", "prefix", "regex"].map((key) => stringOf(nodeAt(condition, key)) ?? "").join("");
}

function leadsToStream(snapshot: Snapshot, route: SplitRoute, { host, port }: Destination): boolean {
  const wanted = port.state === "known" ? port.value : undefined;
  if (isXds(wanted)) return true;
  if (host.state !== "known") return false;
  return lookUpHost(snapshot, route.resource, host.value)
    .found.flatMap(protocolsOf)
    .some(({ number, sort }) => sort === "stream" && (wanted === undefined || number === wanted));
}

function isXds(port: number | undefined): boolean {
  return port !== undefined && XDS_PORTS.includes(port);
}
