import { type Message, t } from "../../model/message.ts";
import { booleanOf, itemsOf, type Node, nodeAt, stringOf } from "../../model/node.ts";
import { RANCHER_SERVER } from "../../model/rancher.ts";
import type { Resource } from "../../model/resource.ts";
import { wordsOf } from "../../workspace/program-flags.ts";
import { nameOf, type QuorumGroup, quorumGroupOf, votersOf } from "../../workspace/quorum.ts";
import { isOn, joinedHost, optionOf, otherServers, runsEtcd } from "../../workspace/rancher-server.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { podOwners, workloadOf } from "../../workspace/workload.ts";
import { defineRule } from "../rule.ts";

/** The option of RKE2 and K3s that switches snapshots off. */
const SWITCH = "etcd-disable-snapshots";

export default defineRule({
  id: "etcd-backup-missing",
  title: "No snapshot of etcd is scheduled",
  severity: "warning",
  // Where a backup can be judged here: control planes of Cluster API are backed up elsewhere.
  appliesTo: ["apps/*/StatefulSet", "druid.gardener.cloud/*/Etcd", "rancher/*/ServerConfig"],
  needsWholeWorkspace: true,
  docs: {
    why: "A quorum protects from lost machines, not from what is written: a wrong `kubectl delete`, a broken controller or a lost majority of disks leaves nothing to start from. Without a snapshot outside the cluster the whole state of Kubernetes is gone, and copies of the members' disks taken one after the other do not fit together.",
    how: "Run `etcdctl snapshot save` on a schedule, from one member, to storage at another place, and try to restore it. A CronJob or a sidecar that does so anywhere in the workspace counts, as do etcd-druid's `spec.backup.store` and workloads of etcd-backup-restore. Servers of RKE2 and K3s (their `config.yaml`) take snapshots every 12 hours unless `etcd-disable-snapshots` says otherwise; `etcd-s3` brings them to another place. What runs outside of the workspace cannot be seen: suppress the finding with the place where it is.",
    sources: [
      "https://etcd.io/docs/latest/op-guide/recovery/#snapshotting-the-keyspace",
      "https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#backing-up-an-etcd-cluster",
      "https://github.com/gardener/etcd-druid/blob/master/api/core/v1alpha1/etcd.go",
      "https://docs.rke2.io/datastore/backup_restore",
    ],
  },
  check(resource, context) {
    const { snapshot } = context;
    if (resource.type === RANCHER_SERVER) {
      const off = switchedOff(snapshot, resource);
      if (off !== undefined) context.report(resource.locate(off), forServer(), undefined);
      return;
    }
    const group = quorumGroupOf(resource);
    if (group?.system !== "etcd" || isOpen(snapshot, group)) return;
    const voters = votersOf(snapshot, group);
    if (voters === undefined || voters < 1 || hasStore(resource) || isSnapshotTaken(snapshot)) return;
    context.report(
      resource.title,
      t(
        "Nothing in the workspace takes snapshots of {name}: a wrong deletion is at once on all of its voters ({voters}), and with their disks the data is gone. Schedule “etcdctl snapshot save” to another place.",
        { name: nameOf(group), voters },
      ),
      undefined,
    );
  },
});

/** What switches the snapshots of an RKE2 or K3s server off, where no other server of the cluster takes them. */
function switchedOff(snapshot: Snapshot, server: Resource): Node | undefined {
  if (!runsEtcd(server) || isOn(server, SWITCH) !== true || isSnapshotTaken(snapshot)) return undefined;
  const isTakenElsewhere = otherServers(snapshot, server).some(
    (other) => isOn(other, SWITCH) !== true && (runsEtcd(other) || joinedHost(other) !== undefined),
  );
  return isTakenElsewhere ? undefined : optionOf(server, SWITCH);
}

function forServer(): Message {
  return t(
    "etcd-disable-snapshots switches off the snapshots that this server would take every 12 hours, and nothing else in the workspace takes any: a wrong deletion is at once on every server, and with their disks the cluster is gone. Remove it, and bring the snapshots to another place with etcd-s3.",
  );
}

/** More is deployed beside it than the workspace shows. */
function isOpen(snapshot: Snapshot, { resource }: QuorumGroup): boolean {
  return snapshot.layout.isOpen(resource.document.uri) || snapshot.layout.patchesFor(resource).length > 0;
}

function hasStore(resource: Resource): boolean {
  return resource.type === "druid.gardener.cloud/Etcd" && resource.get("spec.backup.store") !== undefined;
}

/** Whether any pods of the workspace take snapshots: a switched-off CronJob does not. */
function isSnapshotTaken(snapshot: Snapshot): boolean {
  return podOwners.some((type) => snapshot.find("type", type).some(takesSnapshots));
}

function takesSnapshots(resource: Resource): boolean {
  return resource.derive(readTaker);
}

function readTaker(resource: Resource): boolean {
  if (booleanOf(resource.get("spec.suspend")) === true) return false;
  const podSpec = workloadOf(resource)?.podSpec;
  return ["initContainers", "containers"].flatMap((list) => itemsOf(nodeAt(podSpec, list))).some(isTaker);
}

function isTaker(container: Node): boolean {
  const image = stringOf(nodeAt(container, "image")) ?? "";
  const script = wordsOf(container)
    .map((word) => stringOf(word) ?? "?")
    .join(" ");
  return (
    /etcd-?(?:backup|brctl|snapshot|dump)|backup-restore/i.test(image) ||
    /\bsnapshot\s+save\b|etcdbrctl|etcd-?(?:backup|snapshot)/i.test(script)
  );
}
