/** Types (`group/Kind`) that many rules are about. */

/** Workloads with a number of replicas that serve until stopped. */
export const scalableWorkloads: readonly string[] = [
  "apps/Deployment",
  "extensions/Deployment",
  "apps/StatefulSet",
  "apps/ReplicaSet",
  "argoproj.io/Rollout",
];

/** Workloads whose pods serve until stopped. */
export const servingWorkloads: readonly string[] = [
  ...scalableWorkloads,
  "apps/DaemonSet",
  "extensions/DaemonSet",
];
