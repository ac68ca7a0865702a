import { type Message, t } from "../../model/message.ts";
import type { Node } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { type EtcdSettings, etcdSettingsOf } from "../../workspace/etcd-settings.ts";
import { areFlagsPatched } from "../../workspace/program-flags.ts";
import { majorityOf } from "../../workspace/quorum.ts";
import { effectiveReplicas } from "../../workspace/replicas.ts";
import { isTogether, mayShareNamespace } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { type Workload, workloadOf } from "../../workspace/workload.ts";
import { defineRule } from "../rule.ts";

const SET = "apps/StatefulSet";

/** One entry of `--initial-cluster`. */
interface Peer {
  readonly name: string;
  readonly url: string;
}

export default defineRule({
  id: "etcd-member-mismatch",
  title: "etcd's list of members is not what runs",
  severity: "error",
  appliesTo: ["apps/*/StatefulSet", "v1/Pod"],
  needsWholeWorkspace: true,
  docs: {
    why: "A new etcd cluster consists of the members in `--initial-cluster`, whatever runs. A pod whose name is not in the list refuses to start; a member in the list that never runs counts as a lost vote from the first day, so five listed and three running survive no failure. Two names with the same peer URL make every member refuse to start. With the same token, members of two clusters can take each other for their own once an address is reused.",
    how: "List exactly the pods of the StatefulSet, `NAME-0` to `NAME-(replicas−1)`, each with its own peer URL, and give every cluster a token of its own. A running cluster is grown with `etcdctl member add`, one member at a time.",
    sources: [
      "https://etcd.io/docs/latest/op-guide/clustering/#static",
      "https://github.com/etcd-io/etcd/blob/v3.6.0/server/config/config.go",
    ],
  },
  check(resource, context) {
    const { snapshot } = context;
    const workload = workloadOf(resource);
    if (workload === undefined || areFlagsPatched(snapshot, resource)) return;
    for (const settings of etcdSettingsOf(resource)) {
      const setting = settings.get("initial-cluster");
      const peers = setting === undefined ? undefined : peersIn(setting.value);
      // A single member is a cluster of its own in each pod, or one that others join later.
      if (setting === undefined || peers === undefined || peers.length < 2) continue;
      const report = (node: Node, message: Message, severity: "error" | "warning" = "error") =>
        context.report(resource.locate(node), message, undefined, { severity });
      const wrong = sharedUrl(peers) ?? miscounted(snapshot, workload, peers);
      if (wrong !== undefined) report(setting.node, wrong);
      const token = settings.get("initial-cluster-token");
      const other = token === undefined ? undefined : sameToken(snapshot, resource, token.value, peers);
      if (token !== undefined && other !== undefined)
        report(
          token.node,
          t(
            "StatefulSet {other} has the token {token} too, with other members: 2 clusters with 1 token can take each other's members for their own. Give each a token of its own.",
            { other, token: token.value },
          ),
          "warning",
        );
    }
  },
});

/** Undefined when something only known at run time decides the list. */
function peersIn(value: string): readonly Peer[] | undefined {
  const entries = value.split(",").filter((entry) => entry.trim() !== "");
  const peers = entries.map((entry) => /^\s*([^=$\s]+)=(https?:\/\/[^\s,]+?)\/?\s*$/.exec(entry));
  return peers.some((peer) => peer === null)
    ? undefined
    : peers.map((peer) => ({ name: peer?.[1] ?? "", url: peer?.[2] ?? "" }));
}

/** etcd: “initial cluster … has duplicate url”. A member may have several URLs, but each has one member. */
function sharedUrl(peers: readonly Peer[]): Message | undefined {
  const twice = peers.find((peer, i) => peers.findIndex(({ url }) => url === peer.url) < i);
  if (twice === undefined) return undefined;
  const first = peers.find(({ url }) => url === twice.url);
  return t(
    "The peer URL {url} stands for 2 members, {first} and {second}: etcd refuses to start. Give each member its own.",
    { url: twice.url, first: first?.name ?? "", second: twice.name },
  );
}

function miscounted(snapshot: Snapshot, workload: Workload, peers: readonly Peer[]): Message | undefined {
  const { resource } = workload;
  const replicas = resource.type === SET ? effectiveReplicas(snapshot, workload) : undefined;
  if (replicas === undefined || replicas.lowest !== replicas.highest || replicas.lowest === 0)
    return undefined;
  const names = new Set(peers.map((peer) => peer.name));
  const listed = names.size;
  const pods = replicas.lowest;
  // Only a list of this set's own pods can be counted against them: others may hold part of the members.
  if (listed === pods || ![...names].every((name) => isPodOf(resource, name))) return undefined;
  const values = { listed, pods, name: resource.called };
  return listed < pods
    ? t(
        "The list names {listed} members, but {name} runs {pods} pods: a pod that is not in the list refuses to start. List all {pods}.",
        values,
      )
    : t(
        "The list names {listed} members, but {name} runs {pods} pods: {majority} of {listed} are needed to decide, so only {spare} of those that run may fail. List what runs.",
        { ...values, majority: majorityOf(listed), spare: Math.max(0, pods - majorityOf(listed)) },
      );
}

function isPodOf({ name }: Resource, member: string): boolean {
  return name !== undefined && member.startsWith(`${name}-`) && /^\d+$/.test(member.slice(name.length + 1));
}

/** Another StatefulSet deployed beside this one that has the token, and none of its members. */
function sameToken(
  snapshot: Snapshot,
  resource: Resource,
  token: string,
  peers: readonly Peer[],
): string | undefined {
  if (resource.type !== SET || token === "" || token.includes("$")) return undefined;
  const urls = new Set(peers.map((peer) => peer.url));
  const other = snapshot
    .find("type", SET)
    .find(
      (candidate) =>
        candidate !== resource &&
        candidate.name !== resource.name &&
        isTogether(snapshot, resource, candidate) &&
        mayShareNamespace(snapshot, resource, candidate) &&
        etcdSettingsOf(candidate).some((settings) => isOtherCluster(settings, token, urls)),
    );
  return other?.name;
}

function isOtherCluster(settings: EtcdSettings, token: string, urls: ReadonlySet<string>): boolean {
  if (settings.get("initial-cluster-token")?.value !== token) return false;
  const peers = peersIn(settings.get("initial-cluster")?.value ?? "");
  return peers !== undefined && peers.length > 0 && peers.every((peer) => !urls.has(peer.url));
}
