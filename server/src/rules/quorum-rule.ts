import { type QuorumGroup, quorumGroupOf, quorumTypes } from "../workspace/quorum.ts";
import { compile, type Rule, type RuleSource } from "./rule.ts";

/** A rule over anything that votes: etcd, ZooKeeper, KRaft controllers, mons, control planes… */
export function defineQuorumRule<Payload = void, Options = object>(
  source: RuleSource<QuorumGroup, Payload, Options>,
): Rule {
  return compile(source, quorumTypes, quorumGroupOf);
}
