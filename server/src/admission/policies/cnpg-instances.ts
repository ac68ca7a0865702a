import type { AdmissionPolicy } from "../policy.ts";
import { CNPG_CLUSTERS } from "../targets.ts";

const name = `object.metadata.?name.orValue("")`;

/** Whether it follows another cluster (recovery/cnpg.ts, isReplicaCluster). */
const follows = [
  "!has(object.spec.replica) ? false",
  "has(object.spec.replica.enabled) ? object.spec.replica.enabled",
  `has(object.spec.replica.primary) ? object.spec.replica.primary != object.spec.replica.?self.orValue(${name})`,
  "false",
].join(" : ");

export default {
  ruleId: "cnpg-instances",
  targets: CNPG_CLUSTERS,
  body: ({ minimum }) => ({
    variables: {
      instances: "object.spec.?instances.orValue(1)",
      isHibernated: `object.metadata.?annotations[?"cnpg.io/hibernation"].orValue("") == "on"`,
      follows,
      isShort: `variables.instances < ${minimum} && !variables.follows && !variables.isHibernated`,
    },
    complaints: [
      {
        when: "variables.isShort && variables.instances <= 1",
        message:
          "{name} has 1 instance and no standby: when its node or volume is lost, the database is down until the volume is back, or for good. Run {minimum} instances.",
        values: { name, minimum: `"${minimum}"` },
      },
      {
        when: "variables.isShort && variables.instances > 1",
        message:
          "{name} has {instances} instances: while one is drained, restarted or lost, there is no standby left to promote, or writes wait for it. Run {minimum} instances.",
        values: { name, instances: "string(variables.instances)", minimum: `"${minimum}"` },
      },
    ],
  }),
} satisfies AdmissionPolicy;
