import { itemsOf, nodeAt, stringOf, valueOr } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { splitsOfVirtualService } from "../../traffic/istio.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { workloadOf } from "../../workspace/workload.ts";
import { CNPG_CLUSTER, CNPG_SCHEDULE, isReplicaCluster } from "../cnpg.ts";
import { VELERO_SCHEDULE } from "../velero.ts";

/** What a workspace holds that a recovery plan speaks of. Every reference names exactly one manifest. */
export interface Found {
  readonly workloads: readonly string[];
  readonly routes: readonly FoundRoute[];
  readonly records: readonly FoundRecord[];
  readonly databases: readonly FoundDatabase[];
  readonly backups: readonly FoundBackup[];
  readonly machines: readonly Resource[];
  /** Manifests that the plan cannot name, because several have the name or a template gives it. */
  readonly leftOut: number;
}

/** A VirtualService that knows several hosts for the same requests. */
export interface FoundRoute {
  readonly reference: string;
  readonly name: string;
  /** The host that gets most today, and the one that could take over. */
  readonly from: string;
  readonly to: string;
  readonly destinationRule: string | undefined;
}

/** A name in DNS that a controller writes. */
export interface FoundRecord {
  readonly name: string;
  readonly hasTtl: boolean;
}

export interface FoundDatabase {
  readonly name: string;
  readonly reference: string;
  /** It follows a primary that runs elsewhere. */
  readonly isReplica: boolean;
}

export interface FoundBackup {
  readonly name: string;
  readonly reference: string;
  readonly tool: "Velero" | "CloudNativePG";
  /** The database it is of, by name. */
  readonly database: string | undefined;
}

const WORKLOADS = ["apps/Deployment", "apps/StatefulSet", "argoproj.io/Rollout"] as const;
/** The short group in a reference. */
const GROUPS: Readonly<Record<string, string>> = {
  apps: "apps",
  "argoproj.io": "argo",
  "velero.io": "velero",
  "postgresql.cnpg.io": "cnpg",
};

/** Looks for what a plan can be about, in the order of the files. */
export function findParts(snapshot: Snapshot): Found {
  let leftOut = 0;
  const all = (type: string): readonly Resource[] => {
    const found = snapshot.find("type", type);
    const named = found.filter((resource) => isNamedOnce(snapshot, resource));
    leftOut += found.length - named.length;
    return named;
  };
  const databases = all(CNPG_CLUSTER).map((cluster) => ({
    name: cluster.name ?? "",
    reference: referenceTo(cluster),
    isReplica: isReplicaCluster(cluster) === true,
  }));
  return {
    workloads: WORKLOADS.flatMap(all)
      .filter((resource) => workloadOf(resource)?.longRunning === true)
      .map(referenceTo),
    routes: all("networking.istio.io/VirtualService").flatMap(
      (resource) => routeOf(snapshot, resource) ?? [],
    ),
    records: recordsOf(snapshot),
    databases,
    backups: [
      ...all(VELERO_SCHEDULE).map((schedule) => backupOf(schedule, "Velero", undefined)),
      ...all(CNPG_SCHEDULE).map((schedule) => {
        const cluster = stringOf(schedule.get("spec.cluster.name"));
        const isListed = databases.some(({ name }) => name === cluster);
        return backupOf(schedule, "CloudNativePG", isListed ? cluster : undefined);
      }),
    ],
    machines: snapshot.find("type", "nines/VSphereHACluster"),
    leftOut,
  };
}

/** Whether a reference to it can mean nothing else, from wherever the plan will be. */
function isNamedOnce(snapshot: Snapshot, resource: Resource): boolean {
  const { name, namespace, type } = resource;
  if (name === undefined || /[/\s]/.test(name) || namespace?.includes("/") === true) return false;
  if (snapshot.layout.completenessOf(resource) !== "complete") return false;
  const alike = snapshot
    .find("name", `${type}/${name}`)
    .filter(
      (other) => namespace === undefined || other.namespace === undefined || other.namespace === namespace,
    );
  return alike.length === 1;
}

function referenceTo({ group, kind, namespace, name = "" }: Resource): string {
  return [GROUPS[group] ?? group, kind, ...(namespace === undefined ? [] : [namespace]), name].join("/");
}

function inNamespace({ namespace, name = "" }: Resource): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function routeOf(snapshot: Snapshot, resource: Resource): FoundRoute | undefined {
  const hosts = splitsOfVirtualService(resource)
    .map(({ destinations }) =>
      destinations.flatMap(({ host, weight }) =>
        host.state === "known" ? [{ host: host.value, weight: valueOr(weight, 0) ?? 0 }] : [],
      ),
    )
    .find((list) => new Set(list.map(({ host }) => host)).size > 1);
  if (hosts === undefined) return undefined;
  const [first, ...others] = [...hosts].sort((a, b) => b.weight - a.weight);
  const to = others.find(({ host }) => host !== first?.host);
  if (first === undefined || to === undefined) return undefined;
  const rules = snapshot
    .find("type", "networking.istio.io/DestinationRule")
    .filter((rule) => isNamedOnce(snapshot, rule) && stringOf(rule.get("spec.host")) === to.host)
    .filter(
      ({ namespace }) =>
        namespace === undefined || resource.namespace === undefined || namespace === resource.namespace,
    );
  const [rule] = rules.length === 1 ? rules : [];
  return {
    reference: inNamespace(resource),
    name: resource.name ?? "",
    from: first.host,
    to: to.host,
    destinationRule: rule && inNamespace(rule),
  };
}

/** Names that external-dns writes, each once. */
function recordsOf(snapshot: Snapshot): readonly FoundRecord[] {
  const records = snapshot.find("type", "externaldns.k8s.io/DNSEndpoint").flatMap((resource) =>
    snapshot.layout.completenessOf(resource) !== "complete"
      ? []
      : itemsOf(resource.get("spec.endpoints")).flatMap((endpoint) => {
          const name = stringOf(nodeAt(endpoint, "dnsName"));
          const type = stringOf(nodeAt(endpoint, "recordType")) ?? "A";
          const isAddress = ["A", "AAAA", "CNAME"].includes(type);
          return name === undefined || !isAddress
            ? []
            : [{ name, hasTtl: nodeAt(endpoint, "recordTTL") !== undefined }];
        }),
  );
  return [...new Map(records.map((record) => [record.name, record])).values()];
}

function backupOf(schedule: Resource, tool: FoundBackup["tool"], database: string | undefined): FoundBackup {
  return { name: schedule.name ?? "", reference: referenceTo(schedule), tool, database };
}
