import type { Field, MapNode } from "../model/node.ts";
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

/** What recovery rests on of vSphere HA (`platforms.vsphere[].ha`); its other settings are read by the rules about them. */
export interface HighAvailability {
  readonly node: MapNode;
  readonly enabled: Field<boolean>;
  readonly hostMonitoring: Field<string>;
  readonly admissionControl: AdmissionControl | undefined;
}

/** What admission control keeps free. */
export interface AdmissionControl {
  readonly policy: Field<string>;
  readonly cpuPercent: Field<number>;
  readonly memoryPercent: Field<number>;
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
    ha: highAvailabilityOf(map(node, "ha")),
  };
}

function highAvailabilityOf(node: MapNode | undefined): HighAvailability | undefined {
  if (node === undefined) return undefined;
  const admission = map(node, "admissionControl");
  return {
    node,
    enabled: flag(node, "enabled"),
    hostMonitoring: text(node, "hostMonitoring"),
    admissionControl: admission && {
      policy: text(admission, "policy"),
      cpuPercent: number(admission, "cpuPercent"),
      memoryPercent: number(admission, "memoryPercent"),
    },
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
