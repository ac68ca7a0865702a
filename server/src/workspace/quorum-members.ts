import {
  booleanOf,
  type Field,
  field,
  integerOf,
  itemsOf,
  nodeAt,
  type Path,
  type Step,
  stringOf,
} from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { elasticsearchMasters } from "./quorum-elasticsearch.ts";

/** A number of voters and where it stands. */
export interface Counted {
  readonly voters: Field<number>;
  readonly path: Path;
}

/** How a custom resource states how many members vote. Adding a system is one entry. */
export interface MemberSource {
  readonly system: string;
  readonly types: readonly string[];
  /** Where the field is defined. */
  readonly source: string;
  /** Steps to the number of voters. */
  readonly path: Path;
  /** The operator's default; undefined where it has none or it differs between versions. */
  readonly fallback: number | undefined;
  /** Whether this resource has voters at all; without it, always. */
  readonly votes?: (resource: Resource) => boolean;
  /** Where one path does not say it all. */
  readonly count?: (resource: Resource) => Counted | undefined;
  /** The operator does not let members join a running group: only people can. */
  readonly fixed?: boolean;
  /** The cluster whose voters several resources share, as `group/Kind/name` of what declares it. */
  readonly cluster?: (resource: Resource) => string | undefined;
}

const CONTROL_PLANE = "controlplane.cluster.x-k8s.io";

