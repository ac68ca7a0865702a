import type { DocumentEdit } from "../../fixes/edit.ts";
import { replaceText } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { etcdSettingsOf } from "../../workspace/etcd-settings.ts";
import {
  type EtcdTimeouts,
  GOOD_RATIO,
  LEAST_RATIO,
  MOST_MS,
  timeoutsOf,
} from "../../workspace/etcd-timeouts.ts";
import { areFlagsPatched } from "../../workspace/program-flags.ts";
import { defineRule } from "../rule.ts";
import { statedBeside } from "./etcd-election.ts";

export default defineRule<EtcdTimeouts>({
  id: "etcd-timeouts",
  title: "etcd's election timeout does not fit its heartbeat",
  severity: "error",
  appliesTo: [
    "v1/Pod",
    "apps/*/StatefulSet",
    "apps/*/Deployment",
    "apps/*/DaemonSet",
    "kubeadm.k8s.io/*/ClusterConfiguration",
    "controlplane.cluster.x-k8s.io/*/KubeadmControlPlane",
  ],
  docs: {
    why: "etcd refuses to start when the election timeout is below 5 heartbeat intervals or above 50 000 ms, and a member that does not start is a lost vote. Between 5 and 10 heartbeats a short delay of the disk or the network looks like a dead leader: elections follow one another, and during each nothing can be written.",
    how: "Set the heartbeat interval to about the round-trip time between the members (100 ms by default) and the election timeout to 10 times that, the same on all members. A timeout that is not stated counts with its default, 100 ms and 1000 ms: raising only the heartbeat is not enough.",
    sources: [
      "https://etcd.io/docs/latest/tuning/#time-parameters",
      "https://github.com/etcd-io/etcd/blob/v3.6.0/server/embed/config.go",
    ],
  },
  check(resource, context) {
    if (areFlagsPatched(context.snapshot, resource)) return;
    for (const settings of etcdSettingsOf(resource)) {
      const timeouts = timeoutsOf(settings);
      if (timeouts === undefined) continue;
      const { heartbeat, election, stated } = timeouts;
      const place = stated.election ?? stated.heartbeat;
      if (place === undefined || (election <= MOST_MS && election >= GOOD_RATIO * heartbeat)) continue;
      const isRefused = election > MOST_MS || election < LEAST_RATIO * heartbeat;
      context.report(resource.locate(place.node), message(timeouts), timeouts, {
        severity: isRefused ? "error" : "warning",
        evidence: Object.values(stated).flatMap((setting) => setting?.node ?? []),
      });
    }
  },
  fixes: [
    {
      id: "ten-heartbeats",
      title: ({ heartbeat }) => t("Set the election timeout to {ms} ms", { ms: GOOD_RATIO * heartbeat }),
      // The other members of static pods have files of their own; what was too long was meant to be long.
      preferred: ({ election }, { kind }) => kind !== "Pod" && election <= MOST_MS,
      edits: tenHeartbeats,
    },
  ],
});

function message({ heartbeat, election }: EtcdTimeouts): Message {
  const values = { heartbeat, election, good: GOOD_RATIO * heartbeat };
  if (election > MOST_MS)
    return t(
      "etcd refuses to start: its election timeout of {election} ms is above the limit of {most} ms. Use 10 times the heartbeat interval of {heartbeat} ms: {good} ms.",
      { ...values, most: MOST_MS },
    );
  return election < LEAST_RATIO * heartbeat
    ? t(
        "etcd refuses to start: its election timeout of {election} ms is below 5 heartbeat intervals of {heartbeat} ms ({least} ms). Use 10: {good} ms.",
        { ...values, least: LEAST_RATIO * heartbeat },
      )
    : t(
        "With an election timeout of {election} ms and a heartbeat every {heartbeat} ms, a short delay of the disk or the network costs etcd its leader and nothing can be written until the next is elected. Use 10 heartbeats: {good} ms.",
        values,
      );
}

/** Where the election timeout is stated; else beside the heartbeat. */
function tenHeartbeats(
  { heartbeat, stated }: EtcdTimeouts,
  resource: Resource,
): readonly DocumentEdit[] | undefined {
  const { document } = resource;
  const good = GOOD_RATIO * heartbeat;
  if (good > MOST_MS) return undefined;
  const beside = stated.heartbeat?.node;
  if (stated.election === undefined)
    return beside === undefined ? undefined : statedBeside(resource, beside, good);
  const { node } = stated.election;
  if (node.kind !== "scalar") return undefined;
  const flag = /^(--?[\w-]+=)/.exec(node.source)?.[1] ?? "";
  if (flag === "" && typeof node.value === "number")
    return [{ document, range: node.range, newText: String(good) }];
  return [replaceText(document, node, `${flag}${good}`)];
}
