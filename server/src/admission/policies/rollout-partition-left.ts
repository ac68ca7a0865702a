import type { AdmissionPolicy } from "../policy.ts";

const strategy = "object.spec.updateStrategy";

export default {
  ruleId: "rollout-partition-left",
  targets: [{ group: "apps", versions: ["v1"], resources: ["statefulsets"] }],
  body: () => ({
    variables: {
      partition: "object.spec.?updateStrategy.?rollingUpdate.?partition.orValue(0)",
      start: "object.spec.?ordinals.?start.orValue(0)",
    },
    complaints: [
      {
        when: `variables.partition > variables.start && ${strategy}.?type.orValue("RollingUpdate") == "RollingUpdate"`,
        // How many pods there are is an autoscaler's to say.
        message:
          "Pods of {name} below ordinal {partition} never get a new version, and come back with the old one when they are lost. Set the partition to 0 when the staged rollout is over.",
        values: { name: `object.metadata.?name.orValue("")`, partition: "string(variables.partition)" },
      },
    ],
  }),
} satisfies AdmissionPolicy;
