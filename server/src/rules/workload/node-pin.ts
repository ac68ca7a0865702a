import { itemsOf, type Node, nodeAt, type Step, stringOf } from "../../model/node.ts";
import type { Workload } from "../../workspace/workload.ts";

/** Something in a pod spec that allows one node only. */
export interface NodePin {
  /** The field of the pod spec it is in. */
  readonly field: "nodeName" | "nodeSelector" | "affinity";
  /** Steps from the pod spec. */
  readonly path: readonly Step[];
  /** The node's name. */
  readonly node: string;
  /** To remove what is at `path` frees the pods. */
  readonly removable: boolean;
}

const HOSTNAME = "kubernetes.io/hostname";
const TERMS: readonly Step[] = [
  "affinity",
  "nodeAffinity",
  "requiredDuringSchedulingIgnoredDuringExecution",
  "nodeSelectorTerms",
];

/** What binds a workload's pods to one node, as far as it is written out. */
export function nodePinsOf({ podSpec }: Workload): readonly NodePin[] {
  const name = stringOf(nodeAt(podSpec, "nodeName")) ?? "";
  const host = stringOf(nodeAt(podSpec, ["nodeSelector", HOSTNAME])) ?? "";
  const affinity = affinityPin(itemsOf(nodeAt(podSpec, TERMS)));
  return [
    ...(name === "" ? [] : [pin("nodeName", ["nodeName"], name)]),
    ...(host === "" ? [] : [pin("nodeSelector", ["nodeSelector", HOSTNAME], host)]),
    ...(affinity === undefined ? [] : [affinity]),
  ];
}

function pin(field: NodePin["field"], path: readonly Step[], node: string, removable = true): NodePin {
  return { field, path, node, removable };
}

/** One of the terms must hold, and every expression in it: together they leave one node when each names that one. */
function affinityPin(terms: readonly Node[]): NodePin | undefined {
  const demands = terms.map(demandOf);
  const [first] = demands;
  if (first === undefined || demands.some((demand) => demand?.node !== first.node)) return undefined;
  // Of several terms each would have to lose its demand.
  return pin("affinity", [...TERMS, 0, ...first.path], first.node, terms.length === 1);
}

/** The one node that a term allows and the expression that says so; undefined when it allows more, or nobody knows. */
function demandOf(term: Node): { path: readonly Step[]; node: string } | undefined {
  const candidates = [
    { list: "matchExpressions", key: HOSTNAME },
    { list: "matchFields", key: "metadata.name" },
  ];
  for (const { list, key } of candidates) {
    for (const [i, expression] of itemsOf(nodeAt(term, list)).entries()) {
      const values = itemsOf(nodeAt(expression, "values"));
      const node = stringOf(values[0]);
      const isHost = stringOf(nodeAt(expression, "key")) === key;
      const isIn = stringOf(nodeAt(expression, "operator")) === "In";
      if (isHost && isIn && values.length === 1 && node !== undefined) return { path: [list, i], node };
    }
  }
  return undefined;
}
