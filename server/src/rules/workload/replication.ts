import { itemsOf, nodeAt, stringOf } from "../../model/node.ts";
import { quorumGroupOf } from "../../workspace/quorum.ts";
import type { Workload } from "../../workspace/workload.ts";

/** Systems that keep copies of their data in several members, or whose members each collect their own, by image. */
const REPLICATING =
  /(?:^|[/-])(?:aerospike|alertmanager|arangodb|bookkeeper|cassandra|ceph|clickhouse|cockroach|consul|cortex|couchbase|couchdb|dgraph|druid|elasticsearch|etcd|garage|hazelcast|ignite|kafka|keydb|loki|milvus|mimir|minio|mongo|mongodb|nats|neo4j|opensearch|patroni|percona-xtradb-cluster|prometheus|pulsar|qdrant|rabbitmq|redis|redpanda|rethinkdb|scylla|seaweedfs|solr|spilo|tempo|thanos|tidb|tikv|valkey|vault|victoria-metrics|vmstorage|weaviate|yugabyte|zookeeper)(?:$|[:@/_-])/;

const WORDS =
  /replica|cluster|galera|quorum|raft|gossip|primary|secondary|master|slave|standby|leader|follower|\bpeers?\b|\bseeds?\b|\bjoin\b/i;

/**
 * Whether something says that the pods of a workload with several replicas hold copies of each other's data: the system
 * is known for it, or its template (comments included) or annotations speak of it.
 */
export function statesReplication(workload: Workload): boolean {
  const { resource, template, podSpec } = workload;
  if (quorumGroupOf(resource) !== undefined) return true;
  const images = itemsOf(nodeAt(podSpec, "containers")).map((node) => stringOf(nodeAt(node, "image")) ?? "");
  if (images.some((image) => REPLICATING.test(image.toLowerCase()))) return true;
  return [template, resource.get("metadata.annotations")].some((node) => {
    if (node === undefined) return false;
    const { text } = resource.document;
    const lineEnd = text.indexOf("\n", node.range.end);
    const said = text.slice(node.range.start, lineEnd < 0 ? text.length : lineEnd);
    // The cluster's domain says nothing about the workload.
    return WORDS.test(said.replaceAll("cluster.local", ""));
  });
}
