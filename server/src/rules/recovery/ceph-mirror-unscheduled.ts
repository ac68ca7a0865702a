import { t } from "../../model/message.ts";
import { booleanOf, nodeAt, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";

/** What schedules mirror snapshots image by image instead: csi-addons (two groups over time) and Ramen. */
const SCHEDULERS = [
  "replication.storage.openshift.io/VolumeReplicationClass",
  "replication.storage.openshift.io/VolumeGroupReplicationClass",
  "ramendr.openshift.io/DRPolicy",
];

export default defineRule({
  id: "ceph-mirror-unscheduled",
  title: "Ceph mirroring has no snapshot schedule",
  severity: "warning",
  appliesTo: [
    "ceph.rook.io/*/CephBlockPool",
    "ceph.rook.io/*/CephBlockPoolRadosNamespace",
    "ceph.rook.io/*/CephFilesystem",
  ],
  needsWholeWorkspace: true,
  docs: {
    why: "Mirroring of images one by one (`mode: image`) and of file systems sends snapshots, and somebody has to take them. Without a schedule the other site holds what was there when mirroring was switched on, or when somebody last made a snapshot by hand; everything since is lost with this site.",
    how: "Add `mirroring.snapshotSchedules` with an interval below the RPO. A VolumeReplicationClass of csi-addons or a DRPolicy of Ramen in the workspace counts as a schedule. `mode: pool` sends the journal of each image and needs none.",
    sources: [
      "https://rook.io/docs/rook/latest/CRDs/Block-Storage/ceph-block-pool-crd/#mirroring",
      "https://docs.ceph.com/en/latest/rbd/rbd-mirroring/#create-image-mirror-snapshots",
      "https://rook.io/docs/rook/latest/CRDs/Shared-Filesystem/ceph-filesystem-crd/",
    ],
  },
  check(resource, context) {
    const { snapshot } = context;
    if (!sendsSnapshots(resource) || snapshot.layout.isPatched(resource, "spec.mirroring")) return;
    const schedules = resource.get("spec.mirroring.snapshotSchedules");
    if (schedules !== undefined && (schedules.kind !== "seq" || schedules.items.some(hasInterval))) return;
    if (isScheduledElsewhere(snapshot)) return;
    context.report(
      resource.at("spec.mirroring"),
      t(
        "{kind} {name} is mirrored by snapshots, but nothing takes them: the other site stays at the state of the day mirroring was set up, and all changes since are lost with this one. Add snapshotSchedules with an interval below the RPO.",
        { kind: resource.kind, name: resource.name ?? "" },
      ),
      undefined,
    );
  },
});

function sendsSnapshots(resource: Resource): boolean {
  const mirroring = resource.get("spec.mirroring");
  if (resource.kind === "CephFilesystem") return booleanOf(nodeAt(mirroring, "enabled")) === true;
  if (stringOf(nodeAt(mirroring, "mode")) !== "image") return false;
  // A namespace of a pool is mirrored as soon as it says how.
  return resource.kind !== "CephBlockPool" || booleanOf(nodeAt(mirroring, "enabled")) === true;
}

function hasInterval(schedule: Parameters<typeof nodeAt>[0]): boolean {
  const interval = nodeAt(schedule, "interval");
  return interval?.kind === "scalar" && (interval.unknown || interval.source !== "");
}

function isScheduledElsewhere(snapshot: Snapshot): boolean {
  return SCHEDULERS.some((type) => snapshot.find("type", type).length > 0);
}
