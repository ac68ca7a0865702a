import { itemsOf, nodeAt, stringMapOf, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { isEmptySelector, labelSelectorOf, type Selector, selectorOf } from "../model/selector.ts";
import { dnsRecordsOf } from "./dns-records.ts";
import { isUnknownKind } from "./known-groups.ts";
import { podMakers } from "./pod-makers.ts";
import { workloadOf } from "./workload.ts";

/** Key under which an index files what cannot be narrowed down: empty and set-based selectors, wildcard hosts. */
export const ANY = "*";
/** Key of what a template engine decides: it may turn out to be anything. */
export const UNKNOWN = "?";

/**
 * The ways in which a rule can reach other resources, as data: each says under which keys a resource is filed.
 * What a rule looked up is recorded as `index:key`, and a change of a resource touches just the keys it is
 * filed under; so finer keys mean fewer documents to look at again. Namespaces are compared afterwards, because
 * a manifest without one gets it from whoever applies it.
 */
export const INDEXES = {
  /** Every resource of a type (`group/Kind`). Costly to ask for common types: prefer a narrower index. */
  type: (resource) => [resource.type],
  /** `group/Kind/name`. */
  name: (resource) => [`${resource.type}/${resource.name ?? ANY}`],
  /** Workloads and Pods by each label of their pods. */
  podLabel: (resource) => {
    const workload = workloadOf(resource);
    if (workload === undefined) return [];
    return workload.podLabels === undefined ? [UNKNOWN] : [ANY, ...labelKeys(workload.podLabels)];
  },
  /** What selects pods (PDB, Service, PodMonitor…) by one `key=value` its selector insists on: `group/Kind#key=value`. */
  podSelector: (resource) => {
    const selector = podSelectorOf(resource);
    return selector === undefined ? [] : [`${resource.type}#${bucketOf(selector.selector)}`];
  },
  /** Autoscalers and Rollouts by the workload they take over: `Kind/name`. */
  scaleTarget: (resource) => {
    const target = scaleTargetOf(resource);
    return target === undefined ? [] : [`${target.kind}/${target.name}`];
  },
  /** DestinationRules, VirtualServices, ServiceEntries by the first label of the hosts they are about: `Kind/app`. */
  host: (resource) => hostsOf(resource).map((host) => `${resource.kind}/${hostKey(host)}`),
  /** What makes records of DNS by each of their names. */
  dnsName: (resource) => dnsRecordsOf(resource).flatMap(({ names }) => names),
  /** Services by the namespace they name, all others under ANY. */
  serviceNamespace: (resource) => (resource.type === "/Service" ? [resource.namespace ?? ANY] : []),
  /** Custom resources of which nobody here knows whether they bring pods, all under ANY. */
  unknownKind: (resource) => (isUnknownKind(resource) ? [ANY] : []),
} as const satisfies Record<string, (resource: Resource) => readonly string[]>;

/** Name of an index. */
export type IndexName = keyof typeof INDEXES;

function labelKeys(labels: ReadonlyMap<string, string>): string[] {
  return [...labels].map(([key, value]) => `${key}=${value}`);
}

/** Selector of a resource over pods of its namespace. `undefined` inside: unreadable, so it may select anything. */
export interface PodSelector {
  readonly selector: Selector | undefined;
}

/**
 * The pods a resource selects, or undefined when it selects none. PodDisruptionBudget: nil selects nothing;
 * `{}` everything in policy/v1, nothing in v1beta1. Service: an absent or empty selector selects nothing.
 * (kubernetes pkg/apis/policy/types.go, pkg/apis/core/types.go)
 */
export function podSelectorOf(resource: Resource): PodSelector | undefined {
  return resource.derive(readPodSelector);
}

function readPodSelector(resource: Resource): PodSelector | undefined {
  const node = resource.get("spec.selector");
  if (node === undefined) return undefined;
  if (resource.type === "policy/PodDisruptionBudget") {
    if (isEmptySelector(node) && resource.version === "v1beta1") return undefined;
    return { selector: labelSelectorOf(node) };
  }
  if (resource.type === "/Service") {
    const labels = stringMapOf(node);
    if (labels?.size === 0) return undefined;
    return { selector: labels === undefined ? undefined : selectorOf(labels) };
  }
  return undefined;
}

/** Labels that every part of a product shares make poor keys. */
const COMMON_LABELS = new Set([
  "app.kubernetes.io/part-of",
  "app.kubernetes.io/managed-by",
  "app.kubernetes.io/component",
  "app.kubernetes.io/version",
  "helm.sh/chart",
  "heritage",
  "release",
  "tier",
  "version",
  "component",
  "env",
  "environment",
]);

/** The key a selector is filed under: one label it insists on, ANY, or UNKNOWN. */
function bucketOf(selector: Selector | undefined): string {
  if (selector === undefined) return UNKNOWN;
  const exact = selector.flatMap((requirement) =>
    requirement.operator === "In" && requirement.values.length === 1 ? [requirement] : [],
  );
  const best = exact.find((requirement) => !COMMON_LABELS.has(requirement.key)) ?? exact[0];
  return best === undefined ? ANY : `${best.key}=${best.values[0]}`;
}

/** The keys of `podLabel` to look under for workloads that a selector may match: by their labels, and with labels that nobody can read. */
export function podLabelKeys(selector: Selector): readonly [string, string] {
  return [bucketOf(selector), UNKNOWN];
}

/** The keys of `podSelector` to look under for resources of a type that may select pods with these labels. */
export function podSelectorKeys(type: string, labels: ReadonlyMap<string, string>): string[] {
  return [ANY, UNKNOWN, ...labelKeys(labels)].map((key) => `${type}#${key}`);
}

/** The workload that an autoscaler (or a Rollout with workloadRef) takes over. */
export interface ScaleTarget {
  /** `apiVersion` as written; undefined when nothing or a template says so. */
  readonly apiVersion: string | undefined;
  readonly kind: string;
  readonly name: string;
}

/** Target of an HPA, a KEDA ScaledObject (default kind Deployment) or a Rollout's workloadRef; undefined for others. */
export function scaleTargetOf(resource: Resource): ScaleTarget | undefined {
  const ref = scaleReferenceOf(resource);
  const name = stringOf(nodeAt(ref, "name"));
  if (ref === undefined || name === undefined) return undefined;
  const apiVersion = stringOf(nodeAt(ref, "apiVersion"));
  return { apiVersion, kind: stringOf(nodeAt(ref, "kind")) ?? "Deployment", name };
}

function scaleReferenceOf(resource: Resource) {
  switch (resource.type) {
    case "autoscaling/HorizontalPodAutoscaler":
    case "keda.sh/ScaledObject":
      return resource.get("spec.scaleTargetRef");
    case "argoproj.io/Rollout":
      return resource.get("spec.workloadRef");
    default:
      return undefined;
  }
}

/** The hosts a resource is about, as written: `spec.host` of a DestinationRule, `spec.hosts` of the others. */
export function hostsOf(resource: Resource): readonly string[] {
  if (resource.group !== "networking.istio.io") return [];
  if (resource.kind === "DestinationRule") {
    const host = resource.get("spec.host");
    return host === undefined ? [] : [stringOf(host) ?? ANY];
  }
  if (resource.kind !== "VirtualService" && resource.kind !== "ServiceEntry") return [];
  return itemsOf(resource.get("spec.hosts")).map((host) => stringOf(host) ?? ANY);
}

/** The part of a host that its index is keyed by: the first DNS label, or ANY for wildcards. */
export function hostKey(host: string): string {
  const label = host.split(".")[0] ?? host;
  return label.includes("*") || label === "" ? ANY : label;
}

/** Types whose documents must be parsed because an index files them. */
export const indexedTypes: readonly string[] = [
  // Asked for by type: read by kubeadm together with its ClusterConfiguration.
  "kubeadm.k8s.io/InitConfiguration",
  "kubeadm.k8s.io/JoinConfiguration",
  "policy/PodDisruptionBudget",
  "/Service",
  "/PersistentVolumeClaim",
  "autoscaling/HorizontalPodAutoscaler",
  "keda.sh/ScaledObject",
  "argoproj.io/Rollout",
  "networking.istio.io/DestinationRule",
  "networking.istio.io/VirtualService",
  "networking.istio.io/ServiceEntry",
  // Asked for by name or type: what VirtualServices are bound to, and machines that Services select.
  "networking.istio.io/Gateway",
  "gateway.networking.k8s.io/Gateway",
  // Asked for by type: which Services routes of other namespaces may use.
  "gateway.networking.k8s.io/ReferenceGrant",
  "networking.istio.io/WorkloadEntry",
  "networking.istio.io/WorkloadGroup",
  // Asked for by type: it makes Services and rules that no file holds.
  "flagger.app/Canary",
  // Asked for by name or type: defaults that a cluster or a namespace gives to pods that state nothing.
  "storage.k8s.io/StorageClass",
  "/LimitRange",
  "scheduling.k8s.io/PriorityClass",
  "autoscaling.k8s.io/VerticalPodAutoscaler",
  // What recovery plans are about and refer to, asked for by name or type.
  "nines/DisasterRecoveryPlan",
  "externaldns.k8s.io/DNSEndpoint",
  "k8gb.absa.oss/Gslb",
  "k8gb.io/Gslb",
  // Asked for by name of DNS: external-dns makes records of them.
  "networking.k8s.io/Ingress",
  "gateway.networking.k8s.io/HTTPRoute",
  "gateway.networking.k8s.io/GRPCRoute",
  "gateway.networking.k8s.io/TLSRoute",
  "velero.io/Schedule",
  "postgresql.cnpg.io/ScheduledBackup",
  "kubevirt.io/KubeVirt",
  "hco.kubevirt.io/HyperConverged",
  // Asked for by type: what backs up what, and where it goes.
  "/Namespace",
  "velero.io/BackupStorageLocation",
  "velero.io/VolumeSnapshotLocation",
  "snapshot.storage.k8s.io/VolumeSnapshotClass",
  "config.kio.kasten.io/Policy",
  "volsync.backube/ReplicationSource",
  "k8up.io/Schedule",
  "snapscheduler.backube/SnapshotSchedule",
  "longhorn.io/RecurringJob",
  "postgresql.cnpg.io/Cluster",
  "acid.zalan.do/OperatorConfiguration",
  "ceph.rook.io/CephCluster",
  "replication.storage.openshift.io/VolumeReplicationClass",
  "replication.storage.openshift.io/VolumeGroupReplicationClass",
  "ramendr.openshift.io/DRPolicy",
  ...podMakers,
];
