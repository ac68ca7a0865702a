import type { AdmissionPolicy } from "../policy.ts";
import { CNPG_CLUSTERS } from "../targets.ts";

export default {
  ruleId: "cnpg-pdb-off",
  targets: CNPG_CLUSTERS,
  body: () => ({
    complaints: [
      {
        when: "object.spec.?instances.orValue(1) >= 2 && !object.spec.?enablePDB.orValue(true)",
        message:
          "enablePDB: false leaves the {instances} instances of {name} without a PodDisruptionBudget: node drains at the same time may evict the primary and every standby at once. Leave it on.",
        values: {
          instances: "string(object.spec.instances)",
          name: `object.metadata.?name.orValue("")`,
        },
      },
    ],
  }),
} satisfies AdmissionPolicy;
