import { replaceValue } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import type { Node } from "../../model/node.ts";
import {
  majorityOf,
  nameOf,
  type QuorumGroup,
  siblingsOf,
  tolerated,
  votersOf,
} from "../../workspace/quorum.ts";
import { isEarlier } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineQuorumRule } from "../quorum-rule.ts";
import { listedEdits } from "./listed-members.ts";

interface Payload {
  /** The number to raise, and what it says; undefined when it is a sum over several places. */
  readonly node: Node | undefined;
  readonly stated: number;
}

export default defineQuorumRule<Payload>({
  id: "quorum-even",
  title: "Even number of voters",
  severity: "error",
  needsWholeWorkspace: true,
  docs: {
    why: "A group that decides by majority needs more than half of its voters. Four voters need three and so survive the loss of one, exactly like three voters, but there is one more that can fail and every write waits for one more answer. Two voters survive no loss at all and fail twice as often as one. Cut in two equal halves, an even group has no majority on either side.",
    how: "Use an odd number: 3 survives the loss of one voter, 5 of two, 7 of three. Control planes with an external etcd do not vote and may have any number. Elasticsearch leaves one of an even number of master-eligible nodes out of the vote by itself: only 2 are reported. Where members are listed by hand (`--initial-cluster`, `--retry-join`), extend the list too.",
    sources: [
      "https://etcd.io/docs/latest/faq/#why-an-odd-number-of-cluster-members",
      "https://github.com/kubernetes-sigs/cluster-api/tree/main/api/controlplane/kubeadm",
      "https://zookeeper.apache.org/doc/current/zookeeperAdmin.html#sc_zkMulitServerSetup",
      "https://www.elastic.co/docs/deploy-manage/distributed-architecture/discovery-cluster-formation/modules-discovery-voting",
    ],
  },
  check(group, context) {
    const voters = votersOf(context.snapshot, group);
    if (voters === undefined || voters <= 0 || voters % 2 !== 0) return;
    if (!isFirst(context.snapshot, group)) return;
    context.report(group.resource.at(group.path), message(group, voters), payloadOf(group));
  },
  fixes: [
    {
      id: "one-more",
      title: ({ stated }) => t("Raise the number to {number}", { number: stated + 1 }),
      // An operator lets the new member join; elsewhere lists of members have to follow.
      preferred: (_, { managed }) => managed,
      edits({ node, stated }, { resource }) {
        if (node === undefined) return undefined;
        return [
          replaceValue(resource.document, node, stated + 1),
          ...listedEdits(resource, stated, stated + 1),
        ];
      },
    },
  ],
});

function message(group: QuorumGroup, voters: number): Message {
  const values = { system: group.system, name: nameOf(group) };
  if (voters === 2) {
    return t(
      "The 2 {system} voters of {name} must both be there to decide: they survive no loss, like a single one, and either of them can fail. Use 3 to survive the loss of 1.",
      values,
    );
  }
  return t(
    "The {voters} {system} voters of {name} need {majority} to decide and survive the loss of {tolerated}, like {fewer} would, while one more can fail. Use {better} to survive the loss of {gain}.",
    {
      ...values,
      voters,
      majority: majorityOf(voters),
      tolerated: tolerated(voters),
      fewer: voters - 1,
      better: voters + 1,
      gain: tolerated(voters + 1),
    },
  );
}

function payloadOf({ voters }: QuorumGroup): Payload {
  const node = voters.state === "known" && voters.node.kind === "scalar" ? voters.node : undefined;
  return { node, stated: node !== undefined && typeof node.value === "number" ? node.value : 0 };
}

/** Several pools of one cluster share the finding: it stands at the first of them. */
function isFirst(snapshot: Snapshot, group: QuorumGroup): boolean {
  return siblingsOf(snapshot, group).every((other) => isEarlier(group.resource, other.resource));
}
