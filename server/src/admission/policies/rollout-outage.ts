import { CONTAINERS } from "../containers.ts";
import type { AdmissionPolicy } from "../policy.ts";
import { ROLLOUTS } from "../targets.ts";

/** Volumes that may be one node's (workspace/volumes.ts). */
const DISKS = [
  "persistentVolumeClaim",
  "awsElasticBlockStore",
  "azureDisk",
  "cinder",
  "fc",
  "gcePersistentDisk",
  "iscsi",
  "photonPersistentDisk",
  "portworxVolume",
  "rbd",
  "vsphereVolume",
].map((name) => JSON.stringify(name));

/** At least 100 %: all of however many there are. */
const isAll = `string(variables.numbers.?maxUnavailable.orValue("")).matches("^0*[1-9][0-9]{2,}%$")`;

const rollingType = (path: string) =>
  `dyn(object).spec.?${path}.?type.orValue("RollingUpdate") == "RollingUpdate"`;
const block = (path: string) => `dyn(object).spec.?${path}.?rollingUpdate.orValue({})`;

/** A canary that neither a traffic router nor a step between 0 and 100 % keeps pods of (workspace/rollout-strategy.ts). */
const isPlain = `!has(variables.canary.trafficRouting) && variables.canary.?steps.orValue([]).all(s, !has(s.setCanaryScale) && (!has(s.setWeight) || s.setWeight == 0 || s.setWeight >= 100))`;

const numbers = [
  `object.kind == "Deployment" ? (${rollingType("strategy")} ? ${block("strategy")} : {})`,
  `object.kind == "DaemonSet" ? (${rollingType("updateStrategy")} ? ${block("updateStrategy")} : {})`,
  `${isPlain} ? variables.canary`,
  "{}",
].join(" : ");

export default {
  ruleId: "rollout-outage",
  targets: [{ group: "apps", versions: ["v1"], resources: ["deployments", "daemonsets"] }, ROLLOUTS],
  lacks:
    "a maxUnavailable that is a number, or below 100 %: how many pods there are is an autoscaler's to say; StatefulSets for the same reason; a single pod on a volume of its own, which has no other way.",
  body: () => ({
    variables: {
      ...CONTAINERS,
      replicas: `object.kind == "DaemonSet" ? 2 : dyn(object).spec.?replicas.orValue(1)`,
      // Whether a claim can be mounted by two pods stands in the claim.
      isBound: `variables.replicas == 1 && variables.pod.?volumes.orValue([]).exists(v, [${DISKS}].exists(k, k in v))`,
      canary: `object.kind == "Rollout" ? dyn(object).spec.?strategy.?canary.orValue({}) : {}`,
      numbers,
      surges: `object.kind == "DaemonSet" && !string(variables.numbers.?maxSurge.orValue(0)).matches("^0+%?$")`,
      runs: "variables.replicas > 0 && !variables.isBound",
    },
    complaints: [
      {
        when: `variables.runs && object.kind == "Deployment" && dyn(object).spec.?strategy.?type.orValue("") == "Recreate"`,
        message:
          "Recreate stops every pod of {name} before the first new one starts, so each rollout is an outage, and one to a version that does not start does not end.",
        values: { name: `object.metadata.?name.orValue("")` },
      },
      {
        when: `variables.runs && ${isAll} && !variables.surges`,
        message:
          "maxUnavailable: {amount} is all of them: a rollout may stop every pod before the first new one is ready.",
        values: { amount: "string(variables.numbers.maxUnavailable)" },
      },
    ],
  }),
} satisfies AdmissionPolicy;
