import { replaceText } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import type { Node } from "../../model/node.ts";
import { mirrorsOf } from "../../traffic/istio.ts";
import { lookUpHost } from "../../traffic/service-lookup.ts";
import { sharesOf } from "../../traffic/shares.ts";
import type { Destination } from "../../traffic/weighted-route.ts";
import { defineRouteRule } from "../route-rule.ts";
import { type Missing, messageOf, missingOf } from "./destination-verdict.ts";
import { isReplaced } from "./written.ts";

interface Unknown {
  readonly node: Node;
  readonly missing: Missing;
}

export default defineRouteRule<"split", Unknown>({
  id: "destination-unknown",
  title: "Route to a host that nothing answers for",
  severity: "warning",
  kinds: ["split"],
  types: ["networking.istio.io/VirtualService"],
  needsWholeWorkspace: true,
  inCluster: ["/Service", "networking.istio.io/ServiceEntry"],
  docs: {
    why: "A destination has to be a host that Istio knows: a Service of the cluster or a host of a ServiceEntry. For any other name there is no group of endpoints, and every request that is routed to it gets 503, also where the mesh lets unknown hosts through (`ALLOW_ANY` counts for hosts without a route only). It happens after a renaming, after a move to another namespace, and with names cut short: a host without a dot is a Service of the VirtualService's own namespace, and one with any dot is taken as it stands, so `web.shop` is not Service `web` of namespace `shop`.",
    how: "Write `name.namespace.svc.cluster.local` for a Service of another namespace, and add a ServiceEntry for a host outside. All Services and ServiceEntries of the workspace are looked at, wildcards included. When nothing has the name, the finding stands only where a Service of the same namespace is a slip of the pen away, or where the Service that the VirtualService is about (for a name outside: a ServiceEntry) is deployed together with it (same kustomization, else same folder), and where everything there is visible: no chart, no remote base, no custom resource whose operator may make a Service, no Service with a templated name. Hosts that Flagger, Argo Rollouts or a StatefulSet name are left alone.",
    sources: [
      "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
      "https://istio.io/latest/docs/reference/config/analysis/ist0101/",
      "https://github.com/istio/istio/blob/1.28.0/pilot/pkg/model/config.go",
      "https://github.com/istio/istio/blob/1.28.0/pilot/pkg/networking/core/route/route.go",
    ],
  },
  check(route, context) {
    const { snapshot } = context;
    const { resource } = route;
    if (isReplaced(snapshot, resource, `spec.${route.protocol}`)) return;
    const shares = sharesOf(route);
    const judge = ({ host }: Destination, share: number | undefined) => {
      if (host.state !== "known" || host.value === "") return;
      const lookup = lookUpHost(snapshot, resource, host.value);
      const missing = missingOf(snapshot, resource, host.value, lookup);
      if (missing === undefined) return;
      context.report(
        resource.locate(host.node),
        messageOf(missing, host.value, lookup, share, route.protocol),
        { node: host.node, missing },
        { evidence: [host.node], related: relatedOf(missing) },
      );
    };
    if (shares.state === "shared") {
      route.destinations.forEach((destination, i) => {
        judge(destination, shares.parts[i] ?? 0);
      });
    }
    for (const mirror of mirrorsOf(route)) judge(mirror, undefined);
  },
  fixes: [
    {
      id: "qualify",
      title: ({ missing }) => t("Write the host in full: {host}", { host: fullOf(missing) ?? "" }),
      // Nothing else can be meant, and nothing answers now.
      preferred: ({ missing }) => missing.kind === "cut",
      edits({ node, missing }, { resource }) {
        const full = fullOf(missing);
        return full === undefined ? undefined : [replaceText(resource.document, node, full)];
      },
    },
    {
      id: "nearest-host",
      title: ({ missing }) => t("Use the host {name}", { name: nearOf(missing) ?? "" }),
      preferred: false,
      edits({ node, missing }, { resource }) {
        const near = nearOf(missing);
        return near === undefined ? undefined : [replaceText(resource.document, node, near)];
      },
    },
  ],
});

/** Only what exists, and may be used from here: another name would fail as the present one does. */
function fullOf(missing: Missing): string | undefined {
  const isCut = missing.kind === "cut" || missing.kind === "namespace";
  return isCut && missing.isThere ? missing.full : undefined;
}

function nearOf(missing: Missing): string | undefined {
  return missing.kind === "nowhere" ? missing.near : undefined;
}

function relatedOf(missing: Missing) {
  if (missing.kind === "export")
    return [{ location: missing.service.title, message: t("It is defined here") }];
  if (missing.kind !== "nowhere" || missing.beside === undefined) return [];
  return [{ location: missing.beside.title, message: t("This one is deployed together with the route") }];
}
