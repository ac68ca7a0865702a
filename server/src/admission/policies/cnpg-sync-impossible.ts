import type { AdmissionPolicy } from "../policy.ts";
import { CNPG_CLUSTERS } from "../targets.ts";

const sync = "object.spec.?postgresql.?synchronous";
const values = {
  name: `object.metadata.?name.orValue("")`,
  instances: "string(variables.instances)",
};

export default {
  ruleId: "cnpg-sync-impossible",
  targets: CNPG_CLUSTERS,
  body: () => ({
    variables: {
      instances: "object.spec.?instances.orValue(1)",
      legacy: "object.spec.?maxSyncReplicas.orValue(-1)",
      wanted: `${sync}.?dataDurability.orValue("required") == "required" ? ${sync}.?number.orValue(0) : 0`,
      others: `size(${sync}.?standbyNamesPre.orValue([])) + size(${sync}.?standbyNamesPost.orValue([]))`,
      most: `${sync}.?maxStandbyNamesFromCluster.orValue(variables.instances - 1)`,
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
        when: `variables.instances >= 1 && ${sync}.?number.hasValue() && variables.wanted > variables.standbys`,
        message:
          "Each commit of {name} waits for {wanted} standbys, but {instances} instances leave {standbys}: every write hangs for ever. Lower the number, or run more instances.",
        values: { ...values, wanted: "string(variables.wanted)", standbys: "string(variables.standbys)" },
      },
    ],
  }),
} satisfies AdmissionPolicy;
