import type { Resource } from "../model/resource.ts";
import { memberSources } from "./quorum-members.ts";
import { mayShareNamespace, together } from "./scope.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * Custom resources whose operators make pods with labels of their own choice, and deployments of charts that are
 * not in the workspace. Whatever selects pods beside one of them may well mean its pods.
 */
const OTHERS: readonly string[] = [
  "acid.zalan.do/postgresql",
  "argoproj.io/Application",
  "argoproj.io/ApplicationSet",
  "cassandra.datastax.com/CassandraDatacenter",
  "clickhouse.altinity.com/ClickHouseInstallation",
  "crdb.cockroachlabs.com/CrdbCluster",
  "helm.cattle.io/HelmChart",
  "helm.toolkit.fluxcd.io/HelmRelease",
  "kafka.strimzi.io/KafkaBridge",
  "kafka.strimzi.io/KafkaConnect",
  "kafka.strimzi.io/KafkaMirrorMaker2",
  "kibana.k8s.elastic.co/Kibana",
  "monitoring.coreos.com/Alertmanager",
  "monitoring.coreos.com/Prometheus",
  "monitoring.coreos.com/ThanosRuler",
  "mysql.oracle.com/InnoDBCluster",
  "postgres-operator.crunchydata.com/PostgresCluster",
  "postgresql.cnpg.io/Cluster",
  "ps.percona.com/PerconaServerMySQL",
  "psmdb.percona.com/PerconaServerMongoDB",
  "redis.redis.opstreelabs.in/RedisCluster",
  "scylla.scylladb.com/ScyllaCluster",
  "serving.knative.dev/Service",
  "solr.apache.org/SolrCloud",
];

/** Types (`group/Kind`) of resources that bring pods of their own, beside those with a pod template. */
export const podMakers: readonly string[] = [
  ...new Set([...memberSources.flatMap((source) => source.types), ...OTHERS]),
];

/** Whether something deployed together with `from` brings pods that no template here shows. */
export function bringsForeignPods(snapshot: Snapshot, from: Resource): boolean {
  return podMakers
    .flatMap((type) => together(snapshot, from, snapshot.find("type", type)))
    .some((maker) => mayShareNamespace(snapshot, from, maker));
}
