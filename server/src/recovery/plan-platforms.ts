import { type Field, type MapNode, type Node, nodeAt } from "../model/node.ts";
import { duration, flag, integer, map, number, type Texts, text, texts } from "./fields.ts";

/** A vSphere cluster of a plan (`platforms.vsphere[]`). */
export interface VSphere {
  readonly node: MapNode;
  readonly name: Field<string>;
  readonly sites: Texts;
  readonly stretched: Field<boolean>;
  readonly storage: Field<string>;
  readonly ha: HighAvailability | undefined;
}

/** vSphere HA: `platforms.vsphere[].ha`, and the `spec` of a VSphereHACluster. Words are as written. */
export interface HighAvailability {
  readonly node: MapNode;
  readonly enabled: Field<boolean>;
  readonly hostMonitoring: Field<string>;
  readonly hostCount: Field<number>;
  readonly heartbeatNetwork: Field<boolean>;
  readonly datastorePolicy: Field<string>;
  readonly heartbeatDatastores: Texts;
  readonly isolationResponse: Field<string>;
  readonly isolationAddresses: Texts;
  readonly restartPriority: RestartPriority | undefined;
  readonly admissionControl: AdmissionControl | undefined;
  readonly vmComponentProtection: MapNode | undefined;
  readonly pdl: Field<string>;
  readonly apd: Field<string>;
  readonly apdDelay: Field<number>;
}

export interface RestartPriority {
  readonly node: MapNode;
  readonly default: Field<string>;
  readonly high: Texts;
  readonly medium: Texts;
  readonly low: Texts;
}

export interface AdmissionControl {
  readonly node: MapNode;
  readonly policy: Field<string>;
  readonly cpuPercent: Field<number>;
  readonly memoryPercent: Field<number>;
  readonly hostFailuresTolerated: Field<number>;
}

/** A Kubernetes cluster of a plan (`platforms.kubernetes[]`). */
export interface KubernetesPlatform {
  readonly node: MapNode;
  readonly name: Field<string>;
  readonly site: Field<string>;
  readonly context: Field<string>;
  readonly controlPlaneReplicas: Field<number>;
  readonly endpoint: Field<string>;
  readonly etcdTopology: Field<string>;
  /** The site of each member. */
  readonly etcdMembers: Texts;
  readonly nodeMonitorGracePeriod: Field<number>;
}

export function vSphereOf(node: MapNode): VSphere {
  return {
    node,
    name: text(node, "name"),
    sites: texts(node, "sites"),
    stretched: flag(node, "stretched"),
    storage: text(node, "storage"),
    ha: highAvailabilityOf(nodeAt(node, "ha")),
  };
}

/** Reads the settings of vSphere HA from the map that holds them; undefined when it is no map. */
export function highAvailabilityOf(node: Node | undefined): HighAvailability | undefined {
  if (node?.kind !== "map") return undefined;
  const heartbeat = map(node, "heartbeat");
  const protection = map(node, "vmComponentProtection");
  return {
    node,
    enabled: flag(node, "enabled"),
    hostMonitoring: text(node, "hostMonitoring"),
    hostCount: integer(node, "hostCount"),
    heartbeatNetwork: flag(heartbeat, "network"),
    datastorePolicy: text(heartbeat, "datastorePolicy"),
    heartbeatDatastores: texts(heartbeat, "datastores"),
    isolationResponse: text(node, "isolationResponse"),
    isolationAddresses: texts(node, "isolationAddresses"),
    restartPriority: restartPriorityOf(map(node, "restartPriority")),
    admissionControl: admissionControlOf(map(node, "admissionControl")),
    vmComponentProtection: protection,
    pdl: text(protection, "pdl"),
    apd: text(protection, "apd"),
    apdDelay: duration(protection, "apdDelay"),
  };
}

function restartPriorityOf(node: MapNode | undefined): RestartPriority | undefined {
  if (node === undefined) return undefined;
  return {
    node,
    default: text(node, "default"),
    high: texts(node, "high"),
    medium: texts(node, "medium"),
    low: texts(node, "low"),
  };
}

function admissionControlOf(node: MapNode | undefined): AdmissionControl | undefined {
  if (node === undefined) return undefined;
  return {
    node,
    policy: text(node, "policy"),
    cpuPercent: number(node, "cpuPercent"),
    memoryPercent: number(node, "memoryPercent"),
    hostFailuresTolerated: integer(node, "hostFailuresTolerated"),
  };
}

export function kubernetesOf(node: MapNode): KubernetesPlatform {
  const controlPlane = map(node, "controlPlane");
  const etcd = map(controlPlane, "etcd");
  return {
    node,
    name: text(node, "name"),
    site: text(node, "site"),
    context: text(node, "context"),
    controlPlaneReplicas: integer(controlPlane, "replicas"),
    endpoint: text(controlPlane, "endpoint"),
    etcdTopology: text(etcd, "topology"),
    etcdMembers: texts(etcd, "members"),
    nodeMonitorGracePeriod: duration(node, "nodeMonitorGracePeriod"),
  };
}
