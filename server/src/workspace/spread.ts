import {
  booleanOf,
  itemsOf,
  type MapNode,
  nodeAt,
  present,
  type Step,
  steps,
  stringOf,
} from "../model/node.ts";
import { isEmptySelector, labelSelectorOf, matches, type Selector } from "../model/selector.ts";
import { namespaceOf } from "./scope.ts";
import type { Snapshot } from "./snapshot.ts";
import { servingContainers, type Workload } from "./workload.ts";

/** Something in a pod spec that asks the scheduler to keep pods apart: a topology spread constraint or an anti-affinity term. */
export interface SpreadTerm {
  readonly kind: "constraint" | "antiAffinity";
  /** Holds `topologyKey` and `labelSelector`. */
  readonly node: MapNode;
  /** Steps to `node` from the resource's root. */
  readonly path: readonly Step[];
}

/**
 * Which pods a term is about: the workload's own, certainly others only, or nobody can say here (a template, an
 * overlay, a namespace that is not stated).
 */
export type Coverage = "own" | "others" | "unknown";

/** Steps to a field of the workload's pod spec. */
export function podSpecPath(workload: Workload, field: string): readonly Step[] {
  return [...steps(workload.templatePath), "spec", field];
}

/** The terms of a workload, constraints first, each in the order of the manifest. */
export function spreadTermsOf(workload: Workload): readonly SpreadTerm[] {
  const constraints = listed(workload, ["topologySpreadConstraints"], []);
  const affinity = ["affinity", "podAntiAffinity"];
  return [
    ...constraints.map((term) => ({ ...term, kind: "constraint" as const })),
    ...[
      ...listed(workload, [...affinity, "requiredDuringSchedulingIgnoredDuringExecution"], []),
      ...listed(
        workload,
        [...affinity, "preferredDuringSchedulingIgnoredDuringExecution"],
        ["podAffinityTerm"],
      ),
    ].map((term) => ({ ...term, kind: "antiAffinity" as const })),
  ];
}

function listed(workload: Workload, list: readonly string[], inside: readonly string[]) {
  return itemsOf(nodeAt(workload.podSpec, list)).flatMap((item, i) => {
    const node = nodeAt(item, inside);
    const path: Step[] = [...steps(workload.templatePath), "spec", ...list, i, ...inside];
    return node?.kind === "map" ? [{ node, path }] : [];
  });
}

/**
 * Labels that controllers put on pods, so that a template never shows them: kubernetes
 * `pkg/apis/apps/types.go` and `pkg/controller`, argo-rollouts `pkg/apis/rollouts/v1alpha1/types.go`.
 */
const CONTROLLER_LABELS: readonly string[] = [
  "pod-template-hash",
  "rollouts-pod-template-hash",
  "controller-revision-hash",
  "pod-template-generation",
  "statefulset.kubernetes.io/pod-name",
  "apps.kubernetes.io/pod-index",
];

/** The labels of a workload's pods as far as the workspace says. */
export interface OwnLabels {
  readonly known: ReadonlyMap<string, string>;
  /** Keys of labels that come from elsewhere: controllers and kustomizations. */
  readonly open: ReadonlySet<string>;
}

/** What is known about the labels of a workload's pods; undefined when a template or a patch decides them. */
export function ownLabelsOf(snapshot: Snapshot, workload: Workload): OwnLabels | undefined {
  const { podLabels, resource } = workload;
  const path = [...steps(workload.templatePath), "metadata", "labels"];
  if (podLabels === undefined || snapshot.layout.isPatched(resource, path)) return undefined;
  const added = snapshot.layout.podLabelsAdded(resource.document.uri);
  return { known: podLabels, open: new Set([...CONTROLLER_LABELS, ...added.keys()]) };
}

/** The parts of a selector that the labels do not fulfil. */
export function unfulfilled(selector: Selector, labels: OwnLabels): Selector {
  return selector.filter(
    (requirement) => !labels.open.has(requirement.key) && !matches([requirement], labels.known),
  );
}

