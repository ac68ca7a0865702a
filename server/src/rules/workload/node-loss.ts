import { integerOf, itemsOf, type Node, nodeAt, present, stringOf } from "../../model/node.ts";
import type { Workload } from "../../workspace/workload.ts";

/** The NoExecute taints that a node gets when it is lost (k8s.io/api/core/v1/well_known_taints.go). */
export const NODE_LOSS_TAINTS = ["node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready"] as const;

/** How long pods stay bound to a node with a taint. */
export interface Stay {
  /** Infinity: until somebody deletes them. */
  readonly seconds: number;
  /** The toleration that decides, by its place in the list; undefined when the default does. */
  readonly index: number | undefined;
}

/** What the API server adds where no toleration is for the taint. */
const DEFAULT_SECONDS = 300;

/**
 * How long a workload's pods stay on a node after it gets one of the taints: the shortest of the tolerations that match,
 * those without tolerationSeconds standing for ever (kubernetes pkg/controller/tainteviction/taint_eviction.go,
 * getMinTolerationTime). Undefined when a template decides it.
 */
export function staysFor({ podSpec }: Workload, taint: string): Stay | undefined {
  const list = present(nodeAt(podSpec, "tolerations"));
  if (list !== undefined && list.kind !== "seq") return undefined;
  const stays: Stay[] = [];
  for (const [index, toleration] of itemsOf(list).entries()) {
    const match = tolerates(toleration, taint);
    if (match === undefined) return undefined;
    if (!match) continue;
    const seconds = present(nodeAt(toleration, "tolerationSeconds"));
    const known = seconds === undefined ? Number.POSITIVE_INFINITY : integerOf(seconds);
    if (known === undefined) return undefined;
    stays.push({ seconds: Math.max(0, known), index });
  }
  return stays.length === 0
    ? { seconds: DEFAULT_SECONDS, index: undefined }
    : stays.reduce((shortest, stay) => (stay.seconds < shortest.seconds ? stay : shortest));
}

/** Whether a toleration matches the taint, which has no value (k8s.io/api/core/v1/toleration.go). Undefined when unknown. */
function tolerates(toleration: Node, taint: string): boolean | undefined {
  const fields = ["key", "operator", "value", "effect"].map((name) => {
    const node = present(nodeAt(toleration, name));
    return node === undefined ? "" : stringOf(node);
  });
  const [key, operator, value, effect] = fields;
  if (toleration.kind !== "map" || fields.includes(undefined)) return undefined;
  if (effect !== "" && effect !== "NoExecute") return false;
  if (key !== "" && key !== taint) return false;
  return operator === "Exists" || (key !== "" && value === "");
}
