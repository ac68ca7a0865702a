import { booleanOf, entriesOf, itemsOf, type Node, nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { labelSelectorOf, matches, type Selector } from "../model/selector.ts";
import { namespaceOf } from "../workspace/scope.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { includesVolumes, namesIn, TEMPLATE, VELERO_SCHEDULE, volumeTreatmentOf } from "./velero.ts";

/** Volumes that somebody may back up: the claims of one workload, or a database with volumes of its own. */
export interface Subject {
  readonly resource: Resource;
  /** Names of the claims as far as they are known; a StatefulSet's by their beginning, `data-db-`. */
  readonly claims: readonly string[];
  /** Labels of the pods and of the claims; undefined when a template decides some of them. */
  readonly labels: readonly (ReadonlyMap<string, string> | undefined)[];
}

/** Whether something in the workspace backs the volumes up. `unknown`: a template, a policy or a namespace decides. */
export type Protection = "covered" | "uncovered" | "unknown";

/** Kasten K10's policies. */
export const K10_POLICY = "config.kio.kasten.io/Policy";

/** Anything that backs up volumes by itself, by type: how it answers for a subject in a namespace. */
const PROTECTORS: Readonly<
  Record<string, (snapshot: Snapshot, protector: Resource, subject: Subject, namespace: string) => Protection>
> = {
  [VELERO_SCHEDULE]: (_, schedule, subject, namespace) => byVelero(schedule, subject, namespace),
  [K10_POLICY]: (_, policy, __, namespace) => byK10(policy, namespace),
  "volsync.backube/ReplicationSource": (snapshot, source, subject, namespace) =>
    byClaim(snapshot, source, subject, namespace),
  // These take the volumes of their namespace; labels by which some leave volumes out are not followed.
  "k8up.io/Schedule": (snapshot, each, _, namespace) => byNamespace(snapshot, each, namespace),
  "snapscheduler.backube/SnapshotSchedule": (snapshot, each, _, namespace) =>
    byNamespace(snapshot, each, namespace),
  // Volumes of Longhorn join its jobs by group, which labels of the running volumes decide.
  "longhorn.io/RecurringJob": () => "unknown",
};

/** Whether the workspace holds anything that backs up volumes: without it backups are somebody else's business. */
export function hasProtectors(snapshot: Snapshot): boolean {
  return Object.keys(PROTECTORS).some((type) => snapshot.find("type", type).length > 0);
}

/** What the workspace's backup definitions do for some volumes. */
export function protectionOf(snapshot: Snapshot, subject: Subject): Protection {
  const namespace = namespaceOf(snapshot, subject.resource);
  if (namespace === undefined) return "unknown";
  const answers = Object.entries(PROTECTORS).flatMap(([type, answer]) =>
    snapshot.find("type", type).map((each) => answer(snapshot, each, subject, namespace)),
  );
  if (answers.includes("covered")) return "covered";
  return answers.includes("unknown") ? "unknown" : "uncovered";
}

/** A schedule of Velero that takes the namespace, but by its labels not these volumes. */
export function leftOutByLabel(snapshot: Snapshot, subject: Subject): Resource | undefined {
  const namespace = namespaceOf(snapshot, subject.resource);
  return snapshot
    .find("type", VELERO_SCHEDULE)
    .find(
      (schedule) =>
        namespace !== undefined &&
        takesNamespace(schedule, namespace) === "covered" &&
        isSelected(schedule, subject) === false,
    );
}

function takesNamespace(schedule: Resource, namespace: string): Protection {
  if (booleanOf(schedule.get("spec.paused")) === true) return "uncovered";
  const included = namesIn(schedule, "includedNamespaces");
  const excluded = namesIn(schedule, "excludedNamespaces");
  if (included === undefined || excluded === undefined) return "unknown";
  if (included.length > 0 && !included.some((name) => isNamed(name, namespace))) return "uncovered";
  return excluded.some((name) => isNamed(name, namespace)) ? "uncovered" : "covered";
}

function byVelero(schedule: Resource, subject: Subject, namespace: string): Protection {
  const taken = takesNamespace(schedule, namespace);
  if (taken !== "covered") return taken;
  const treatment = volumeTreatmentOf(schedule);
  if (treatment === "none" || !includesVolumes(schedule)) return "uncovered";
  const selected = isSelected(schedule, subject);
  if (selected === false) return "uncovered";
  return selected === undefined || treatment === "unknown" ? "unknown" : "covered";
}

/** Velero takes `*` in names of namespaces. */
function isNamed(pattern: string, namespace: string): boolean {
  if (!pattern.includes("*")) return pattern === namespace;
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(namespace);
}

/** Whether a schedule's label selectors take the claims or the pods that bring them along. */
function isSelected(schedule: Resource, { labels }: Subject): boolean | undefined {
  const single = schedule.get(`${TEMPLATE}.labelSelector`);
  const several = itemsOf(schedule.get(`${TEMPLATE}.orLabelSelectors`));
  const nodes = [...(single === undefined ? [] : [single]), ...several];
  if (nodes.length === 0) return true;
  const selectors = nodes.map(labelSelectorOf);
  const answers = selectors.flatMap((selector) => labels.map((each) => fits(selector, each)));
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

function fits(
  selector: Selector | undefined,
  labels: ReadonlyMap<string, string> | undefined,
): boolean | undefined {
  return selector === undefined || labels === undefined ? undefined : matches(selector, labels);
}

/** The label by which K10 selects namespaces. */
const K10_NAMESPACE = "k10.kasten.io/appNamespace";

function byK10(policy: Resource, namespace: string): Protection {
  if (!actionsOf(policy).includes("backup")) return actionsOf(policy).includes("?") ? "unknown" : "uncovered";
  const selector = policy.get("spec.selector");
  // Without a selector it is about the cluster's own resources.
  if (selector === undefined) return "uncovered";
  const wanted = k10Namespaces(selector);
  if (wanted === undefined) return "unknown";
  return wanted.some((name) => isNamed(name, namespace)) ? "covered" : "uncovered";
}

/** The kinds of actions of a K10 policy, `?` for one that a template decides. */
export function actionsOf(policy: Resource): readonly string[] {
  return itemsOf(policy.get("spec.actions")).map((action) => stringOf(nodeAt(action, "action")) ?? "?");
}

/** The namespaces that a K10 selector names; undefined when it goes by other labels. */
function k10Namespaces(selector: Node): readonly string[] | undefined {
  const requirements = labelSelectorOf(selector);
  if (requirements === undefined || entriesOf(selector).length === 0) return undefined;
  const [only] = requirements;
  if (requirements.length !== 1 || only === undefined || only.key !== K10_NAMESPACE) return undefined;
  return only.operator === "In" ? only.values : undefined;
}

function byClaim(snapshot: Snapshot, source: Resource, { claims }: Subject, namespace: string): Protection {
  if (byNamespace(snapshot, source, namespace) === "uncovered") return "uncovered";
  const claim = stringOf(source.get("spec.sourcePVC"));
  if (claim === undefined) return "unknown";
  return claims.some((name) => claim === name || (name.endsWith("-") && claim.startsWith(name)))
    ? "covered"
    : "uncovered";
}

function byNamespace(snapshot: Snapshot, protector: Resource, namespace: string): Protection {
  const own = namespaceOf(snapshot, protector);
  return own === undefined ? "unknown" : own === namespace ? "covered" : "uncovered";
}
