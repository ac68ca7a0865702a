import { itemsOf, type Node, nodeAt, type Step, stringOf } from "../../model/node.ts";
import { NODE_TERMS } from "../../workspace/node-places.ts";
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

/** What binds a workload's pods to one node, as far as it is written out. */
export function nodePinsOf({ podSpec }: Workload): readonly NodePin[] {
  const name = stringOf(nodeAt(podSpec, "nodeName")) ?? "";
  const host = stringOf(nodeAt(podSpec, ["nodeSelector", HOSTNAME])) ?? "";
  const affinity = affinityPin(itemsOf(nodeAt(podSpec, NODE_TERMS)));
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
  const demands = terms.map(demandsOf);
  const first = demands[0]?.[0];
  if (first === undefined || demands.some(([demand]) => demand?.node !== first.node)) return undefined;
  // Of several demands each would have to go.
  return pin("affinity", [...NODE_TERMS, 0, ...first.path], first.node, demands.flat().length === 1);
}

const FIELDS = [
  { list: "matchExpressions", key: HOSTNAME },
  { list: "matchFields", key: "metadata.name" },
] as const;

/** The expressions of a term that ask for one node by its name. */
function demandsOf(term: Node): readonly { path: readonly Step[]; node: string }[] {
  return FIELDS.flatMap(({ list, key }) =>
    itemsOf(nodeAt(term, list)).flatMap((expression, i) => {
      const values = itemsOf(nodeAt(expression, "values"));
      const node = stringOf(values[0]);
      const isHost = stringOf(nodeAt(expression, "key")) === key;
      const isIn = stringOf(nodeAt(expression, "operator")) === "In";
      return isHost && isIn && values.length === 1 && node !== undefined ? [{ path: [list, i], node }] : [];
    }),
  );
}
