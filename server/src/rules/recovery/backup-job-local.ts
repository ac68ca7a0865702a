import { t } from "../../model/message.ts";
import { entriesOf, itemsOf, nodeAt, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { protectionOf } from "../../recovery/protection.ts";
import { mayShareNamespace } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { podSpecPath } from "../../workspace/spread.ts";
import { workloadOf } from "../../workspace/workload.ts";
import { defineRule } from "../rule.ts";
import { type BackupJob, backupJobOf } from "./backup-job.ts";

/** Words of programs, images and variables that take a backup elsewhere, or of scripts that nobody can read here. */
const ELSEWHERE =
  /s3|\baws\b|minio|\bmc\b|rclone|restic|kopia|borg|duplicity|azcopy|\baz\b|azure|gsutil|gcloud|gs:|gcs|swift|\b(?:oss|obs|cos)(?:util|cmd|cli|\b)|b2|upload|remote|bucket|object.?stor|\bscp\b|sftp|rsync|\bssh\b|\bftp|\bcurl\b|\bwget\b|\bnc\b|https?:|wal-g|pgbackrest|barman|\bvelero\b|\.(?:sh|py|pl|rb|js)\b|[{$]\{?[A-Z_]*(?:CMD|COMMAND|SCRIPT)|\?/i;

/** Storage classes and drivers whose volumes are usually on another system. */
const NETWORK = /nfs|smb|cifs|s3|efs|filestore|azurefile|blob|nas\b|juicefs|gcsfuse|offsite|remote/i;

export default defineRule({
  id: "backup-job-local",
  title: "Backups stay in the cluster they are of",
  severity: "warning",
  appliesTo: ["batch/*/CronJob"],
  needsWholeWorkspace: true,
  docs: {
    why: "A dump on a claim of the same cluster is on the same storage as the database: a lost array, a deleted namespace or an encrypted cluster takes both. It helps against a wrong DELETE, and against nothing that DR is for.",
    how: "Copy each dump to a bucket or host at another site, best one that does not let it be changed (object lock). A second container with rclone or the cloud's own client does. Where the claim itself is backed up by Velero, K10, VolSync or k8up, or its storage class is on another system, nothing is reported.",
    sources: ["https://kubernetes.io/docs/concepts/storage/persistent-volumes/"],
  },
  check(cronJob, context) {
    const { snapshot } = context;
    const job = backupJobOf(cronJob);
    const workload = workloadOf(cronJob);
    if (job === undefined || workload === undefined || ELSEWHERE.test(job.text) || readsMore(job)) return;
    if (snapshot.layout.isPatched(cronJob, podSpecPath(workload, "containers"))) return;
    const volumes = itemsOf(nodeAt(job.podSpec, "volumes"));
    const kinds = volumes.map((volume) => entriesOf(volume).map(({ key }) => key.source));
    if (!kinds.every((keys) => keys.every((key) => LOCAL.has(key)))) return;
    const claims = volumes.flatMap((volume) => nodeAt(volume, "persistentVolumeClaim.claimName") ?? []);
    const [claim] = claims;
    const name = stringOf(claim);
    if (claim === undefined || name === undefined || claims.length > 1 || NETWORK.test(name)) return;
    if (isElsewhere(snapshot, cronJob, name) || isCopied(snapshot, cronJob, name)) return;
    context.report(
      cronJob.locate(claim),
      t(
        "{program} writes to claim {claim} of the same cluster and nowhere else: what takes the cluster or its storage takes the backups too. Copy them to another site.",
        { program: job.program, claim: name },
      ),
      undefined,
    );
  },
});

/** Volumes that take nothing out of the cluster. */
const LOCAL = new Set([
  "name",
  "persistentVolumeClaim",
  "emptyDir",
  "secret",
  "configMap",
  "projected",
  "downwardAPI",
]);

/** Variables from elsewhere may say more than the manifest shows. */
function readsMore({ podSpec }: BackupJob): boolean {
  return ["initContainers", "containers"]
    .flatMap((list) => itemsOf(nodeAt(podSpec, list)))
    .some(
      (container) => nodeAt(container, "command") === undefined && nodeAt(container, "args") === undefined,
    );
}

/** Whether the claim's volume is on another system, or nobody can say. */
function isElsewhere(snapshot: Snapshot, cronJob: Resource, name: string): boolean {
  const claims = snapshot
    .find("name", `/PersistentVolumeClaim/${name}`)
    .filter((claim) => mayShareNamespace(snapshot, cronJob, claim));
  return claims.some((claim) => {
    const storageClass = stringOf(claim.get("spec.storageClassName"));
    if (claim.get("spec.volumeName") !== undefined || claim.get("spec.selector") !== undefined) return true;
    return storageClass !== undefined && isNetworkClass(snapshot, storageClass);
  });
}

function isNetworkClass(snapshot: Snapshot, name: string): boolean {
  const provisioners = snapshot
    .find("name", `storage.k8s.io/StorageClass/${name}`)
    .map((found) => stringOf(found.get("provisioner")) ?? "");
  return NETWORK.test(name) || provisioners.some((provisioner) => NETWORK.test(provisioner));
}

function isCopied(snapshot: Snapshot, cronJob: Resource, claim: string): boolean {
  const subject = { resource: cronJob, claims: [claim], labels: [undefined] };
  return protectionOf(snapshot, subject) === "covered";
}
