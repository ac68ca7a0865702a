import { APPLY_ORDER } from "../config/built-in.ts";
import { type IntOrPercent, intOrPercentOf, resolveCount } from "../model/int-or-percent.ts";
import { type Message, t } from "../model/message.ts";
import { integerOf, itemsOf, type Node, nodeAt, stringOf } from "../model/node.ts";
import type { Location, Resource } from "../model/resource.ts";
import type { Finding, Related } from "../rules/finding.ts";
import { mirrorsOf, splitsOfVirtualService } from "../traffic/istio.ts";
import { formatHost, istioHost, namespacesOf } from "../traffic/istio-host.ts";
import { limitOf } from "../workspace/budget.ts";
import { effectiveReplicas } from "../workspace/replicas.ts";
import { selectedBy } from "../workspace/selection.ts";
import type { Snapshot } from "../workspace/snapshot.ts";

/** What a change replaces by what; the resources of the files that differ, and the world after it. */
export interface ChangedResources {
  readonly before: readonly Resource[];
  readonly after: readonly Resource[];
  readonly snapshot: Snapshot;
}

/**
 * In which order the parts of a change are to be applied: each part may be right, and the time between two of them an
 * outage. Subsets come before the routes that use them and go after them
 * (https://istio.io/latest/docs/ops/best-practices/traffic-management/#avoid-503-errors-while-reconfiguring-service-routes).
 */
export function applyOrder(change: ChangedResources): readonly Finding[] {
  return [...subsetsFirst(change), ...routesFirst(change), ...budgets(change)];
}

/** A subset of a host, as a key, with the place that names it. */
type Places = ReadonlyMap<
  string,
  { readonly resource: Resource; readonly node: Node; readonly subset: string }
>;

function subsetsFirst({ before, after, snapshot }: ChangedResources): Finding[] {
  const defined = definedIn(after, snapshot);
  const definedBefore = definedIn(before, snapshot);
  const usedBefore = usedIn(before, snapshot);
  return [...usedIn(after, snapshot)].flatMap(([key, use]) => {
    const definition = defined.get(key);
    if (definition === undefined || definedBefore.has(key) || usedBefore.has(key)) return [];
    const names = { subset: use.subset, rule: nameOf(definition.resource), route: nameOf(use.resource) };
    return advice(
      use.resource.locate(use.node),
      use.resource,
      t(
        "This change adds subset {subset} and sends requests to it at once. Where the route arrives before the subset they get 503. Apply DestinationRule {rule} first, wait until the proxies have it (some seconds), then VirtualService {route}.",
        names,
      ),
      definition.resource.locate(definition.node),
      t("Apply this first."),
    );
  });
}

function routesFirst({ before, after, snapshot }: ChangedResources): Finding[] {
  const defined = definedIn(after, snapshot);
  const used = usedIn(after, snapshot);
  const usedBefore = usedIn(before, snapshot);
  return [...definedIn(before, snapshot)].flatMap(([key, { resource, subset }]) => {
    const user = usedBefore.get(key)?.resource;
    if (defined.has(key) || used.has(key) || user === undefined) return [];
    const route = sameIn(after, user);
    const rule = sameIn(after, resource);
    const at = rule ?? route;
    if (at === undefined) return [];
    return advice(
      at.title,
      at,
      t(
        "This change takes away subset {subset} and the route that used it. Where the subset goes first the requests get 503. Apply VirtualService {route} first, wait until the proxies have it (some seconds), then DestinationRule {rule}.",
        { subset, route: nameOf(user), rule: nameOf(resource) },
      ),
      route?.title,
      t("Apply this first."),
    );
  });
}

function budgets(change: ChangedResources): Finding[] {
  return change.after.flatMap((budget) => {
    const old = budget.type === "policy/PodDisruptionBudget" ? sameIn(change.before, budget) : undefined;
    return old === undefined ? [] : shrinking(change, old, budget);
  });
}

