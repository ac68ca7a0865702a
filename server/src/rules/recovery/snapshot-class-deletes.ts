import { replaceText } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { field, stringOf, valueOr } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { CNPG_CLUSTER } from "../../recovery/cnpg.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";

/** Fields of a CloudNativePG cluster that name the classes of its backups. */
const FIELDS = ["className", "walClassName"];

/** Snapshots on a schedule, which stay in the namespace of the volumes. */
const SNAPSHOT_SCHEDULE = "snapscheduler.backube/SnapshotSchedule";
const TEMPLATE_CLASS = "spec.snapshotTemplate.snapshotClassName";

export default defineRule({
  id: "snapshot-class-deletes",
  title: "Volume snapshots that serve as backups are deleted with their objects",
  severity: "warning",
  appliesTo: ["snapshot.storage.k8s.io/*/VolumeSnapshotClass"],
  needsWholeWorkspace: true,
  docs: {
    why: "With `deletionPolicy: Delete` the snapshot on the storage is removed as soon as its VolumeSnapshot object is. A deleted namespace deletes those objects, and with them the very backups that were meant to bring it back.",
    how: "Use `deletionPolicy: Retain` for snapshots that are kept as backups, and remove those that have expired from the storage too. A class is judged when something in the workspace keeps such snapshots as objects in the namespace of the volumes: a Cluster of CloudNativePG, or a SnapshotSchedule of SnapScheduler. Velero removes the objects once they are uploaded, so that its snapshots outlive the namespace; what is only copied or cloned from may well be deleted.",
    sources: [
      "https://kubernetes.io/docs/concepts/storage/volume-snapshot-classes/#deletionpolicy",
      "https://cloudnative-pg.io/documentation/current/appendixes/backup_volumesnapshot/",
      "https://backube.github.io/snapscheduler/usage.html",
      "https://velero.io/docs/main/csi/",
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
  const { name } = snapshotClass;
  if (name === undefined) return undefined;
  const isDefault =
    snapshotClass.annotation("snapshot.storage.kubernetes.io/is-default-class") === "true" ? name : undefined;
  const user =
    snapshot
      .find("type", CNPG_CLUSTER)
      .find((each) =>
        FIELDS.some((key) => stringOf(each.get(`spec.backup.volumeSnapshot.${key}`)) === name),
      ) ??
    snapshot
      .find("type", SNAPSHOT_SCHEDULE)
      .find((each) => valueOr(field(each.get(TEMPLATE_CLASS), stringOf), isDefault) === name);
  return user === undefined ? undefined : `${user.kind} ${user.name ?? ""}`.trimEnd();
}
