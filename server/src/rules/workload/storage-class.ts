import { stringOf } from "../../model/node.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";

/**
 * Provisioners whose volumes live on a disk of one node: static local volumes, Rancher's local path, OpenEBS local
 * engines, TopoLVM, and the hostPath provisioners of small clusters (each name from the project's own StorageClass).
 */
const LOCAL_PROVISIONERS: ReadonlySet<string> = new Set([
  "kubernetes.io/no-provisioner",
  "kubernetes.io/host-path",
  "rancher.io/local-path",
  "openebs.io/local",
  "local.csi.openebs.io",
  "zfs.csi.openebs.io",
  "topolvm.io",
  "topolvm.cybozu.com",
  "lvm.csi.metal-stack.io",
  "hostpath.csi.k8s.io",
  "k8s.io/minikube-hostpath",
  "microk8s.io/hostpath",
  "docker.io/hostpath",
]);

/** Names that such classes have by convention or in their project's manifests. */
const LOCAL_NAMES =
  /^(?:local(?:-(?:path|storage|ssd|nvme|disk|disks|hdd|volume|volumes|pv))?|(?:[\w-]+-)?hostpath(?:-sc)?|openebs-(?:lvm\w*|zfs\w*|device)|topolvm-provisioner)$/;

/** Whether volumes of a StorageClass stay on one node: as its manifest says where it is here, else by its name. */
export function isLocalClass(snapshot: Snapshot, name: string): boolean {
  const provisioners = snapshot
    .find("name", `storage.k8s.io/StorageClass/${name}`)
    .map((found) => stringOf(found.get("provisioner")) ?? "");
  return provisioners.length > 0
    ? provisioners.every((provisioner) => LOCAL_PROVISIONERS.has(provisioner))
    : LOCAL_NAMES.test(name);
}
