import { t } from "../../model/message.ts";
import { booleanOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import {
  includesVolumes,
  optsIn,
  serverOf,
  TEMPLATE,
  VELERO_SCHEDULE,
  volumeTreatmentOf,
} from "../../recovery/velero.ts";
import { ANY } from "../../workspace/indexes.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "velero-volumes-left-out",
  title: "Velero's backups hold no volumes",
  severity: "warning",
  appliesTo: [VELERO_SCHEDULE.replace("/", "/*/")],
  needsWholeWorkspace: true,
  docs: {
    why: "A backup without the volumes' data restores Deployments and StatefulSets with empty disks. `snapshotVolumes: false` leaves the data out, moved or not, unless pods are copied as files (`defaultVolumesToFsBackup`) or a resource policy says otherwise. Where nothing is said, Velero takes snapshots only of volumes whose driver it finds a VolumeSnapshotLocation or a marked VolumeSnapshotClass for, and leaves out the rest with no more than a line in its log.",
    how: "State it: `snapshotMoveData: true` (snapshots whose data is copied to the bucket), `defaultVolumesToFsBackup: true` (files), or `snapshotVolumes: true`. Where resources alone are meant, exclude `persistentvolumeclaims` and `persistentvolumes`: then nothing pretends to be restorable.",
    sources: [
      "https://velero.io/docs/main/api-types/backup/",
      "https://github.com/vmware-tanzu/velero/blob/main/internal/volumehelper/volume_policy_helper.go",
      "https://velero.io/docs/main/csi/",
    ],
  },
  check(schedule, context) {
    const { snapshot } = context;
    if (schedule.get(TEMPLATE)?.kind !== "map" || snapshot.layout.isPatched(schedule, TEMPLATE)) return;
    if (booleanOf(schedule.get("spec.paused")) === true || !includesVolumes(schedule)) return;
    // Pods may name volumes that are copied as files all the same: which of them are left out, nobody follows here.
    if (snapshot.find("podLabel", ANY).some(optsIn)) return;
    const name = schedule.name ?? "";
    const treatment = volumeTreatmentOf(schedule);
    if (treatment === "none" && !serverOf(snapshot).filesByDefault) {
      context.report(
        schedule.at(`${TEMPLATE}.snapshotVolumes`),
        t(
          "Backups of {name} hold the resources, but no data: snapshotVolumes is false and no files are copied, so a restore brings back empty volumes. Use snapshotMoveData or defaultVolumesToFsBackup, or exclude the claims.",
          { name },
        ),
        undefined,
      );
    } else if (treatment === "unstated" && !isTakenByDefault(snapshot)) {
      context.report(
        schedule.at(TEMPLATE),
        t(
          "Nothing says what becomes of the volumes in backups of {name}, and no VolumeSnapshotLocation or marked VolumeSnapshotClass is here that would take snapshots of them: they may be left out without an error. State snapshotMoveData, defaultVolumesToFsBackup or snapshotVolumes.",
          { name },
        ),
        undefined,
      );
    }
  },
});

/** Whether the workspace shows something that takes volumes into backups which say nothing about them. */
function isTakenByDefault(snapshot: Snapshot): boolean {
  const { filesByDefault, movesByDefault } = serverOf(snapshot);
  if (filesByDefault || movesByDefault) return true;
  return (
    snapshot.find("type", "velero.io/VolumeSnapshotLocation").length > 0 ||
    snapshot.find("type", "snapshot.storage.k8s.io/VolumeSnapshotClass").some(isMarked)
  );
}

/** Marked for Velero, or the default of its driver. */
function isMarked(snapshotClass: Resource): boolean {
  return (
    snapshotClass.labels?.get("velero.io/csi-volumesnapshot-class") === "true" ||
    snapshotClass.annotation("snapshot.storage.kubernetes.io/is-default-class") === "true"
  );
}
