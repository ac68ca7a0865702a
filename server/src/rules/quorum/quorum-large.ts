import { t } from "../../model/message.ts";
import { majorityOf, nameOf, siblingsOf, tolerated, votersOf } from "../../workspace/quorum.ts";
import { defineQuorumRule } from "../quorum-rule.ts";

/** Above this, etcd and its kin advise against more (etcd documentation, “What is maximum cluster size?”). */
const MOST = 7;

export default defineQuorumRule({
  id: "quorum-large",
  title: "More than seven voters",
  severity: "info",
  needsWholeWorkspace: true,
  docs: {
    why: "Every write waits until a majority has stored it: with nine voters that is five, with three it is two. More voters make writes slower and elections longer, and the leader sends everything to each of them. Seven survive the loss of three, which is more than what fails together in practice.",
    how: "Use five, or seven at most. Where more readers are needed, add members without a vote: learners in etcd, observers in ZooKeeper, brokers without the controller role in Kafka, read replicas of Consul.",
    sources: [
      "https://etcd.io/docs/latest/faq/#what-is-maximum-cluster-size",
      "https://zookeeper.apache.org/doc/current/zookeeperObservers.html",
    ],
  },
  check(group, context) {
    const voters = votersOf(context.snapshot, group);
    // Several pools of one cluster share a number that no one of them states.
    if (voters === undefined || voters <= MOST || siblingsOf(context.snapshot, group).length > 0) return;
    context.report(
      group.resource.at(group.path),
      t(
        "Each decision of {name} waits for {majority} of its {voters} {system} voters, which survive the loss of {tolerated}. Seven voters wait for 4 and survive the loss of 3: use 7 or fewer, and members without a vote for reading.",
        {
          name: nameOf(group),
          voters,
          system: group.system,
          majority: majorityOf(voters),
          tolerated: tolerated(voters),
        },
      ),
      undefined,
    );
  },
});
