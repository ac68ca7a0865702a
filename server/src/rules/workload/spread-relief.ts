import type { DocumentEdit } from "../../fixes/edit.ts";
import { removeWithShells } from "../../fixes/prune.ts";
import type { Value } from "../../fixes/style.ts";
import { toValue } from "../../fixes/value.ts";
import { removeEntry, setIn, setPath } from "../../fixes/yaml-edit.ts";
import { entriesOf, nodeAt, present, type Step, steps } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import type { SpreadTerm } from "../../workspace/spread.ts";
import type { Workload } from "../../workspace/workload.ts";
import { addConstraints } from "./spread-constraint.ts";

/** Makes a rolling update stop a pod before its successor starts; `path` is where the two numbers stand. */
export function oneForOneEdits(resource: Resource, path: string): readonly DocumentEdit[] {
  const block = resource.get(path);
  if (block?.kind !== "map" || block.entries.length === 0) {
    const value = { maxUnavailable: 1, maxSurge: 0 };
    return setPath(resource, path, value, { before: ["selector", "template"], after: ["type"] });
  }
  return [
    ...setPath(resource, `${path}.maxUnavailable`, 1, { before: ["maxSurge"] }),
    ...setPath(resource, `${path}.maxSurge`, 0, { after: ["maxUnavailable"] }),
  ];
}

/** Turns a term that keeps pods Pending into the same wish with ScheduleAnyway; undefined where it says more than that. */
export function relaxedEdits(workload: Workload, term: SpreadTerm): readonly DocumentEdit[] | undefined {
  const { document } = workload.resource;
  if (term.kind === "antiAffinity") return replacedEdits(workload, term);
  // The API server refuses minDomains together with ScheduleAnyway.
  const removal = removeEntry(document, term.node, "minDomains");
  const edits = setIn(document, term.node, ["whenUnsatisfiable"], "ScheduleAnyway");
  return removal === undefined ? undefined : [removal, ...edits];
}

const PLAIN = new Set(["labelSelector", "topologyKey", "matchLabelKeys"]);

/** A constraint has no namespaces: an anti-affinity that looks into others cannot be written as one. */
function replacedEdits({ resource, podSpec, templatePath }: Workload, term: SpreadTerm) {
  const { document } = resource;
  if (podSpec === undefined || entriesOf(term.node).some(({ key }) => !PLAIN.has(key.source)))
    return undefined;
  const inPod: readonly Step[] = term.path.slice(steps(templatePath).length + 1);
  const removal = removeWithShells(document, podSpec, inPod);
  const constraints = addConstraints(resource, podSpec, [constraintLike(term)]);
  return removal === undefined || constraints === undefined ? undefined : [removal, ...constraints];
}

function constraintLike(term: SpreadTerm): Value {
  const taken = (key: string) => {
    const node = present(nodeAt(term.node, key));
    return node === undefined ? {} : { [key]: toValue(node) };
  };
  return {
    maxSkew: 1,
    ...taken("topologyKey"),
    whenUnsatisfiable: "ScheduleAnyway",
    ...taken("labelSelector"),
    ...taken("matchLabelKeys"),
  };
}
