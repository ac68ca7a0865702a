import type { Target } from "./policy.ts";

/** Argo Rollouts. */
export const ROLLOUTS: Target = { group: "argoproj.io", versions: ["v1alpha1"], resources: ["rollouts"] };

/** What runs containers until it is stopped. The group `extensions` is served by no version that knows these policies. */
export const SERVING: readonly Target[] = [
  {
    group: "apps",
    versions: ["v1"],
    resources: ["deployments", "statefulsets", "daemonsets", "replicasets"],
  },
  { group: "", versions: ["v1"], resources: ["pods", "replicationcontrollers"] },
  ROLLOUTS,
];

/** Disruption budgets; policy/v1beta1 is gone since Kubernetes 1.25. */
export const BUDGETS: readonly Target[] = [
  { group: "policy", versions: ["v1"], resources: ["poddisruptionbudgets"] },
];

/** Istio serves one schema under three versions, and old ones of it not all of them. */
export const ISTIO_VERSIONS = ["v1", "v1beta1", "v1alpha3"] as const;

export const VIRTUAL_SERVICES: Target = {
  group: "networking.istio.io",
  versions: ISTIO_VERSIONS,
  resources: ["virtualservices"],
};

export const DESTINATION_RULES: Target = {
  group: "networking.istio.io",
  versions: ISTIO_VERSIONS,
  resources: ["destinationrules"],
};

/** Clusters of CloudNativePG. */
export const CNPG_CLUSTERS: readonly Target[] = [
  { group: "postgresql.cnpg.io", versions: ["v1"], resources: ["clusters"] },
];
