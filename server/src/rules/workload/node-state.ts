import { booleanOf, itemsOf, type Node, nodeAt, present, type Step, stringOf } from "../../model/node.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { podSpecPath } from "../../workspace/spread.ts";
import { claimsNamed, podVolumesOf } from "../../workspace/volumes.ts";
import { servingContainers, type Workload } from "../../workspace/workload.ts";
import { isLocalClass } from "./storage-class.ts";

/** A volume that holds data and does not follow the pod to another node. */
export interface NodeVolume {
  readonly kind: "emptyDir" | "hostPath" | "localClass";
  readonly name: string;
  /** Where it is mounted, the node's path, or the StorageClass. */
  readonly detail: string;
  /** Steps from the resource's root to what says so. */
  readonly path: readonly Step[];
}

/**
 * The volumes in which a workload keeps data on its node. None as soon as some other volume follows the pod, because
 * then nobody can tell from outside which of them holds the state.
 */
export function nodeVolumesOf(snapshot: Snapshot, workload: Workload): readonly NodeVolume[] {
  const mounts = mountsOf(workload);
  const templates = itemsOf(workload.resource.get("spec.volumeClaimTemplates")).map((template, i) => ({
    found: localTemplate(snapshot, template, i),
  }));
  const volumes = podVolumesOf(workload).flatMap(({ volume, index }) => {
    const name = stringOf(nodeAt(volume, "name")) ?? "";
    const paths = mounts.get(name);
    return paths === undefined
      ? []
      : [{ volume, found: onNode(snapshot, workload, volume, name, index, paths) }];
  });
  const follows =
    templates.some(({ found }) => found === undefined) ||
    volumes.some(({ volume, found }) => found === undefined && mayFollow(volume));
  return follows ? [] : [...templates, ...volumes].flatMap(({ found }) => found ?? []);
}

/** The paths at which the serving containers mount each volume for writing. */
function mountsOf(workload: Workload): ReadonlyMap<string, readonly string[]> {
  const mounts = new Map<string, string[]>();
  for (const container of servingContainers(workload)) {
    for (const mount of itemsOf(nodeAt(container.node, "volumeMounts"))) {
      const name = stringOf(nodeAt(mount, "name"));
      if (name === undefined || booleanOf(nodeAt(mount, "readOnly")) === true) continue;
      mounts.set(name, [...(mounts.get(name) ?? []), stringOf(nodeAt(mount, "mountPath")) ?? ""]);
    }
  }
  return mounts;
}

function localTemplate(snapshot: Snapshot, template: Node, i: number): NodeVolume | undefined {
  const detail = stringOf(nodeAt(template, "spec.storageClassName"));
  if (detail === undefined || !isLocalClass(snapshot, detail)) return undefined;
  return {
    kind: "localClass",
    name: stringOf(nodeAt(template, "metadata.name")) ?? "",
    detail,
    path: ["spec", "volumeClaimTemplates", i, "spec", "storageClassName"],
  };
}

function onNode(
  snapshot: Snapshot,
  workload: Workload,
  volume: Node,
  name: string,
  i: number,
  mounts: readonly string[],
): NodeVolume | undefined {
  const path = (...rest: Step[]) => [...podSpecPath(workload, "volumes"), i, ...rest];
  const emptyDir = present(nodeAt(volume, "emptyDir"));
  if (emptyDir !== undefined) {
    const mount = mounts.find((mountPath) => looksLikeData(name, mountPath));
    const inMemory = stringOf(nodeAt(emptyDir, "medium")) === "Memory";
    return mount === undefined || inMemory
      ? undefined
      : { kind: "emptyDir", name, detail: mount, path: path("emptyDir") };
  }
  const hostPath = nodeAt(volume, "hostPath");
  const detail = stringOf(nodeAt(hostPath, "path"));
  if (detail !== undefined) {
    const isFolder = /^(?:Directory(?:OrCreate)?)?$/.test(stringOf(nodeAt(hostPath, "type")) ?? "");
    const isData = isFolder && !isSystemPath(detail) && !mounts.some((mount) => isScratch(name, mount));
    return isData ? { kind: "hostPath", name, detail, path: path("hostPath", "path") } : undefined;
  }
  const claim = stringOf(nodeAt(volume, "persistentVolumeClaim.claimName"));
  if (claim === undefined) return undefined;
  const classes = claimsNamed(snapshot, workload, claim).map((found) =>
    stringOf(found.get("spec.storageClassName")),
  );
  const [first] = classes;
  if (first === undefined || classes.some((one) => one === undefined || !isLocalClass(snapshot, one)))
    return undefined;
  return { kind: "localClass", name, detail: first, path: path("persistentVolumeClaim", "claimName") };
}

/** Volumes that hold settings or live with the pod; every other kind may keep data wherever the pod goes. */
const WITHOUT_STATE = ["configMap", "secret", "projected", "downwardAPI", "emptyDir", "hostPath", "image"];

function mayFollow(volume: Node): boolean {
  return !WITHOUT_STATE.some((kind) => present(nodeAt(volume, kind)) !== undefined);
}

const SCRATCH =
  /(?:^|[-_./])(?:tmp|temp|cache|caches|run|sock|socket|sockets|logs?|conf|config|configs|shm|dshm|plugins?|scripts?|init|work|workdir|shared|tls|certs?|secrets?|backups?|html|home|bin)(?:$|[-_./])/i;
const DATA = /(?:^|[-_./])(?:pg)?(?:data|db|database|datadir|storage|store|state|wal|journal)(?:$|[-_./\d])/i;
/** Where the images of well-known databases and brokers keep their data. */
const DATA_FOLDERS =
  /^\/(?:prometheus|bitnami\/[^/]+|var\/lib\/(?:postgresql|mysql|mariadb|redis|mongo|mongodb|rabbitmq|cassandra|etcd|zookeeper|kafka|elasticsearch|influxdb2?|clickhouse|grafana|neo4j|ldap))(?:\/|$)/;

function looksLikeData(volume: string, mountPath: string): boolean {
  return (
    !isScratch(volume, mountPath) &&
    (DATA.test(volume) || DATA.test(mountPath) || DATA_FOLDERS.test(mountPath))
  );
}

function isScratch(volume: string, mountPath: string): boolean {
  return SCRATCH.test(volume) || SCRATCH.test(mountPath);
}

/** Folders of the operating system and the node's own software. */
function isSystemPath(path: string): boolean {
  return (
    path === "/" ||
    /^\/(?:proc|sys|dev|run|etc|usr|lib|lib64|bin|sbin|boot|root|tmp|var\/(?:run|log|tmp|cache)|opt\/cni|var\/lib\/(?:kubelet|docker|containerd|containers|crio|cni|calico|dbus))(?:\/|$)/.test(
      path,
    )
  );
}
