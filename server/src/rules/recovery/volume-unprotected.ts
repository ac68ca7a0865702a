import { type Message, t } from "../../model/message.ts";
import { itemsOf, nodeAt, stringMapOf, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { hasProtectors, leftOutByLabel, protectionOf } from "../../recovery/protection.ts";
import { optsIn } from "../../recovery/velero.ts";
import { namespaceOf } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { claimsNamed, podVolumesOf } from "../../workspace/volumes.ts";
import type { Workload } from "../../workspace/workload.ts";
import { defineWorkloadRule } from "../rule.ts";
import { isDumped } from "./backup-job.ts";

/** The claims of a workload. */
interface Claims {
  readonly names: readonly string[];
  readonly labels: readonly (ReadonlyMap<string, string> | undefined)[];
  readonly path: string;
}

/** A label that keeps Velero away. */
const EXCLUDED = "velero.io/exclude-from-backup";

export default defineWorkloadRule({
  id: "volume-unprotected",
  title: "Volumes that no backup takes",
  severity: "warning",
  types: ["apps/StatefulSet", "apps/Deployment"],
  needsWholeWorkspace: true,
  docs: {
    why: "A schedule that names its namespaces or labels is written once, and workloads come later. Volumes that no schedule takes are noticed when they are to be restored.",
    how: "Add the namespace or the label to a schedule. Judged only where the workspace holds backup definitions at all (Velero, Kasten K10, VolSync, k8up, SnapScheduler); a workload in whose namespace a CronJob dumps a database is left alone, as is one that the label `velero.io/exclude-from-backup` keeps out on purpose or whose pods name volumes to Velero (`backup.velero.io/backup-volumes`). Where templates, resource policies or labels of others decide, nothing is reported.",
    sources: [
      "https://velero.io/docs/main/resource-filtering/",
      "https://docs.kasten.io/latest/api/policies/",
      "https://volsync.readthedocs.io/en/stable/usage/index.html",
    ],
  },
  check(workload, context) {
    const { snapshot } = context;
    const { resource } = workload;
    const claims = claimsOf(snapshot, workload);
    if (claims === undefined || !hasProtectors(snapshot) || isExcluded(workload, claims)) return;
    if (isDumped(snapshot, resource)) return;
    const subject = { resource, claims: claims.names, labels: claims.labels };
    if (protectionOf(snapshot, subject) !== "uncovered") return;
    context.report(
      resource.at(claims.path),
      messageFor(workload, claims, namespaceOf(snapshot, resource) ?? "", leftOutByLabel(snapshot, subject)),
      undefined,
    );
  },
});

function messageFor(
  { resource }: Workload,
  { names }: Claims,
  namespace: string,
  selective: Resource | undefined,
): Message {
  const values = {
    kind: resource.kind,
    name: resource.name ?? "",
    claims: names.map((each) => each.replace(/-$/, "-*")).join(", "),
    namespace,
  };
  return selective === undefined
    ? t(
        "No schedule of this workspace backs up the volumes of {kind} {name} ({claims}): with the storage their data is gone. Add namespace {namespace} to one.",
        values,
      )
    : t(
        "Schedule {schedule} backs up namespace {namespace}, but its label selector leaves out the volumes of {kind} {name} ({claims}): with the storage their data is gone. Give the claims a label that it selects.",
        { ...values, schedule: selective.name ?? "" },
      );
}

function claimsOf(snapshot: Snapshot, workload: Workload): Claims | undefined {
  const { resource, podLabels } = workload;
  const templates = itemsOf(resource.get("spec.volumeClaimTemplates"));
  if (templates.length > 0) {
    const selected = stringMapOf(resource.get("spec.selector.matchLabels"));
    return {
      names: templates.map(
        (each) => `${stringOf(nodeAt(each, "metadata.name")) ?? ""}-${resource.name ?? ""}-`,
      ),
      labels: [podLabels, selected, ...templates.map((each) => stringMapOf(nodeAt(each, "metadata.labels")))],
      path: "spec.volumeClaimTemplates",
    };
  }
  const names = podVolumesOf(workload).flatMap(({ volume }) => {
    const claim = nodeAt(volume, "persistentVolumeClaim");
    return stringOf(nodeAt(claim, "readOnly")) === "true" ? [] : (stringOf(nodeAt(claim, "claimName")) ?? []);
  });
  if (names.length === 0) return undefined;
  const found = names.flatMap((name) => claimsNamed(snapshot, workload, name));
  return {
    names,
    labels: [podLabels, ...found.map((claim) => claim.labels)],
    path: "spec.template.spec.volumes",
  };
}

/** Whether its volumes are kept out on purpose, or named to Velero one by one. */
function isExcluded({ resource }: Workload, { labels }: Claims): boolean {
  if (optsIn(resource)) return true;
  return [resource.labels, ...labels].some((each) => each?.get(EXCLUDED) === "true");
}
