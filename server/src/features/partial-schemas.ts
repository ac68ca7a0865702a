import zalandoPostgresql from "../../../schemas/partial/acid.zalan.do.postgresql.json" with { type: "json" };
import cephBlockPool from "../../../schemas/partial/ceph.rook.io.cephblockpool.json" with { type: "json" };
import cephCluster from "../../../schemas/partial/ceph.rook.io.cephcluster.json" with { type: "json" };
import cephFilesystem from "../../../schemas/partial/ceph.rook.io.cephfilesystem.json" with { type: "json" };
import cephObjectStore from "../../../schemas/partial/ceph.rook.io.cephobjectstore.json" with {
  type: "json",
};
import kastenPolicy from "../../../schemas/partial/config.kio.kasten.io.policy.json" with { type: "json" };
import kastenProfile from "../../../schemas/partial/config.kio.kasten.io.profile.json" with { type: "json" };
import dNSEndpoint from "../../../schemas/partial/externaldns.k8s.io.dnsendpoint.json" with { type: "json" };
import k8gbAbsaGslb from "../../../schemas/partial/k8gb.absa.oss.gslb.json" with { type: "json" };
import k8gbGslb from "../../../schemas/partial/k8gb.io.gslb.json" with { type: "json" };
import kafka from "../../../schemas/partial/kafka.strimzi.io.kafka.json" with { type: "json" };
import virtualMachine from "../../../schemas/partial/kubevirt.io.virtualmachine.json" with { type: "json" };
import perconaPGCluster from "../../../schemas/partial/pgv2.percona.com.perconapgcluster.json" with {
  type: "json",
};
import cnpgBackup from "../../../schemas/partial/postgresql.cnpg.io.backup.json" with { type: "json" };
import cnpgCluster from "../../../schemas/partial/postgresql.cnpg.io.cluster.json" with { type: "json" };
import cnpgScheduledBackup from "../../../schemas/partial/postgresql.cnpg.io.scheduledbackup.json" with {
  type: "json",
};
import perconaServerMongoDB from "../../../schemas/partial/psmdb.percona.com.perconaservermongodb.json" with {
  type: "json",
};
import perconaXtraDBCluster from "../../../schemas/partial/pxc.percona.com.perconaxtradbcluster.json" with {
  type: "json",
};
import rabbitmqCluster from "../../../schemas/partial/rabbitmq.com.rabbitmqcluster.json" with {
  type: "json",
};
import veleroBackup from "../../../schemas/partial/velero.io.backup.json" with { type: "json" };
import veleroBackupStorageLocation from "../../../schemas/partial/velero.io.backupstoragelocation.json" with {
  type: "json",
};
import veleroSchedule from "../../../schemas/partial/velero.io.schedule.json" with { type: "json" };
import veleroVolumeSnapshotLocation from "../../../schemas/partial/velero.io.volumesnapshotlocation.json" with {
  type: "json",
};
import type { JsonSchema, ProvidedSchema } from "../schema/types.ts";

/** What is known of a kind that an operator defines: the fields that decide about availability, and nothing about others. */
interface PartialSchema {
  readonly group: string;
  readonly versions: readonly string[];
  readonly kind: string;
  /** The documentation the fields were taken from. */
  readonly source: string;
  readonly schema: JsonSchema;
}

/** Every file of schemas/partial that describes a kind; a test holds the list to the folder. */
const PARTIAL: readonly PartialSchema[] = [
  zalandoPostgresql,
  cephBlockPool,
  cephCluster,
  cephFilesystem,
  cephObjectStore,
  kastenPolicy,
  kastenProfile,
  dNSEndpoint,
  k8gbAbsaGslb,
  k8gbGslb,
  kafka,
  virtualMachine,
  perconaPGCluster,
  cnpgBackup,
  cnpgCluster,
  cnpgScheduledBackup,
  perconaServerMongoDB,
  perconaXtraDBCluster,
  rabbitmqCluster,
  veleroBackup,
  veleroBackupStorageLocation,
  veleroSchedule,
  veleroVolumeSnapshotLocation,
];

/** The schemas as the service takes them. CustomResourceDefinitions of the workspace come later and precede them. */
export const partialSchemas: readonly ProvidedSchema[] = PARTIAL.flatMap(
  ({ group, versions, kind, schema }) =>
    versions.map((version) => ({
      apiVersion: `${group}/${version}`,
      kind,
      isPartial: true,
      load: () => schema,
    })),
);