/**
 * Whether a term counts the workload's own pods. A nil selector matches none, `{}` all; `matchLabelKeys` add the
 * pod's own values and so never exclude it, `mismatchLabelKeys` exclude all pods that share its value; an
 * anti-affinity term looks into the pod's own namespace unless it names others (kubernetes
 * `pkg/scheduler/framework/plugins/podtopologyspread/common.go`, `pkg/scheduler/framework/types.go`).
 */
export function coverageOf(
  snapshot: Snapshot,
  workload: Workload,
  term: SpreadTerm,
  labels: OwnLabels,
): Coverage {
  const node = present(nodeAt(term.node, "labelSelector"));
  const selector = node === undefined ? undefined : labelSelectorOf(node);
  if (node !== undefined && selector === undefined) return "unknown";
  if (term.kind === "antiAffinity") {
    if (mismatchedKeys(term).some((key) => labels.known.has(key))) return "others";
    const reach = namespaceReach(snapshot, workload, term);
    if (reach !== "own") return reach;
  }
  return selector !== undefined && unfulfilled(selector, labels).length === 0 ? "own" : "others";
}

/** The labels by whose value an anti-affinity term turns away from its own kind. */
export function mismatchedKeys(term: SpreadTerm): readonly string[] {
  return itemsOf(nodeAt(term.node, "mismatchLabelKeys")).flatMap((key) => stringOf(key) ?? []);
}

/** Whether the term looks into namespaces it names instead of the pod's own. */
export function namesNamespaces(term: SpreadTerm): boolean {
  return (
    itemsOf(nodeAt(term.node, "namespaces")).length > 0 ||
    present(nodeAt(term.node, "namespaceSelector")) !== undefined
  );
}

function namespaceReach(snapshot: Snapshot, workload: Workload, term: SpreadTerm): Coverage {
  if (!namesNamespaces(term)) return "own";
  const selector = present(nodeAt(term.node, "namespaceSelector"));
  if (isEmptySelector(selector)) return "own";
  const own = namespaceOf(snapshot, workload.resource);
  const named = itemsOf(nodeAt(term.node, "namespaces")).map((item) => stringOf(item));
  if (own !== undefined && named.includes(own)) return "own";
  return own === undefined || selector !== undefined || named.includes(undefined) ? "unknown" : "others";
}

/** Node labels that most nodes of a cluster share, so that spreading over them keeps nothing apart. */
const SHARED_BY_NODES =
  /^(?:(?:beta\.)?kubernetes\.io\/(?:os|arch)|(?:node\.|beta\.)kubernetes\.io\/instance-type)$/;

/** Whether the domains of a term are nodes or hold nodes of their own: hostname, zone, region, rack… */
export function separatesNodes(term: SpreadTerm): boolean {
  const key = stringOf(nodeAt(term.node, "topologyKey"));
  return key === undefined || !SHARED_BY_NODES.test(key);
}

/** Whether two of the pods cannot share a node because they take the same port of it. */
export function takesNodePorts(workload: Workload): boolean {
  const ports = servingContainers(workload).flatMap(({ node }) => itemsOf(nodeAt(node, "ports")));
  return booleanOf(nodeAt(workload.podSpec, "hostNetwork")) === true
    ? ports.length > 0
    : ports.some((port) => present(nodeAt(port, "hostPort")) !== undefined);
}

/** Whether `nodeName` decides where the pods run, be it a template's; an empty one leaves it to the scheduler. */
export function namesNode({ podSpec }: Workload): boolean {
  const name = present(nodeAt(podSpec, "nodeName"));
  return name !== undefined && stringOf(name) !== "";
}

/** The labels that tell a workload's pods from others: its selector where that is plain and true of them, else all pod labels. */
export function identityOf(workload: Workload): ReadonlyMap<string, string> | undefined {
  const { selector, podLabels } = workload;
  const plain = (selector ?? []).flatMap((requirement) =>
    requirement.operator === "In" && requirement.values.length === 1
      ? [[requirement.key, requirement.values[0] ?? ""] as const]
      : [],
  );
  const isTrue = podLabels === undefined || plain.every(([key, value]) => podLabels.get(key) === value);
  if (selector !== undefined && plain.length > 0 && plain.length === selector.length && isTrue)
    return new Map(plain);
  return podLabels !== undefined && podLabels.size > 0 ? podLabels : undefined;
}