function shrinking(
  { before, after, snapshot }: ChangedResources,
  old: Resource,
  budget: Resource,
): Finding[] {
  const limit = limitOf(snapshot, budget);
  const oldLimit = writtenLimit(old);
  const selected = selectedBy(snapshot, budget);
  const [workload, ...others] = selected?.together ?? [];
  if (limit === undefined || oldLimit === undefined || workload === undefined || others.length > 0) return [];
  const replicas = effectiveReplicas(snapshot, workload);
  const oldWorkload = after.includes(workload.resource) ? sameIn(before, workload.resource) : undefined;
  const pods = replicas?.decidedBy.length === 0 ? replicas.lowest : undefined;
  const oldPods = integerOf(oldWorkload?.get("spec.replicas"));
  if (pods === undefined || oldPods === undefined || pods >= oldPods) return [];
  const kept = keeps(limit, pods);
  const oldKept = keeps(oldLimit, oldPods);
  if (kept >= oldKept) return [];
  const first = keeps(oldLimit, pods) >= pods ? budget : workload.resource;
  const values = {
    oldPods,
    pods,
    oldKept,
    kept,
    first: `${first.kind} ${nameOf(first)}`,
    between: keeps(oldLimit, pods),
  };
  return advice(
    budget.at(`spec.${limit.field}`),
    budget,
    first === budget
      ? t(
          "This change takes away replicas ({oldPods} to {pods}) and what the budget keeps of them ({oldKept} to {kept} pods) at once. With the replicas applied first, the old budget keeps {between} of {pods} and every drain hangs. Apply {first} first.",
          values,
        )
      : t(
          "This change takes away replicas ({oldPods} to {pods}) and what the budget keeps of them ({oldKept} to {kept} pods) at once. With the budget applied first, a drain may take more pods than was ever meant. Apply {first} first.",
          values,
        ),
    first === budget ? undefined : first.title,
    t("Apply this first."),
  );
}

interface Limit {
  readonly field: "minAvailable" | "maxUnavailable";
  readonly amount: IntOrPercent;
}

/** The limit as it was written; overlays are those of the world after the change, so they cannot be asked. */
function writtenLimit(budget: Resource): Limit | undefined {
  for (const field of ["maxUnavailable", "minAvailable"] as const) {
    const amount = intOrPercentOf(budget.get(`spec.${field}`));
    if (amount !== undefined) return { field, amount };
  }
  return undefined;
}

/** How many of so many healthy pods a budget keeps; percentages are rounded up (kubernetes pkg/controller/disruption). */
function keeps({ field, amount }: Limit, pods: number): number {
  const count = resolveCount(amount, pods, "up");
  return field === "minAvailable" ? count : Math.max(0, pods - count);
}

function definedIn(resources: readonly Resource[], snapshot: Snapshot): Places {
  const places = new Map<string, { resource: Resource; node: Node; subset: string }>();
  for (const resource of resources) {
    if (resource.type !== "networking.istio.io/DestinationRule") continue;
    const host = stringOf(resource.get("spec.host"));
    for (const item of itemsOf(resource.get("spec.subsets"))) {
      const node = nodeAt(item, "name");
      const subset = stringOf(node);
      if (host === undefined || subset === undefined || node === undefined) continue;
      places.set(keyOf(host, subset, resource, snapshot), { resource, node, subset });
    }
  }
  return places;
}

function usedIn(resources: readonly Resource[], snapshot: Snapshot): Places {
  const places = new Map<string, { resource: Resource; node: Node; subset: string }>();
  for (const resource of resources) {
    if (resource.type !== "networking.istio.io/VirtualService") continue;
    const destinations = splitsOfVirtualService(resource).flatMap((route) => [
      ...route.destinations,
      ...mirrorsOf(route),
    ]);
    for (const { host, subset } of destinations) {
      if (host.state !== "known" || subset.state !== "known") continue;
      const key = keyOf(host.value, subset.value, resource, snapshot);
      if (!places.has(key)) places.set(key, { resource, node: subset.node, subset: subset.value });
    }
  }
  return places;
}

function keyOf(host: string, subset: string, resource: Resource, snapshot: Snapshot): string {
  return `${formatHost(istioHost(host, namespacesOf(snapshot, resource)))} ${subset}`;
}

function sameIn(resources: readonly Resource[], { type, namespace, name }: Resource): Resource | undefined {
  return resources.find(
    (other) => other.type === type && other.namespace === namespace && other.name === name,
  );
}

function nameOf({ namespace, name }: Resource): string {
  return [namespace, name].filter((part) => part !== undefined).join("/");
}

function advice(
  { document, range }: Location,
  resource: Resource,
  message: Message,
  relatedAt: Location | undefined,
  relatedMessage: Message,
): Finding[] {
  const related: Related[] =
    relatedAt === undefined ? [] : [{ location: relatedAt, message: relatedMessage }];
  return [{ ruleId: APPLY_ORDER, severity: "info", message, document, range, resource, related, fixes: [] }];
}
