import { type Field, type Node, nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { ANY } from "../workspace/indexes.ts";
import { namespaceOf, nearest } from "../workspace/scope.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { known } from "./fields.ts";
import type { Plan } from "./plan.ts";

/** What became of a reference to a manifest. */
export type Resolution =
  | { readonly state: "found"; readonly resource: Resource }
  /** The whole workspace was looked at, and it is nowhere. */
  | { readonly state: "missing" }
  /** Several are meant as much as each other. */
  | { readonly state: "ambiguous"; readonly resources: readonly Resource[] }
  /** It cannot be read as a reference to a manifest. */
  | { readonly state: "unreadable" }
  /** Not known: the index is not complete, a template decides names, or Nines does not read such manifests. */
  | { readonly state: "unknown" };

/** A place of a plan that names a manifest. */
export interface Reference {
  readonly text: string;
  readonly node: Node;
  readonly resolution: Resolution;
}

/** Words before the kind that stand for an API group. */
const GROUPS: Readonly<Record<string, string>> = {
  apps: "apps",
  batch: "batch",
  velero: "velero.io",
  cnpg: "postgresql.cnpg.io",
  argo: "argoproj.io",
  kubevirt: "kubevirt.io",
  zalando: "acid.zalan.do",
};

/** The group of kinds that are found without one. */
const KINDS: Readonly<Record<string, string>> = {
  Deployment: "apps",
  StatefulSet: "apps",
  DaemonSet: "apps",
  CronJob: "batch",
  Rollout: "argoproj.io",
  VirtualMachine: "kubevirt.io",
  Schedule: "velero.io",
  Cluster: "postgresql.cnpg.io",
  ScheduledBackup: "postgresql.cnpg.io",
  postgresql: "acid.zalan.do",
  VirtualService: "networking.istio.io",
  DestinationRule: "networking.istio.io",
};

/** What a reference names, wherever that is. */
export interface Target {
  readonly type: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

/**
 * Resolves a reference of a plan: `Kind/name`, `group/Kind/name`, `namespace/Kind/name`, `group/Kind/namespace/name`;
 * with `kind`, `name` and `namespace/name`. Groups may be short (`velero`, `cnpg`). The nearest of file, folder,
 * bundle and workspace counts.
 */
export function resolveReference(
  snapshot: Snapshot,
  from: Resource,
  text: string,
  kind?: string,
): Resolution {
  const target = kind === undefined ? targetOf(text) : targetOfKind(text, kind);
  if (target === undefined) return { state: "unreadable" };
  const { type, namespace, name } = target;
  if (KINDS[type.slice(type.indexOf("/") + 1)] !== type.slice(0, type.indexOf("/")))
    return { state: "unknown" };
  const found = snapshot.find("name", `${type}/${name}`).filter((resource) => {
    const own = namespaceOf(snapshot, resource);
    return namespace === undefined || own === undefined || own === namespace;
  });
  const near = nearest(snapshot, from, found, (resource) => resource);
  const [first] = near;
  if (first !== undefined) {
    if (near.length > 1) return { state: "ambiguous", resources: near };
    return { state: "found", resource: first };
  }
  const hasTemplatedName = snapshot.find("name", `${type}/${ANY}`).length > 0;
  return { state: snapshot.complete && !hasTemplatedName ? "missing" : "unknown" };
}

/** Reads a reference that states its kind; undefined where it is none. */
export function targetOf(text: string): Target | undefined {
  const parts = text.split("/");
  if (parts.length > 4 || parts.some((part) => part === "")) return undefined;
  if (parts.length === 4) {
    const [group = "", kind = "", namespace, name = ""] = parts;
    return { type: `${GROUPS[group] ?? group}/${kind}`, namespace, name };
  }
  const [name = "", kind = "", first] = parts.reverse();
  const group =
    first === undefined ? undefined : (GROUPS[first] ?? (first.includes(".") ? first : undefined));
  if (group !== undefined) return { type: `${group}/${kind}`, namespace: undefined, name };
  const own = KINDS[kind];
  return own === undefined ? undefined : { type: `${own}/${kind}`, namespace: first, name };
}

function targetOfKind(text: string, kind: string): Target | undefined {
  const [name = "", namespace, ...more] = text.split("/").reverse();
  if (more.length > 0 || name === "" || namespace === "") return undefined;
  return { type: `${KINDS[kind] ?? ""}/${kind}`, namespace, name };
}

/** The manifest that a field names; undefined where it names none that is found. */
export function referred(
  snapshot: Snapshot,
  plan: Plan,
  value: Field<string> | undefined,
  kind?: string,
): Resource | undefined {
  const text = value === undefined ? undefined : known(value);
  if (text === undefined) return undefined;
  const resolution = resolveReference(snapshot, plan.resource, text, kind);
  return resolution.state === "found" ? resolution.resource : undefined;
}

/** Every place of a plan that names a manifest, in no particular order, with what it names. */
export function referencesOf(plan: Plan, snapshot: Snapshot): readonly Reference[] {
  const at = (text: string | undefined, node: Node | undefined, kind?: string): Reference[] =>
    text === undefined || node === undefined
      ? []
      : [{ text, node, resolution: resolveReference(snapshot, plan.resource, text, kind) }];
  const of = (value: Field<string> | undefined, kind?: string) =>
    value?.state === "known" ? at(value.value, value.node, kind) : [];
  const { release } = plan;
  const released = [release?.canary, release?.blueGreen, release?.abTest].flatMap((part) => {
    const node = nodeAt(part, "virtualService");
    return at(stringOf(node), node, "VirtualService");
  });
  return [
    ...plan.workloads.items.flatMap(({ value, node }) => at(value, node)),
    ...plan.backups.items.flatMap(({ scheduleRef }) => of(scheduleRef)),
    ...plan.databases.items
      .flatMap(({ primary, replicas }) => [primary, ...replicas.items])
      // A database outside Kubernetes is no manifest.
      .flatMap((instance) =>
        instance !== undefined && known(instance.platform) === "kubernetes" ? of(instance.ref) : [],
      ),
    ...plan.strategies.items.flatMap(({ virtualService, destinationRule }) => [
      ...of(virtualService, "VirtualService"),
      ...of(destinationRule, "DestinationRule"),
    ]),
    ...released,
  ];
}
