import type { ResourceType } from "./cluster.ts";

const type = (group: string, kind: string, plural: string, ...versions: string[]): ResourceType => ({
  group,
  kind,
  plural,
  versions,
});

const ISTIO = "networking.istio.io";

/** The types that a traffic shift reads or writes; their versions have the fields we look at alike. */
export const KINDS = {
  virtualService: type(ISTIO, "VirtualService", "virtualservices", "v1", "v1beta1", "v1alpha3"),
  destinationRule: type(ISTIO, "DestinationRule", "destinationrules", "v1", "v1beta1", "v1alpha3"),
  serviceEntry: type(ISTIO, "ServiceEntry", "serviceentries", "v1", "v1beta1", "v1alpha3"),
  workloadEntry: type(ISTIO, "WorkloadEntry", "workloadentries", "v1", "v1beta1", "v1alpha3"),
  httpRoute: type("gateway.networking.k8s.io", "HTTPRoute", "httproutes", "v1", "v1beta1"),
  rollout: type("argoproj.io", "Rollout", "rollouts", "v1alpha1"),
  application: type("argoproj.io", "Application", "applications", "v1alpha1"),
  canary: type("flagger.app", "Canary", "canaries", "v1beta1"),
  dnsEndpoint: type("externaldns.k8s.io", "DNSEndpoint", "dnsendpoints", "v1alpha1"),
  database: type("postgresql.cnpg.io", "Cluster", "clusters", "v1"),
  service: type("", "Service", "services", "v1"),
  pod: type("", "Pod", "pods", "v1"),
  endpointSlice: type("discovery.k8s.io", "EndpointSlice", "endpointslices", "v1"),
  deployment: type("apps", "Deployment", "deployments", "v1"),
  statefulSet: type("apps", "StatefulSet", "statefulsets", "v1"),
  replicaSet: type("apps", "ReplicaSet", "replicasets", "v1"),
  autoscaler: type("autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "v2"),
  budget: type("policy", "PodDisruptionBudget", "poddisruptionbudgets", "v1"),
  quota: type("", "ResourceQuota", "resourcequotas", "v1"),
} as const satisfies Readonly<Record<string, ResourceType>>;
