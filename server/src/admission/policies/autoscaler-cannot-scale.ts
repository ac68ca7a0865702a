import type { AdmissionPolicy } from "../policy.ts";

const spec = "dyn(object).spec";
const isHpa = `object.kind == "HorizontalPodAutoscaler"`;
const paused = ["autoscaling.keda.sh/paused", "autoscaling.keda.sh/paused-replicas"]
  .map((name) => `object.metadata.?annotations[?"${name}"].hasValue()`)
  .join(" || ");

const names = {
  minName: `${isHpa} ? "minReplicas" : "minReplicaCount"`,
  maxName: `${isHpa} ? "maxReplicas" : "maxReplicaCount"`,
};
const bounds = {
  ...names,
  kind: "object.kind",
  min: "string(variables.floor)",
  max: "string(variables.max)",
};

export default {
  ruleId: "autoscaler-cannot-scale",
  targets: [
    { group: "autoscaling", versions: ["v2", "v1"], resources: ["horizontalpodautoscalers"] },
    { group: "keda.sh", versions: ["v1alpha1"], resources: ["scaledobjects", "scaledjobs"] },
  ],
  body: () => ({
    variables: {
      min: `${isHpa} ? ${spec}.?minReplicas.orValue(1) : ${spec}.?minReplicaCount.orValue(0)`,
      max: `${isHpa} ? ${spec}.maxReplicas : ${spec}.?maxReplicaCount.orValue(100)`,
      // KEDA's autoscaler never goes below 1.
      floor: `object.kind == "ScaledObject" && has(${spec}.minReplicaCount) && variables.min < 1 ? 1 : variables.min`,
      mayStandStill: `has(${spec}.idleReplicaCount) || ${paused}`,
      isFixed:
        "variables.max == variables.min && variables.max >= variables.floor && !variables.mayStandStill",
    },
    complaints: [
      {
        when: `variables.max < variables.floor && object.kind != "ScaledJob"`,
        message:
          "{maxName}: {max} is below {minName}: {min}, so this {kind} is refused and nothing scales the workload. Raise the maximum above {min}.",
        values: bounds,
      },
      {
        when: `variables.max < variables.floor && object.kind == "ScaledJob"`,
        message:
          "{maxName}: {max} is below {minName}: {min}, so KEDA keeps to {max} jobs and the minimum is never reached. Raise the maximum.",
        values: bounds,
      },
      {
        when: `variables.isFixed && object.kind == "ScaledJob"`,
        message:
          "{minName} and {maxName} are both {count}, so KEDA never starts a further job, however long the queue is. Raise the maximum.",
        values: { ...names, count: "string(variables.max)" },
      },
      {
        when: `variables.isFixed && object.kind != "ScaledJob"`,
        message:
          "{minName} and {maxName} are both {count}: the number of pods never changes, whatever the load. Raise the maximum.",
        values: { ...names, count: "string(variables.max)" },
      },
    ],
  }),
} satisfies AdmissionPolicy;
