import type { KubeObject, ResourceType } from "../traffic/shift/cluster.ts";
import { at, recordOf } from "../traffic/shift/json.ts";
import { KINDS } from "../traffic/shift/kinds.ts";

/** A type of objects that rules may look for in a connected cluster, and what is kept of each. */
export interface LiveKind {
  readonly type: ResourceType;
  /** False for objects of the whole cluster. */
  readonly isNamespaced: boolean;
  keep(object: KubeObject): Fields;
}

type Fields = Readonly<Record<string, unknown>>;

const type = (group: string, kind: string, plural: string, ...versions: string[]): ResourceType => ({
  group,
  kind,
  plural,
  versions,
});
const whole = ({ spec }: KubeObject): Fields => ({ spec });
const nameOnly = (): Fields => ({});

/** What says which pods there are: nothing of what runs in them, and none of their environment. */
function pods({ spec }: KubeObject): Fields {
  return {
    spec: {
      replicas: at(spec, "replicas"),
      selector: at(spec, "selector"),
      template: { metadata: { labels: at(spec, "template", "metadata", "labels") } },
    },
  };
}

/** Which workload is scaled, and between which bounds; what a trigger asks, and with which credentials, is left out. */
function bounds({ spec }: KubeObject): Fields {
  const kept = [
    "scaleTargetRef",
    "minReplicas",
    "maxReplicas",
    "minReplicaCount",
    "maxReplicaCount",
    "idleReplicaCount",
  ];
  return { spec: Object.fromEntries(kept.map((key) => [key, at(spec, key)])) };
}

const namespaced: readonly (readonly [ResourceType, LiveKind["keep"]])[] = [
  [KINDS.service, whole],
  [KINDS.serviceEntry, whole],
  [KINDS.workloadEntry, whole],
  [KINDS.destinationRule, whole],
  [KINDS.virtualService, whole],
  [type("networking.istio.io", "Gateway", "gateways", "v1", "v1beta1", "v1alpha3"), whole],
  [type("gateway.networking.k8s.io", "Gateway", "gateways", "v1", "v1beta1"), whole],
  [type("gateway.networking.k8s.io", "ReferenceGrant", "referencegrants", "v1", "v1beta1"), whole],
  [KINDS.deployment, pods],
  [KINDS.statefulSet, pods],
  [type("apps", "DaemonSet", "daemonsets", "v1"), pods],
  [KINDS.rollout, pods],
  [KINDS.budget, whole],
  [KINDS.autoscaler, bounds],
  [type("keda.sh", "ScaledObject", "scaledobjects", "v1alpha1"), bounds],
  [type("", "LimitRange", "limitranges", "v1"), whole],
  [type("postgresql.cnpg.io", "ScheduledBackup", "scheduledbackups", "v1"), whole],
  [KINDS.database, nameOnly],
  [type("batch", "CronJob", "cronjobs", "v1"), nameOnly],
  [type("kubevirt.io", "VirtualMachine", "virtualmachines", "v1"), nameOnly],
  [type("velero.io", "Schedule", "schedules", "v1"), nameOnly],
  [type("acid.zalan.do", "postgresql", "postgresqls", "v1"), nameOnly],
];

const ofTheCluster: readonly (readonly [ResourceType, LiveKind["keep"]])[] = [
  [type("", "Namespace", "namespaces", "v1"), nameOnly],
  [
    type("scheduling.k8s.io", "PriorityClass", "priorityclasses", "v1"),
    ({ globalDefault }) => ({ globalDefault }),
  ],
];

/** The types by their names (`group/Kind`). Secrets and ConfigMaps are not among them, and never to be. */
export const LIVE_KINDS: ReadonlyMap<string, LiveKind> = new Map(
  [
    ...namespaced.map(([type, keep]) => ({ type, keep, isNamespaced: true })),
    ...ofTheCluster.map(([type, keep]) => ({ type, keep, isNamespaced: false })),
  ].map((kind) => [`${kind.type.group}/${kind.type.kind}`, kind]),
);

/** The one annotation that says what others may see. The rest may hold anything, former versions of the object too. */
const EXPORT_TO = "networking.istio.io/exportTo";

/** An object as a manifest of what is kept of it. Every value is JSON, which is YAML as well. */
export function manifestOf(kind: LiveKind, object: KubeObject): string {
  const { name, namespace, labels } = object.metadata;
  const exportTo = recordOf(object.metadata.annotations)?.[EXPORT_TO];
  const metadata = {
    name,
    namespace,
    labels,
    ...(typeof exportTo === "string" && { annotations: { [EXPORT_TO]: exportTo } }),
  };
  const fields = Object.entries({ metadata, ...kind.keep(object) });
  return [
    `apiVersion: ${JSON.stringify(object.apiVersion)}`,
    `kind: ${kind.type.kind}`,
    ...fields.flatMap(([key, value]) => (value === undefined ? [] : `${key}: ${JSON.stringify(value)}`)),
    "",
  ].join("\n");
}
