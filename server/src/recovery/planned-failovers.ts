import { itemsOf, nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { known } from "./fields.ts";
import type { Plan } from "./plan.ts";
import type { DatabaseReplica } from "./plan-data.ts";
import type { FailoverStep, Strategy } from "./plan-failover.ts";
import { resolveReference, type Target, targetOf } from "./references.ts";
import { orderOf } from "./step-graph.ts";

/** A failover of a plan, as far as it can be carried out on clusters. */
export interface PlannedFailover {
  readonly name: string;
  /** What it is for: `Site`, `Region`. */
  readonly serves: readonly string[];
  /** In an order in which they can be done. */
  readonly steps: readonly PlannedStep[];
  /** Contexts of the plan's Kubernetes clusters. */
  readonly contexts: readonly PlannedContext[];
}

export interface PlannedContext {
  readonly context: string;
  readonly platform: string;
  readonly site: string | undefined;
}

export interface PlannedStep {
  readonly name: string;
  /** Undefined for what only a person does: a restore, scaling, a look. */
  readonly move: Move | undefined;
}

/** What a strategy moves, as far as the plan and the manifests say; a person is asked for the rest. */
export interface Move {
  readonly kind: "VirtualService" | "DNSEndpoint" | "Cluster";
  /** Undefined where the plan leaves it open, and for a namespace that nobody states. */
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  /** The kubeconfig context of the cluster that it stands in. */
  readonly context: string | undefined;
  /** ServiceMesh: the destination that takes over, `host` or `host/subset`. */
  readonly to: string | undefined;
  /** DNS: the record that is switched. */
  readonly record: string | undefined;
}

const DNS_ENDPOINT = "externaldns.k8s.io/DNSEndpoint";
const CLUSTER = "postgresql.cnpg.io/Cluster";

/** The failovers of a plan that move something which Nines can move. */
export function plannedFailovers(plan: Plan, snapshot: Snapshot): readonly PlannedFailover[] {
  const contexts = contextsOf(plan);
  return plan.failovers.items.flatMap((failover): PlannedFailover[] => {
    const written = failover.steps.items;
    const order = orderOf(
      written.map(({ name, after }) => ({
        name: known(name) ?? "",
        after: after.items.map(({ value }) => value),
      })),
    );
    const steps = order.flatMap((index) => {
      const step = written[index];
      return step === undefined ? [] : [stepOf(step, plan, snapshot, contexts)];
    });
    if (steps.every(({ move }) => move === undefined)) return [];
    return [
      {
        name: known(failover.name) ?? "-",
        serves: failover.serves.items.map(({ value }) => value),
        steps,
        contexts,
      },
    ];
  });
}

function contextsOf({ kubernetes }: Plan): readonly PlannedContext[] {
  return kubernetes.items.flatMap(({ name, site, context }) => {
    const named = known(context);
    return named === undefined ? [] : [{ context: named, platform: known(name) ?? named, site: known(site) }];
  });
}

function stepOf(
  step: FailoverStep,
  plan: Plan,
  snapshot: Snapshot,
  contexts: readonly PlannedContext[],
): PlannedStep {
  const named = known(step.strategy);
  const strategy = plan.strategies.items.find(({ name }) => named !== undefined && known(name) === named);
  return {
    name: known(step.name) ?? named ?? "-",
    move: strategy === undefined ? undefined : moveOf(strategy, plan, snapshot, contexts),
  };
}

function moveOf(
  strategy: Strategy,
  plan: Plan,
  snapshot: Snapshot,
  contexts: readonly PlannedContext[],
): Move | undefined {
  // Where there is one cluster only, everything stands in it.
  const only = plan.kubernetes.items.length === 1 ? contexts[0]?.context : undefined;
  const open = { name: undefined, namespace: undefined, context: only, to: undefined, record: undefined };
  switch (known(strategy.type)) {
    case "ServiceMesh":
      return { ...open, kind: "VirtualService", ...routeOf(strategy, plan) };
    case "DNS":
      return { ...open, kind: "DNSEndpoint", ...endpointOf(strategy, snapshot) };
    case "DatabasePromotion":
      return databaseOf(strategy, plan, snapshot, contexts);
    default:
      return undefined;
  }
}

function routeOf(strategy: Strategy, plan: Plan): Pick<Move, "name" | "namespace" | "to"> {
  const [name, namespace] = (known(strategy.virtualService) ?? "").split("/").reverse();
  const host = known(strategy.toHost);
  const subset = known(strategy.toSubset);
  return {
    name: name === "" ? undefined : name,
    namespace: namespace ?? plan.resource.namespace,
    to: host !== undefined && subset !== undefined ? `${host}/${subset}` : host,
  };
}

/** The DNSEndpoint whose manifest has the record, where there is one. */
function endpointOf(strategy: Strategy, snapshot: Snapshot): Pick<Move, "name" | "namespace" | "record"> {
  const record = known(strategy.record);
  const holders = snapshot.find("type", DNS_ENDPOINT).filter((resource) => hasRecord(resource, record));
  const [holder] = holders;
  return holder === undefined || holders.length > 1
    ? { name: undefined, namespace: undefined, record }
    : { name: holder.name, namespace: holder.namespace, record };
}

function hasRecord(resource: Resource, record: string | undefined): boolean {
  return itemsOf(resource.get("spec.endpoints")).some(
    (item) => record !== undefined && stringOf(nodeAt(item, "dnsName")) === record,
  );
}

/** The replica that a promotion is about; where the plan has several, or one that is no Cluster, a person says which. */
function databaseOf(
  strategy: Strategy,
  plan: Plan,
  snapshot: Snapshot,
  contexts: readonly PlannedContext[],
): Move | undefined {
  const named = known(strategy.database);
  const database = plan.databases.items.find(({ name }) => named !== undefined && known(name) === named);
  const replicas = (database?.replicas.items ?? []).filter((one) => clusterOf(one) !== undefined);
  const [replica] = replicas;
  // Virtual machines and databases of a cloud are promoted by a person.
  if (replica === undefined) return undefined;
  const open = { kind: "Cluster", to: undefined, record: undefined } as const;
  if (replicas.length > 1) return { ...open, name: undefined, namespace: undefined, context: undefined };
  const target = clusterOf(replica);
  const resolution = resolveReference(snapshot, plan.resource, known(replica.ref) ?? "");
  const found = resolution.state === "found" ? resolution.resource : undefined;
  const site = known(replica.site);
  const there = plan.kubernetes.items.filter(
    (platform) => site === undefined || known(platform.site) === site,
  );
  const [platform] = there;
  return {
    ...open,
    name: found?.name ?? target?.name,
    namespace: found?.namespace ?? target?.namespace,
    context:
      platform === undefined || there.length > 1
        ? undefined
        : contexts.find(({ context }) => context === known(platform.context))?.context,
  };
}

function clusterOf({ platform, ref }: DatabaseReplica): Target | undefined {
  const target = known(platform) === "kubernetes" ? targetOf(known(ref) ?? "") : undefined;
  return target?.type === CLUSTER ? target : undefined;
}
