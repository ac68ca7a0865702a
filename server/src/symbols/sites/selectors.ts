import { podOwners } from "../../workspace/workload.ts";
import type { UseSite } from "../targets.ts";
import * as type from "../types.ts";
import { below } from "./common.ts";

const affinityTerms = ["podAffinity", "podAntiAffinity"].flatMap((kind) => [
  `@pod.affinity.${kind}.requiredDuringSchedulingIgnoredDuringExecution[]`,
  `@pod.affinity.${kind}.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm`,
]);

/** Where labels of pods are asked for (kubernetes pkg/apis). */
export const selectorUses: readonly UseSite[] = [
  { in: [type.SERVICE], at: ["spec.selector"], to: { sort: "label", shape: "map", pods: "any" } },
  {
    in: [type.BUDGET, type.POD_MONITOR],
    at: ["spec.selector"],
    to: { sort: "label", shape: "selector", pods: "any" },
  },
  {
    in: [type.NETWORK_POLICY],
    at: ["spec.podSelector"],
    to: { sort: "label", shape: "selector", pods: "any" },
  },
  {
    in: [type.NETWORK_POLICY],
    at: ["spec.ingress[].from[].podSelector", "spec.egress[].to[].podSelector"],
    to: { sort: "label", shape: "selector", pods: "any" },
    unless: "namespaceSelector",
  },
  {
    in: podOwners.filter((owner) => owner !== "/ReplicationController"),
    at: ["spec.selector"],
    to: { sort: "label", shape: "selector", pods: "own" },
  },
  {
    in: ["/ReplicationController"],
    at: ["spec.selector"],
    to: { sort: "label", shape: "map", pods: "own" },
  },
  {
    in: podOwners,
    at: ["@pod.topologySpreadConstraints[].labelSelector"],
    to: { sort: "label", shape: "selector", pods: "any" },
  },
  {
    in: podOwners,
    at: below(affinityTerms, "labelSelector"),
    to: { sort: "label", shape: "selector", pods: "any" },
    unless: "namespaceSelector",
  },
];
