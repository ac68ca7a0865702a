import { itemsOf, type Node, nodeAt, stringOf } from "../model/node.ts";
import type { Workload } from "./workload.ts";

/** A container as its image, its words (command and arguments) and its environment. */
interface Program {
  /** Last part of the image's name without tag and digest. */
  readonly image: string;
  readonly words: string;
  readonly env: ReadonlyMap<string, string>;
  /** The first container of the pod: what the workload is mainly about. */
  readonly main: boolean;
}

/** How pods of a system that votes are told from clients, exporters and backups of it. */
interface VotingProgram {
  readonly system: string;
  readonly types: readonly string[];
  /** Where the flags and variables are documented. */
  readonly source: string;
  votes(program: Program): boolean;
}

const STATEFUL = ["apps/StatefulSet"];

const PROGRAMS: readonly VotingProgram[] = [
  {
    system: "etcd",
    types: STATEFUL,
    source: "https://etcd.io/docs/latest/op-guide/configuration/",
    votes: isEtcdMember,
  },
  {
    system: "ZooKeeper",
    types: STATEFUL,
    source: "https://zookeeper.apache.org/doc/current/zookeeperStarted.html",
    votes: ({ image, words, main }) =>
      main && /^(?:(?:kubernetes-|cp-)?zookeeper)$/.test(image) && !/zkCli|zk-?shell/i.test(words),
  },
  {
    system: "Kafka KRaft",
    types: STATEFUL,
    source: "https://kafka.apache.org/documentation/#kraft_role",
    votes: ({ image, env, main }) =>
      main &&
      /^(?:cp-)?kafka(?:-native)?$/.test(image) &&
      ["KAFKA_PROCESS_ROLES", "KAFKA_CFG_PROCESS_ROLES"].some((name) =>
        /\bcontroller\b/.test(env.get(name) ?? ""),
      ),
  },
  {
    system: "Consul",
    types: STATEFUL,
    source: "https://developer.hashicorp.com/consul/docs/reference/cli/cmd/agent#server",
    votes: ({ image, words }) =>
      /^consul(?:-enterprise)?$/.test(image) && /(?:^|\s)--?server(?:\s|=true|$)/.test(words),
  },
  {
    system: "Vault",
    types: STATEFUL,
    source: "https://developer.hashicorp.com/vault/docs/configuration/storage/raft",
    votes: ({ image, words, env }) =>
      /^(?:vault|vault-enterprise|openbao|bao)$/.test(image) &&
      (["VAULT_RAFT_NODE_ID", "VAULT_RAFT_PATH", "BAO_RAFT_NODE_ID"].some((name) => env.has(name)) ||
        /storage"? ?:? ?\{? ?"raft"/.test(`${words} ${env.get("VAULT_LOCAL_CONFIG") ?? ""}`)),
  },
  {
    system: "NATS JetStream",
    types: STATEFUL,
    source: "https://docs.nats.io/running-a-nats-service/introduction/flags",
    votes: ({ image, words }) =>
      /^nats(?:-server)?$/.test(image) &&
      /(?:^|\s)(?:-js|--?jetstream)(?:\s|=true|$)/.test(words) &&
      /(?:^|\s)--?(?:cluster|cluster_name|routes)(?:[\s=]|$)/.test(words),
  },
  {
    system: "Redis Sentinel",
    types: [...STATEFUL, "apps/Deployment"],
    source: "https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/",
    votes: ({ words }) =>
      /(?:^|[\s/"'])(?:redis|valkey)-sentinel(?:\s|$)/.test(words) ||
      (/(?:^|[\s/"'])(?:redis|valkey)-server\s/.test(words) && /\s--sentinel(?:\s|$)/.test(words)),
  },
  {
    system: "ClickHouse Keeper",
    types: STATEFUL,
    source: "https://clickhouse.com/docs/guides/sre/keeper/clickhouse-keeper",
    votes: ({ image, main }) => main && image === "clickhouse-keeper",
  },
];

/** Types of workloads whose pods may vote. */
export const votingWorkloads: readonly string[] = [...new Set(PROGRAMS.flatMap((program) => program.types))];

/** The system whose voters a workload's pods are, told by their images, flags and environment. */
export function systemOfImages(workload: Workload): string | undefined {
  const containers = itemsOf(nodeAt(workload.podSpec, "containers"));
  const programs = containers.map((container, i) => programOf(container, i === 0));
  const { type } = workload.resource;
  return PROGRAMS.find(
    (known) => known.types.includes(type) && programs.some((program) => known.votes(program)),
  )?.system;
}

/**
 * A member runs `etcd` itself: not `etcdctl`, and neither of its subcommands that only pass requests on. A list
 * of one initial member means that every pod is a cluster of its own.
 */
function isEtcdMember({ image, words, env, main }: Program): boolean {
  if (/(?:^|\s)(?:grpc-proxy|gateway)(?:\s|$)/.test(words)) return false;
  if (/\betcdctl\b/.test(words) && !/(?:^|[\s/])etcd(?:\s|$)/.test(words)) return false;
  const flag = /(?:^|\s)--?initial-cluster(?:[=\s]+(\S+))?(?:\s|$)/.exec(words);
  const members = flag?.[1] ?? env.get("ETCD_INITIAL_CLUSTER");
  if (members !== undefined && !/[,$]/.test(members)) return false;
  return flag !== null || members !== undefined || (main && /^etcd(?:-(?:amd64|arm64))?$/.test(image));
}

function programOf(container: Node, main: boolean): Program {
  const texts = (name: string) => itemsOf(nodeAt(container, name)).flatMap((item) => stringOf(item) ?? []);
  const env = itemsOf(nodeAt(container, "env")).flatMap((item) => {
    const name = stringOf(nodeAt(item, "name"));
    return name === undefined ? [] : [[name, plain(stringOf(nodeAt(item, "value")) ?? "")] as const];
  });
  return {
    main,
    image: imageName(stringOf(nodeAt(container, "image")) ?? ""),
    words: plain([...texts("command"), ...texts("args")].join(" ")),
    env: new Map(env),
  };
}

/** One space between words; what a megabyte of script says further down is nobody's flag. */
function plain(text: string): string {
  return text.slice(0, 20_000).replace(/\s+/g, " ");
}

/** `quay.io:443/coreos/etcd:v3@sha256:…` -> `etcd`. */
function imageName(image: string): string {
  const path = image.split("@")[0] ?? "";
  return (path.slice(path.lastIndexOf("/") + 1).split(":")[0] ?? "").toLowerCase();
}