/** Every custom resource that is known to hold voters. */
export const memberSources: readonly MemberSource[] = [
  {
    system: "etcd",
    types: ["operator.etcd.io/EtcdCluster", "etcd.database.coreos.com/EtcdCluster"],
    source: "https://github.com/etcd-io/etcd-operator/blob/main/api/v1alpha1/etcdcluster_types.go",
    path: "spec.size",
    fallback: undefined,
  },
  {
    system: "etcd",
    types: ["etcd.aenix.io/EtcdCluster", "druid.gardener.cloud/Etcd"],
    source: "https://github.com/gardener/etcd-druid/blob/master/api/core/v1alpha1/etcd.go",
    path: "spec.replicas",
    fallback: undefined,
  },
  {
    system: "etcd",
    types: [`${CONTROL_PLANE}/KubeadmControlPlane`],
    source: "https://github.com/kubernetes-sigs/cluster-api/tree/main/api/controlplane/kubeadm",
    path: "spec.replicas",
    fallback: 1,
    votes: (resource) =>
      resource.get("spec.kubeadmConfigSpec.clusterConfiguration.etcd.external") === undefined,
  },
  {
    system: "etcd",
    types: [`${CONTROL_PLANE}/RKE2ControlPlane`, `${CONTROL_PLANE}/KThreesControlPlane`],
    source: "https://github.com/rancher/cluster-api-provider-rke2/blob/main/controlplane/api",
    path: "spec.replicas",
    fallback: 1,
    votes: (resource) =>
      !["spec.serverConfig", "spec.kthreesConfigSpec.serverConfig"].some((path) =>
        hasKey(resource, path, /datastore/i),
      ),
  },
  {
    system: "etcd",
    types: [`${CONTROL_PLANE}/TalosControlPlane`],
    source: "https://github.com/siderolabs/cluster-api-control-plane-provider-talos/blob/main/api",
    path: "spec.replicas",
    fallback: 1,
  },
  {
    system: "etcd",
    types: ["provisioning.cattle.io/Cluster"],
    source: "https://github.com/rancher/rancher/blob/main/pkg/apis/provisioning.cattle.io/v1/cluster.go",
    path: "spec.rkeConfig.machinePools",
    fallback: undefined,
    count: (resource) =>
      countIn(
        resource,
        "spec.rkeConfig.machinePools",
        (pool) => booleanOf(nodeAt(pool, "etcdRole")) === true,
        "quantity",
      ),
  },
  {
    system: "ZooKeeper",
    types: ["zookeeper.pravega.io/ZookeeperCluster"],
    source: "https://github.com/pravega/zookeeper-operator/blob/master/api/v1beta1/zookeepercluster_types.go",
    path: "spec.replicas",
    fallback: 3,
  },
  {
    system: "ZooKeeper",
    types: ["kafka.strimzi.io/Kafka"],
    source: "https://strimzi.io/docs/operators/0.45.0/configuring.html#type-ZookeeperClusterSpec-reference",
    path: "spec.zookeeper.replicas",
    fallback: undefined,
    votes: (resource) => resource.get("spec.zookeeper") !== undefined,
  },
  {
    system: "Kafka KRaft",
    types: ["kafka.strimzi.io/KafkaNodePool"],
    source: "https://strimzi.io/docs/operators/latest/configuring.html#type-KafkaNodePoolSpec-reference",
    path: "spec.replicas",
    fallback: undefined,
    votes: (resource) => itemsOf(resource.get("spec.roles")).some((role) => stringOf(role) === "controller"),
    // A static controller quorum cannot be scaled (Strimzi documentation, “KRaft limitations”).
    fixed: true,
    cluster: (resource) => {
      const name = stringOf(resource.get(["metadata", "labels", "strimzi.io/cluster"]));
      return name === undefined ? undefined : `kafka.strimzi.io/Kafka/${name}`;
    },
  },
  {
    system: "Vault",
    types: ["vault.banzaicloud.com/Vault"],
    source: "https://github.com/bank-vaults/vault-operator/blob/main/pkg/apis/vault/v1alpha1/vault_types.go",
    path: "spec.size",
    fallback: 1,
    votes: (resource) => resource.get("spec.config.storage.raft") !== undefined,
  },
  {
    system: "RabbitMQ",
    types: ["rabbitmq.com/RabbitmqCluster"],
    source: "https://www.rabbitmq.com/kubernetes/operator/using-operator#replicas",
    path: "spec.replicas",
    fallback: 1,
  },
  {
    system: "MongoDB",
    types: ["mongodbcommunity.mongodb.com/MongoDBCommunity"],
    source:
      "https://github.com/mongodb/mongodb-kubernetes/blob/master/mongodb-community-operator/api/v1/mongodbcommunity_types.go",
    path: "spec.members",
    fallback: undefined,
    count: mongoMembers,
  },
  {
    system: "Redis Sentinel",
    types: ["databases.spotahome.com/RedisFailover"],
    source: "https://github.com/spotahome/redis-operator/blob/master/api/redisfailover/v1/types.go",
    path: "spec.sentinel.replicas",
    fallback: 3,
    votes: (resource) => booleanOf(resource.get("spec.sentinel.enabled")) !== false,
  },
  {
    system: "Redis Sentinel",
    types: ["redis.redis.opstreelabs.in/RedisSentinel"],
    source: "https://github.com/OT-CONTAINER-KIT/redis-operator/blob/main/api",
    path: "spec.clusterSize",
    fallback: undefined,
  },
  {
    system: "Elasticsearch",
    types: ["elasticsearch.k8s.elastic.co/Elasticsearch"],
    source:
      "https://www.elastic.co/docs/deploy-manage/distributed-architecture/discovery-cluster-formation/modules-discovery-voting",
    path: "spec.nodeSets",
    fallback: undefined,
    count: (resource) => oddly(countIn(resource, "spec.nodeSets", elasticsearchMasters, "count")),
  },
  {
    system: "Ceph mon",
    types: ["ceph.rook.io/CephCluster"],
    source: "https://rook.io/docs/rook/latest/CRDs/Cluster/ceph-cluster-crd/#mon-settings",
    path: "spec.mon.count",
    fallback: 3,
    votes: (resource) => booleanOf(resource.get("spec.external.enable")) !== true,
  },
  {
    system: "Galera",
    types: ["pxc.percona.com/PerconaXtraDBCluster"],
    source: "https://docs.percona.com/percona-operator-for-mysql/pxc/operator.html#pxcsize",
    path: "spec.pxc.size",
    fallback: undefined,
  },
  {
    system: "Galera",
    types: ["k8s.mariadb.com/MariaDB"],
    source: "https://github.com/mariadb-operator/mariadb-operator/blob/main/docs/galera.md",
    path: "spec.replicas",
    fallback: 1,
    votes: (resource) => booleanOf(resource.get("spec.galera.enabled")) === true,
  },
  {
    system: "TiDB PD",
    types: ["pingcap.com/TidbCluster"],
    source: "https://github.com/pingcap/tidb-operator/blob/v1.6.0/pkg/apis/pingcap/v1alpha1/types.go",
    path: "spec.pd.replicas",
    fallback: undefined,
    votes: (resource) => resource.get("spec.pd") !== undefined,
  },
  {
    system: "ClickHouse Keeper",
    types: ["clickhouse-keeper.altinity.com/ClickHouseKeeperInstallation"],
    source: "https://github.com/Altinity/clickhouse-operator/tree/master/docs/chk-examples",
    path: "spec.configuration.clusters",
    fallback: undefined,
    count: keeperReplicas,
  },
];

