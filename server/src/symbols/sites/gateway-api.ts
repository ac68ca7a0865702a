import type { UseSite } from "../targets.ts";
import * as type from "../types.ts";
import { below, resource, service } from "./common.ts";

const backend = resource([type.SERVICE], {
  typeAt: { kind: "kind", group: "group" },
  namespaceAt: "namespace",
});
const parent = resource([type.GATEWAY, type.SERVICE], {
  typeAt: { kind: "kind", group: "group" },
  namespaceAt: "namespace",
});
const backends = [
  "spec.rules[].backendRefs[]",
  "spec.rules[].filters[].requestMirror.backendRef",
  "spec.rules[].backendRefs[].filters[].requestMirror.backendRef",
];
const ingressServices = ["spec.rules[].http.paths[].backend.service", "spec.defaultBackend.service"];

/** Where the Gateway API (sigs.k8s.io/gateway-api) and Ingress use names. */
export const gatewayApiUses: readonly UseSite[] = [
  { in: type.ROUTES, at: below(backends, "name"), to: backend },
  {
    in: type.ROUTES,
    at: below(backends, "port"),
    to: { sort: "servicePort", of: { by: "name", at: "name", target: backend }, only: "numbers" },
  },
  { in: type.ROUTES, at: ["spec.parentRefs[].name"], to: parent },
  {
    in: type.ROUTES,
    at: ["spec.parentRefs[].sectionName"],
    to: { sort: "listener", of: { by: "name", at: "name", target: parent } },
  },
  {
    in: [type.GATEWAY],
    at: ["spec.listeners[].tls.certificateRefs[].name"],
    to: resource([type.SECRET], { namespaceAt: "namespace" }),
  },

  { in: [type.INGRESS], at: below(ingressServices, "name"), to: service },
  {
    in: [type.INGRESS],
    at: below(ingressServices, "port.name"),
    to: { sort: "servicePort", of: { by: "name", at: "../name", target: service }, only: "names" },
  },
  {
    in: [type.INGRESS],
    at: below(ingressServices, "port.number"),
    to: { sort: "servicePort", of: { by: "name", at: "../name", target: service }, only: "numbers" },
  },
  { in: [type.INGRESS], at: ["spec.tls[].secretName"], to: resource([type.SECRET]) },
];
