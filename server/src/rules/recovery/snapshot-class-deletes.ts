import { replaceText } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { CNPG_CLUSTER } from "../../recovery/cnpg.ts";
import { includesVolumes, serverOf, VELERO_SCHEDULE, volumeTreatmentOf } from "../../recovery/velero.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";

/** Fields of a CloudNativePG cluster that name the classes of its backups. */
const CLASS_FIELDS = ["className", "walClassName"];

export default defineRule({
  id: "snapshot-class-deletes",
  title: "Volume snapshots that serve as backups are deleted with their objects",
  severity: "warning",
  appliesTo: ["snapshot.storage.k8s.io/*/VolumeSnapshotClass"],
  needsWholeWorkspace: true,
  docs: {
    why: "With `deletionPolicy: Delete` the snapshot on the storage is removed as soon as its VolumeSnapshot object is. A deleted namespace deletes those objects, and with them the very backups that were meant to bring it back.",
    how: "Use `deletionPolicy: Retain` for snapshots that are kept as backups; the backup tool removes them when they expire (Velero changes the policy of what it deletes). A class is judged when something in the workspace keeps such snapshots: a Cluster of CloudNativePG names it, or it is marked for Velero and a Velero schedule leaves the snapshots where they are. Snapshots that are only copied from, as Velero's data mover does, may well be deleted, and Kasten K10 uses a class of its own that retains them.",
    sources: [
      "https://kubernetes.io/docs/concepts/storage/volume-snapshot-classes/#deletionpolicy",
      "https://velero.io/docs/main/csi/",
      "https://cloudnative-pg.io/documentation/current/appendixes/backup_volumesnapshot/",
    ],
  },
  check(snapshotClass, context) {
    const { snapshot } = context;
    if (stringOf(snapshotClass.get("deletionPolicy")) !== "Delete") return;
    if (snapshot.layout.isPatched(snapshotClass, "deletionPolicy")) return;
    const user = userOf(snapshot, snapshotClass);
    if (user === undefined) return;
    context.report(
      snapshotClass.at("deletionPolicy"),
      t(
        "{user} keeps snapshots of this class as backups, and deletionPolicy: Delete removes them from the storage together with their objects: whoever deletes the namespace deletes its backups. Use Retain.",
        { user },
      ),
      undefined,
    );
  },
  fixes: [
    {
      id: "retain",
      title: () => t("Retain snapshots when their objects are deleted"),
      preferred: false,
      edits(_, snapshotClass) {
        const node = snapshotClass.get("deletionPolicy");
        return node === undefined ? undefined : [replaceText(snapshotClass.document, node, "Retain")];
      },
    },
  ],
});

/** What keeps snapshots of the class as backups, for the message. */
function userOf(snapshot: Snapshot, snapshotClass: Resource): string | undefined {
  const cluster = snapshot
    .find("type", CNPG_CLUSTER)
    .find((each) =>
      CLASS_FIELDS.some(
        (key) => stringOf(each.get(`spec.backup.volumeSnapshot.${key}`)) === snapshotClass.name,
      ),
    );
  if (cluster !== undefined && snapshotClass.name !== undefined)
    return `Cluster ${cluster.name ?? ""}`.trimEnd();
  const label = ["metadata", "labels", "velero.io/csi-volumesnapshot-class"];
  if (stringOf(snapshotClass.get(label)) !== "true" || serverOf(snapshot).movesByDefault) return undefined;
  const schedule = snapshot.find("type", VELERO_SCHEDULE).find((each) => {
    const treatment = volumeTreatmentOf(each);
    return includesVolumes(each) && (treatment === "snapshots" || treatment === "unstated");
  });
  return schedule === undefined ? undefined : `Schedule ${schedule.name ?? ""}`.trimEnd();
}