function hasKey(resource: Resource, path: Path, pattern: RegExp): boolean {
  const node = resource.get(path);
  return node?.kind === "map" && node.entries.some((entry) => pattern.test(entry.key.source));
}

/** The sum of a field over the items of a list that vote; its path is exact when there is just one such item. */
function countIn(
  resource: Resource,
  list: string,
  votes: (item: Parameters<typeof nodeAt>[0]) => boolean | undefined,
  name: string,
): Counted | undefined {
  const path: Step[] = list.split(".");
  const answers = itemsOf(resource.get(path)).map((item, index) => ({ item, index, votes: votes(item) }));
  const unsure = answers.find((answer) => answer.votes === undefined);
  if (unsure !== undefined) return { path, voters: { state: "unknown", node: unsure.item } };
  const voting = answers.filter((answer) => answer.votes === true);
  const only = voting.length === 1 ? voting[0] : undefined;
  if (only !== undefined) {
    return { path: [...path, only.index, name], voters: field(nodeAt(only.item, name), integerOf) };
  }
  const node = resource.get(path);
  if (node === undefined || voting.length === 0) return undefined;
  let value = 0;
  for (const { item } of voting) {
    const count = field(nodeAt(item, name), integerOf);
    if (count.state !== "known") return { path, voters: { state: "unknown", node: item } };
    value += count.value;
  }
  return { path, voters: { state: "known", value, node } };
}

/**
 * Elasticsearch leaves one master-eligible node out of the vote where their number is even (its documentation, “Voting
 * configurations”): 4 are 3 voters. Of 2 both must be there.
 */
function oddly(counted: Counted | undefined): Counted | undefined {
  if (counted?.voters.state !== "known" || counted.voters.value < 4) return counted;
  const { path, voters } = counted;
  return { path, voters: { ...voters, value: voters.value - (voters.value % 2 === 0 ? 1 : 0) } };
}

/** The operator gives the others no vote (mongodb-kubernetes pkg/automationconfig/automation_config_builder.go). */
const MOST_MONGO_VOTERS = 7;

/** Members and arbiters vote, seven at most; `memberConfig` may take a member's vote away. */
function mongoMembers(resource: Resource): Counted {
  const path = "spec.members";
  const members = field(resource.get(path), integerOf);
  const config = resource.get("spec.memberConfig");
  if (config !== undefined) return { path, voters: { state: "unknown", node: config } };
  const arbiters = field(resource.get("spec.arbiters"), integerOf);
  if (members.state !== "known") return { path, voters: members };
  if (arbiters.state === "unknown") return { path, voters: arbiters };
  const value = members.value + (arbiters.state === "known" ? arbiters.value : 0);
  return { path, voters: { ...members, value: Math.min(value, MOST_MONGO_VOTERS) } };
}

/** Each entry of `clusters` is an ensemble of its own; the operator runs the first. */
function keeperReplicas(resource: Resource): Counted | undefined {
  const clusters = itemsOf(resource.get("spec.configuration.clusters"));
  if (clusters.length !== 1) return undefined;
  const path = ["spec", "configuration", "clusters", 0, "layout", "replicasCount"];
  return { path, voters: field(resource.get(path), integerOf) };
}
