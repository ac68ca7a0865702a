import fc from "fast-check";
import { podSpec } from "./pods.ts";
import { amount, count, few, labels, metadata, name, port, selector, word } from "./values.ts";

const strategy = fc.record(
  {
    type: fc.constantFrom("Recreate", "RollingUpdate", "OnDelete", "x"),
    rollingUpdate: fc.record(
      { maxUnavailable: amount, maxSurge: amount, partition: count },
      { requiredKeys: [] },
    ),
    canary: fc.record(
      { maxUnavailable: amount, maxSurge: amount, steps: few(fc.record({ setWeight: count })) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
/** Workloads of any kind. */
export const workload = fc.record({
  apiVersion: fc.constantFrom(
    "apps/v1",
    "apps/v1beta1",
    "extensions/v1beta1",
    "argoproj.io/v1alpha1",
    "kubevirt.io/v1",
  ),
  kind: fc.constantFrom("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout", "VirtualMachine"),
  metadata,
  spec: fc.record(
    {
      replicas: count,
      selector,
      strategy,
      updateStrategy: strategy,
      template: fc.record({ metadata: fc.record({ labels }), spec: podSpec }, { requiredKeys: ["spec"] }),
      workloadRef: fc.record({ kind: fc.constant("Deployment"), name }),
      serviceName: name,
    },
    { requiredKeys: ["template"] },
  ),
});

const scaleTargetRef = fc.record({
  apiVersion: fc.constant("apps/v1"),
  kind: fc.constantFrom("Deployment", "StatefulSet", "Rollout"),
  name,
});
/** What stands around workloads: budgets, autoscalers, Services, and what operators make voters of. */
export const companions = [
  fc.record({
    apiVersion: fc.constantFrom("policy/v1", "policy/v1beta1"),
    kind: fc.constant("PodDisruptionBudget"),
    metadata,
    spec: fc.record({ minAvailable: amount, maxUnavailable: amount, selector }, { requiredKeys: [] }),
  }),
  fc.record({
    apiVersion: fc.constantFrom("autoscaling/v2", "autoscaling/v1", "autoscaling/v2beta2"),
    kind: fc.constant("HorizontalPodAutoscaler"),
    metadata,
    spec: fc.record(
      { scaleTargetRef, minReplicas: count, maxReplicas: count },
      { requiredKeys: ["scaleTargetRef"] },
    ),
  }),
  fc.record({
    apiVersion: fc.constant("keda.sh/v1alpha1"),
    kind: fc.constant("ScaledObject"),
    metadata,
    spec: fc.record(
      { scaleTargetRef: fc.record({ name }), minReplicaCount: count },
      { requiredKeys: ["scaleTargetRef"] },
    ),
  }),
  fc.record({
    apiVersion: fc.constant("v1"),
    kind: fc.constant("Service"),
    metadata,
    spec: fc.record(
      { selector: labels, ports: few(fc.record({ name: word, port, targetPort: port })) },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    apiVersion: fc.constantFrom(
      "etcd.database.coreos.com/v1beta2",
      "kafka.strimzi.io/v1beta2",
      "rabbitmq.com/v1beta1",
      "controlplane.cluster.x-k8s.io/v1beta1",
    ),
    kind: fc.constantFrom("EtcdCluster", "Kafka", "RabbitmqCluster", "KubeadmControlPlane"),
    metadata,
    spec: fc.record(
      { size: count, replicas: count, zookeeper: fc.record({ replicas: count }) },
      { requiredKeys: [] },
    ),
  }),
];
