import type { AdmissionPolicy } from "../policy.ts";
import { CNPG_CLUSTERS } from "../targets.ts";

const sync = "object.spec.?postgresql.?synchronous";
const values = {
  name: `object.metadata.?name.orValue("")`,
  instances: "string(variables.instances)",
};

const numbers = { wanted: "string(variables.wanted)", standbys: "string(variables.standbys)" };

export default {
  ruleId: "cnpg-sync-impossible",
  targets: CNPG_CLUSTERS,
  body: () => ({
    variables: {
      instances: "object.spec.?instances.orValue(1)",
      legacy: "object.spec.?maxSyncReplicas.orValue(-1)",
      wanted: `${sync}.?number.orValue(0)`,
      others: `size(${sync}.?standbyNamesPre.orValue([])) + size(${sync}.?standbyNamesPost.orValue([]))`,
      most: `${sync}.?maxStandbyNamesFromCluster.orValue(variables.instances - 1)`,
      refused: "variables.instances >= 1 && variables.wanted >= variables.instances + variables.others",
      standbys:
        "(variables.most < variables.instances - 1 ? variables.most : variables.instances - 1) + variables.others",
    },
    complaints: [
      {
        when: "variables.instances >= 1 && variables.legacy >= variables.instances",
        message:
          "{name} has {instances} instances, so {standbys} standbys, but maxSyncReplicas is {wanted}: the operator refuses the cluster. It must be lower than the number of instances.",
        values: {
          ...values,
          standbys: "string(variables.instances - 1)",
          wanted: "string(variables.legacy)",
        },
      },
      {
        when: "variables.refused",
        message:
          "Each commit of {name} is to wait for {wanted} standbys, but {instances} instances leave {standbys}: the operator refuses the cluster, and what was applied before stays. Lower the number, or run more instances.",
        values: { ...values, ...numbers },
      },
      {
        when: `variables.instances >= 1 && !variables.refused && ${sync}.?dataDurability.orValue("required") == "required" && variables.wanted > variables.standbys`,
        message:
          "Each commit of {name} waits for {wanted} standbys, but {standbys} can be named: every write hangs for ever. Lower the number, or raise maxStandbyNamesFromCluster.",
        values: { ...values, ...numbers },
      },
    ],
  }),
} satisfies AdmissionPolicy;
