import { type Field, type MapNode, nodeAt } from "../model/node.ts";
import { duration, flag, map, type Texts, text, texts } from "./fields.ts";

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
}

/** A Kubernetes cluster of a plan (`platforms.kubernetes[]`). */
export interface KubernetesPlatform {
  readonly node: MapNode;
  readonly name: Field<string>;
  readonly site: Field<string>;
  readonly context: Field<string>;
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
  return { node, enabled: flag(node, "enabled"), hostMonitoring: text(node, "hostMonitoring") };
}

export function kubernetesOf(node: MapNode): KubernetesPlatform {
  return {
    node,
    name: text(node, "name"),
    site: text(node, "site"),
    context: text(node, "context"),
    etcdMembers: texts(nodeAt(node, "controlPlane.etcd"), "members"),
    nodeMonitorGracePeriod: duration(node, "nodeMonitorGracePeriod"),
  };
}
