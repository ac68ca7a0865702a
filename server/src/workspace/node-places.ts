import { itemsOf, type Node, nodeAt, present, type Step, stringOf } from "../model/node.ts";
import type { Snapshot } from "./snapshot.ts";
import { podSpecPath } from "./spread.ts";
import type { Workload } from "./workload.ts";

/** Where a workload's pods may run, told by one label of nodes. */
export interface Places {
  /** The values of the label that are left. */
  readonly values: readonly string[];
  /** What says so. */
  readonly node: Node;
}

/** Steps from a pod spec to the terms of required node affinity. */
export const NODE_TERMS: readonly Step[] = [
  "affinity",
  "nodeAffinity",
  "requiredDuringSchedulingIgnoredDuringExecution",
  "nodeSelectorTerms",
];

/** Whether a manifest keeps pods from no node; taints may, which nobody here knows. */
export function isEverywhere({ podSpec }: Workload): boolean {
  return ["nodeSelector", "affinity"].every((key) => present(nodeAt(podSpec, key)) === undefined);
}

/** One requirement: the label's values it allows, undefined where it does not say them all. */
interface Demand {
  readonly values: readonly string[] | undefined;
  readonly node: Node;
}

/**
 * The places that `nodeSelector` and required node affinity leave, for each label of nodes that they name: one of the
 * affinity's terms must hold, and every expression in it (k8s.io/component-helpers scheduling/corev1/nodeaffinity).
 * A label is left out where no term narrows it; its places are undefined where a template, an overlay or another operator
 * than In decides.
 */
export function placesOf(snapshot: Snapshot, workload: Workload): ReadonlyMap<string, Places | undefined> {
  const { podSpec, resource } = workload;
  const keys = new Set([
    ...selectorKeys(nodeAt(podSpec, "nodeSelector")),
    ...itemsOf(nodeAt(podSpec, NODE_TERMS)).flatMap((term) => expressionsOf(term).flatMap(keyOf)),
  ]);
  const isPatched = ["nodeSelector", "affinity"].some((field) =>
    snapshot.layout.isPatched(resource, podSpecPath(workload, field)),
  );
  return new Map(
    [...keys].flatMap((key) => {
      const demand = isPatched ? undefined : demandOf(podSpec, key);
      if (demand === "any") return [];
      const { values, node } = demand ?? {};
      const places = values === undefined || node === undefined ? undefined : { values, node };
      return [[key, places] as const];
    }),
  );
}

function demandOf(podSpec: Node | undefined, key: string): Demand | "any" {
  const selected = present(nodeAt(podSpec, ["nodeSelector", key]));
  const terms = itemsOf(nodeAt(podSpec, NODE_TERMS)).map((term) => all(demandsOf(term, key)));
  const demands = [
    ...(selected === undefined ? [] : [oneOf(selected, [selected])]),
    ...(terms.length === 0 ? [] : [either(terms)]),
  ];
  return all(demands.flatMap((demand) => (demand === "any" ? [] : [demand])));
}

function demandsOf(term: Node, key: string): readonly Demand[] {
  return expressionsOf(term).flatMap((expression) => {
    if (!keyOf(expression).includes(key)) return [];
    const values = nodeAt(expression, "values");
    if (stringOf(nodeAt(expression, "operator")) !== "In" || values === undefined)
      return [{ values: undefined, node: expression }];
    return [oneOf(values, itemsOf(values))];
  });
}

function oneOf(node: Node, listed: readonly Node[]): Demand {
  const values = listed.flatMap((value) => stringOf(value) ?? []);
  return { values: values.length === listed.length ? [...new Set(values)] : undefined, node };
}

/** Every demand must hold. */
function all(demands: readonly Demand[]): Demand | "any" {
  const [first, ...others] = demands;
  if (first === undefined) return "any";
  return others.reduce(
    (sum, { values, node }) => ({
      values: values === undefined ? undefined : sum.values?.filter((value) => values.includes(value)),
      node: sum.node.kind === "seq" ? sum.node : node,
    }),
    first,
  );
}

/** One of the demands must hold. */
function either(demands: readonly (Demand | "any")[]): Demand | "any" {
  const known = demands.flatMap((demand) => (demand === "any" ? [] : [demand]));
  const [first, ...others] = known;
  if (first === undefined || known.length < demands.length) return "any";
  return others.reduce(
    (sum, { values }) => ({
      values:
        values === undefined || sum.values === undefined
          ? undefined
          : [...new Set([...sum.values, ...values])],
      node: sum.node,
    }),
    first,
  );
}

function expressionsOf(term: Node): readonly Node[] {
  return itemsOf(nodeAt(term, "matchExpressions"));
}

function keyOf(expression: Node): string[] {
  const key = stringOf(nodeAt(expression, "key"));
  return key === undefined ? [] : [key];
}

function selectorKeys(selector: Node | undefined): string[] {
  return selector?.kind === "map" ? selector.entries.map(({ key }) => key.source) : [];
}
