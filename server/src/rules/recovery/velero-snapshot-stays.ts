import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { booleanOf } from "../../model/node.ts";
import {
  includesVolumes,
  serverOf,
  TEMPLATE,
  VELERO_SCHEDULE,
  volumeTreatmentOf,
} from "../../recovery/velero.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "velero-snapshot-stays",
  title: "Snapshots stay beside the volumes they are of",
  severity: "warning",
  appliesTo: [VELERO_SCHEDULE.replace("/", "/*/")],
  needsWholeWorkspace: true,
  docs: {
    why: "Without data movement only the resources go to the bucket. The snapshots remain on the storage system, or at best in the region, of the volumes: a lost array, site or region takes the volumes and their backups together, and no cluster elsewhere can restore them.",
    how: "Set `snapshotMoveData: true`, which copies the data of CSI snapshots to the backup storage location; the node agent has to run. Where the storage itself replicates its snapshots to the other site, suppress the finding with that reason.",
    sources: [
      "https://velero.io/docs/main/csi-snapshot-data-movement/",
      "https://velero.io/docs/main/api-types/backup/",
    ],
  },
  check(schedule, context) {
    const { snapshot } = context;
    if (snapshot.layout.isPatched(schedule, TEMPLATE) || !includesVolumes(schedule)) return;
    if (volumeTreatmentOf(schedule) !== "snapshots") return;
    const stated = booleanOf(schedule.get(`${TEMPLATE}.snapshotMoveData`));
    const { filesByDefault, movesByDefault } = serverOf(snapshot);
    // What the schedule does not say, the server's flags decide.
    if (stated === undefined && movesByDefault) return;
    if (filesByDefault && schedule.get(`${TEMPLATE}.defaultVolumesToFsBackup`) === undefined) return;
    context.report(
      schedule.at(stated === undefined ? `${TEMPLATE}.snapshotVolumes` : `${TEMPLATE}.snapshotMoveData`),
      t(
        "Backups of {name} take snapshots but move no data: they stay on the storage system of the volumes, or at best in its region, and are lost together with it. Set snapshotMoveData: true to copy them to the bucket.",
        { name: schedule.name ?? "" },
      ),
      undefined,
    );
  },
  fixes: [
    {
      id: "move-data",
      title: () => t("Copy the snapshots' data to the bucket"),
      preferred: false,
      needsConfirmation: true,
      edits: (_, schedule) =>
        setPath(schedule, `${TEMPLATE}.snapshotMoveData`, true, { after: ["snapshotVolumes"] }),
    },
  ],
});
