import { isWritable } from "../../model/ansible.ts";
import type { Resource } from "../../model/resource.ts";
import { defineRule, type Rule, type RuleContext, type RuleSource } from "../rule.ts";
import { type HaCluster, haClustersOf, isOn } from "./ha-cluster.ts";

/** Everything that holds settings of vSphere HA. */
const TYPES = [
  "nines/*/DisasterRecoveryPlan",
  "nines/*/VSphereHACluster",
  "ansible/*/cluster_ha",
  "ansible/*/vmware_cluster_ha",
];

/** A rule over the HA settings of each cluster: in a plan, in a document of their own, in a task of Ansible. */
type HaRuleSource<Payload, Options> = Omit<RuleSource<Resource, Payload, Options>, "check"> & {
  /** Judges clusters whose HA is off, or may be, too: what they do without it is one finding, not eight. */
  readonly evenDisabled?: boolean;
  check(cluster: HaCluster, context: RuleContext<Payload, Options>): void;
};

/** Makes the registry's rule of a source over clusters. */
export function defineHaRule<Payload = void, Options = object>(source: HaRuleSource<Payload, Options>): Rule {
  const { check, evenDisabled = false, fixes = [], ...others } = source;
  return defineRule<Payload, Options>({
    ...others,
    fixes: fixes.map((fix) => ({
      ...fix,
      edits: (payload, resource, ...more) =>
        isWritable(resource.root) ? fix.edits(payload, resource, ...more) : undefined,
    })),
    appliesTo: TYPES,
    check(resource, context) {
      for (const cluster of haClustersOf(resource))
        if (evenDisabled || isOn(cluster) === true) check(cluster, context);
    },
  });
}
