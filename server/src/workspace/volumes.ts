import { booleanOf, itemsOf, type Node, nodeAt, present, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { mayShareNamespace, togetherElseAll } from "./scope.ts";
import type { Snapshot } from "./snapshot.ts";
import { servingContainers, type Workload } from "./workload.ts";

/** In-tree volumes that attach a disk to one node (pkg/apis/core/types.go, VolumeSource). */
const DISKS = [
  "awsElasticBlockStore",
  "azureDisk",
  "cinder",
  "fc",
  "gcePersistentDisk",
  "iscsi",
  "photonPersistentDisk",
  "portworxVolume",
  "rbd",
  "vsphereVolume",
];

/**
 * The name of a volume of the pod template that a second pod on another node cannot mount beside the first: a disk,
 * or a claim that is not known to be ReadWriteMany or ReadOnlyMany. Undefined when there is none. Claims that a
 * StatefulSet makes for each pod are none.
 */
export function exclusiveVolumeOf(snapshot: Snapshot, workload: Workload): string | undefined {
  for (const { volume } of podVolumesOf(workload)) {
    const claim = nodeAt(volume, "persistentVolumeClaim");
    const name = stringOf(nodeAt(claim, "claimName")) ?? stringOf(nodeAt(volume, "name")) ?? "";
    if (present(claim) !== undefined && !isShared(snapshot, workload, name)) return name;
    if (DISKS.some((disk) => isWritable(nodeAt(volume, disk)))) return name;
  }
  return undefined;
}

/** The volumes of the pod template with their places in it, but for those whose place a claim template takes. */
export function podVolumesOf({ podSpec, resource }: Workload): readonly { volume: Node; index: number }[] {
  const templates = itemsOf(resource.get("spec.volumeClaimTemplates")).map((template) =>
    stringOf(nodeAt(template, "metadata.name")),
  );
  return itemsOf(nodeAt(podSpec, "volumes")).flatMap((volume, index) => {
    const name = stringOf(nodeAt(volume, "name"));
    return name !== undefined && templates.includes(name) ? [] : [{ volume, index }];
  });
}

function isWritable(disk: Node | undefined): boolean {
  return present(disk) !== undefined && booleanOf(nodeAt(disk, "readOnly")) !== true;
}

function isShared(snapshot: Snapshot, workload: Workload, claim: string): boolean {
  const claims = claimsNamed(snapshot, workload, claim);
  return (
    claims.length > 0 &&
    claims.every((resource) =>
      accessModesOf(resource).some((mode) => /^Read(?:Write|Only)Many$/.test(mode ?? "")),
    )
  );
}

/** The PersistentVolumeClaims of a name that a workload's pods may mean: one in each environment of the workspace. */
export function claimsNamed(snapshot: Snapshot, workload: Workload, claim: string): readonly Resource[] {
  const found = snapshot
    .find("name", `/PersistentVolumeClaim/${claim}`)
    .filter((resource) => mayShareNamespace(snapshot, workload.resource, resource));
  return togetherElseAll(snapshot, workload.resource, found, (resource) => resource);
}

/** The access modes that a claim asks for; undefined stands for one that a template decides. */
export function accessModesOf(claim: Resource): readonly (string | undefined)[] {
  return itemsOf(claim.get("spec.accessModes")).map((mode) => stringOf(mode));
}

/** Whether a second pod cannot run on the same node: the first one holds a port of the node. */
export function holdsNodePort(workload: Workload): boolean {
  if (booleanOf(nodeAt(workload.podSpec, "hostNetwork")) === true) return true;
  return servingContainers(workload).some((container) =>
    itemsOf(nodeAt(container.node, "ports")).some((port) => present(nodeAt(port, "hostPort")) !== undefined),
  );
}
