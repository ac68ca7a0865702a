import type { UseSite } from "../targets.ts";
import * as type from "../types.ts";
import { below, resource } from "./common.ts";

const host = resource([type.SERVICE], { form: "host" });
const gateway = resource([type.ISTIO_GATEWAY], { form: "namespaced", except: ["mesh"] });
const routes = ["http", "tcp", "tls"].map((list) => `spec.${list}[]`);
/** Every place of a VirtualService that holds a `Destination`. */
const destinations = [
  ...routes.map((route) => `${route}.route[].destination`),
  "spec.http[].mirror",
  "spec.http[].mirrors[].destination",
];

/** Where Istio's resources use names (istio.io/api). */
export const istioUses: readonly UseSite[] = [
  { in: [type.VIRTUAL_SERVICE], at: ["spec.hosts[]", ...below(destinations, "host")], to: host },
  {
    in: [type.VIRTUAL_SERVICE],
    at: ["spec.hosts[]", ...below(destinations, "host")],
    to: { sort: "host" },
  },
  {
    in: [type.VIRTUAL_SERVICE],
    at: below(destinations, "subset"),
    to: { sort: "subset", of: { by: "rules", at: "host" } },
  },
  {
    in: [type.VIRTUAL_SERVICE],
    at: below(destinations, "port.number"),
    to: { sort: "servicePort", of: { by: "host", at: "../host" }, only: "numbers" },
  },
  {
    in: [type.VIRTUAL_SERVICE],
    at: ["spec.gateways[]", ...routes.map((route) => `${route}.match[].gateways[]`)],
    to: gateway,
  },
  { in: [type.DESTINATION_RULE], at: ["spec.host"], to: host },
  { in: [type.DESTINATION_RULE], at: ["spec.host"], to: { sort: "host" } },
  {
    in: [type.DESTINATION_RULE],
    at: ["spec.subsets[].labels"],
    to: { sort: "label", shape: "map", pods: { behindHost: "/spec.host" } },
  },
  {
    in: [type.DESTINATION_RULE],
    at: [
      "spec.trafficPolicy.portLevelSettings[].port.number",
      "spec.subsets[].trafficPolicy.portLevelSettings[].port.number",
    ],
    to: { sort: "servicePort", of: { by: "host", at: "/spec.host" }, only: "numbers" },
  },
  {
    in: [type.ISTIO_GATEWAY],
    at: ["spec.selector"],
    to: { sort: "label", shape: "map", pods: "any" },
  },
  {
    in: [type.SERVICE_ENTRY, type.SIDECAR],
    at: ["spec.workloadSelector.labels"],
    to: { sort: "label", shape: "map", pods: "any" },
  },
  {
    in: ["PeerAuthentication", "RequestAuthentication", "AuthorizationPolicy"].map(
      (kind) => `security.istio.io/${kind}`,
    ),
    at: ["spec.selector.matchLabels"],
    to: { sort: "label", shape: "map", pods: "any" },
  },
];
