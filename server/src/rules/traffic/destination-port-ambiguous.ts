import { type Message, t } from "../../model/message.ts";
import { mirrorsOf } from "../../traffic/istio.ts";
import { type ListenPorts, listenPortsOf, servicePorts } from "../../traffic/listen-ports.ts";
import { isCertain, lookUpHost } from "../../traffic/service-lookup.ts";
import { shorten } from "../../traffic/shares.ts";
import type { Destination, Protocol } from "../../traffic/weighted-route.ts";
import { defineRouteRule } from "../route-rule.ts";
import { isReplaced } from "./written.ts";

/** What a gateway listens on when nobody here says: HTTP and HTTPS. */
const USUAL = [80, 443];

export default defineRouteRule<"split">({
  id: "destination-port-ambiguous",
  title: "Destination with several ports names none",
  severity: "error",
  kinds: ["split"],
  types: ["networking.istio.io/VirtualService"],
  needsWholeWorkspace: true,
  docs: {
    why: "A destination without a port means the only port of its Service. When the Service has several, Istio takes the port on which the request arrived: at a gateway 80 or 443, inside the mesh a port of the host that was asked. When the destination has no such port there is nothing to connect to, and every request gets 503, every connection is closed. Adding a second port to a Service, for metrics say, is enough to break the routes to it.",
    how: "Write `port: { number: … }` in the destination. The rule compares the ports of the Service or ServiceEntry with those of the Gateway's servers and of the VirtualService's hosts. It is silent where each of them is a port of the destination too, as for a VirtualService that routes a host of the mesh to itself. It is only a warning where the workspace does not show on which ports requests arrive: then 80 and 443 are taken to be meant.",
    sources: [
      "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
      "https://istio.io/latest/docs/reference/config/analysis/ist0112/",
      "https://github.com/istio/istio/blob/1.28.0/pilot/pkg/networking/core/route/route.go",
    ],
  },
  check(route, context) {
    const { snapshot } = context;
    const { resource } = route;
    if (isReplaced(snapshot, resource, `spec.${route.protocol}`)) return;
    let listening: ListenPorts | undefined;
    const judge = (destination: Destination) => {
      const { host, port, target } = destination;
      if (host.state !== "known" || port.state !== "absent" || target === undefined) return;
      const lookup = lookUpHost(snapshot, resource, host.value);
      const { found } = lookup;
      const ports = found.map((service) => servicePorts(snapshot, service));
      const [first] = ports;
      if (first === undefined || !isCertain(snapshot, resource, lookup)) return;
      if (!ports.every((list) => list !== undefined && list.length > 1)) return;
      listening ??= listenPortsOf(snapshot, route);
      const lacks = (number: number) => ports.every((list) => list?.includes(number) === false);
      const missing = listening.known.find(({ port: number }) => lacks(number));
      const values = { host: host.value, ports: shorten(first) };
      const related = found.map((service) => ({
        location: service.at("spec.ports"),
        message: t("The ports of the destination"),
      }));
      if (missing !== undefined) {
        context.report(
          resource.locate(host.node),
          missingPort(route.protocol, { ...values, port: missing.port }),
          undefined,
          { evidence: [target], related },
        );
      } else if (route.protocol === "http" && listening.unknown.length > 0 && USUAL.some(lacks)) {
        context.report(
          resource.locate(host.node),
          t(
            "{host} has the ports {ports} and the destination names none, so Istio takes the one on which the request arrives. Where {origin} takes requests on another port, as gateways do on 80 or 443, they get 503. Write the port of the destination.",
            { ...values, origin: shorten(new Set(listening.unknown)) },
          ),
          undefined,
          { severity: "warning", evidence: [target], related },
        );
      }
    };
    for (const destination of [...route.destinations, ...mirrorsOf(route)]) judge(destination);
  },
});

function missingPort(protocol: Protocol, values: Message["values"]): Message {
  return protocol === "http"
    ? t(
        "{host} has the ports {ports} and the destination names none, so Istio takes the one on which the request arrives. Requests arrive on port {port}, which {host} does not have: they get 503. Write the port of the destination.",
        values,
      )
    : t(
        "{host} has the ports {ports} and the destination names none, so Istio takes the one on which the connection arrives. Connections arrive on port {port}, which {host} does not have: they are closed. Write the port of the destination.",
        values,
      );
}
