/** API versions that Kubernetes no longer serves. Adding one is one line of the table below. */
export interface RemovedApi {
  readonly apiVersion: string;
  readonly kinds: readonly string[];
  /** The first release without it. */
  readonly release: string;
  /** The apiVersion that serves the same kinds; undefined when nothing does. */
  readonly successor?: string;
  /** What does the job where there is no successor: the name of a mechanism. */
  readonly instead?: string;
  /** Fields that the successor needs and the old version did not: without them it refuses the object. */
  readonly needs?: readonly string[];
  /** Fields (as paths) that mean something else in the successor, or nothing. */
  readonly differs?: readonly string[];
  /** The successor's own names for what is written differently; every object has to be rewritten when it is set alone. */
  readonly rewritten?: string;
}

const WORKLOAD = { needs: ["spec.selector"], differs: ["spec.rollbackTo", "spec.templateGeneration"] };
const WEBHOOKS = {
  apiVersion: "admissionregistration.k8s.io/v1beta1",
  rewritten: "webhooks[].sideEffects, webhooks[].admissionReviewVersions",
};
const SHARES = {
  differs: ["spec.limited.assuredConcurrencyShares"],
  rewritten: "spec.limited.nominalConcurrencyShares",
};
const INGRESS = "spec.defaultBackend, backend.service, pathType";

/**
 * Sources: kubernetes.io/docs/reference/using-api/deprecation-guide, and the `APILifecycleRemoved` functions of
 * k8s.io/api (`zz_generated.prerelease-lifecycle.go`). Kinds that nobody keeps in manifests (reviews, Scale,
 * Eviction) are left out.
 */
export const removedApis: readonly RemovedApi[] = [
  {
    apiVersion: "extensions/v1beta1",
    kinds: ["Deployment", "DaemonSet", "ReplicaSet"],
    release: "1.16",
    successor: "apps/v1",
    ...WORKLOAD,
  },
  {
    apiVersion: "apps/v1beta1",
    kinds: ["Deployment", "StatefulSet"],
    release: "1.16",
    successor: "apps/v1",
    ...WORKLOAD,
  },
  {
    apiVersion: "apps/v1beta2",
    kinds: ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"],
    release: "1.16",
    successor: "apps/v1",
    ...WORKLOAD,
  },
  {
    apiVersion: "extensions/v1beta1",
    kinds: ["NetworkPolicy"],
    release: "1.16",
    successor: "networking.k8s.io/v1",
  },
  {
    apiVersion: "extensions/v1beta1",
    kinds: ["PodSecurityPolicy"],
    release: "1.16",
    instead: "Pod Security Admission",
  },
  {
    apiVersion: "policy/v1beta1",
    kinds: ["PodSecurityPolicy"],
    release: "1.25",
    instead: "Pod Security Admission",
  },
  {
    apiVersion: "extensions/v1beta1",
    kinds: ["Ingress"],
    release: "1.22",
    successor: "networking.k8s.io/v1",
    rewritten: INGRESS,
  },
  {
    apiVersion: "networking.k8s.io/v1beta1",
    kinds: ["Ingress"],
    release: "1.22",
    successor: "networking.k8s.io/v1",
    rewritten: INGRESS,
  },
  {
    apiVersion: "networking.k8s.io/v1beta1",
    kinds: ["IngressClass"],
    release: "1.22",
    successor: "networking.k8s.io/v1",
  },
  {
    ...WEBHOOKS,
    kinds: ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
    release: "1.22",
    successor: "admissionregistration.k8s.io/v1",
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1beta1",
    kinds: ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
    release: "1.34",
    successor: "admissionregistration.k8s.io/v1",
  },
  {
    apiVersion: "apiextensions.k8s.io/v1beta1",
    kinds: ["CustomResourceDefinition"],
    release: "1.22",
    successor: "apiextensions.k8s.io/v1",
    rewritten: "spec.scope, spec.versions[].schema.openAPIV3Schema",
  },
  {
    apiVersion: "apiregistration.k8s.io/v1beta1",
    kinds: ["APIService"],
    release: "1.22",
    successor: "apiregistration.k8s.io/v1",
  },
  {
    apiVersion: "certificates.k8s.io/v1beta1",
    kinds: ["CertificateSigningRequest"],
    release: "1.22",
    successor: "certificates.k8s.io/v1",
    needs: ["spec.signerName", "spec.usages"],
  },
  {
    apiVersion: "coordination.k8s.io/v1beta1",
    kinds: ["Lease"],
    release: "1.22",
    successor: "coordination.k8s.io/v1",
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1beta1",
    kinds: ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
    release: "1.22",
    successor: "rbac.authorization.k8s.io/v1",
  },
  {
    apiVersion: "scheduling.k8s.io/v1beta1",
    kinds: ["PriorityClass"],
    release: "1.22",
    successor: "scheduling.k8s.io/v1",
  },
  {
    apiVersion: "storage.k8s.io/v1beta1",
    kinds: ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
    release: "1.22",
    successor: "storage.k8s.io/v1",
  },
  {
    apiVersion: "storage.k8s.io/v1beta1",
    kinds: ["CSIStorageCapacity"],
    release: "1.27",
    successor: "storage.k8s.io/v1",
  },
  { apiVersion: "policy/v1beta1", kinds: ["PodDisruptionBudget"], release: "1.25", successor: "policy/v1" },
  { apiVersion: "batch/v1beta1", kinds: ["CronJob"], release: "1.25", successor: "batch/v1" },
  {
    apiVersion: "autoscaling/v2beta1",
    kinds: ["HorizontalPodAutoscaler"],
    release: "1.25",
    successor: "autoscaling/v2",
    differs: ["spec.metrics"],
    rewritten: "metrics[].resource.target, metrics[].pods.metric",
  },
  {
    apiVersion: "autoscaling/v2beta2",
    kinds: ["HorizontalPodAutoscaler"],
    release: "1.26",
    successor: "autoscaling/v2",
  },
  {
    apiVersion: "discovery.k8s.io/v1beta1",
    kinds: ["EndpointSlice"],
    release: "1.25",
    successor: "discovery.k8s.io/v1",
    differs: ["endpoints"],
    rewritten: "endpoints[].nodeName, endpoints[].zone",
  },
  {
    apiVersion: "node.k8s.io/v1beta1",
    kinds: ["RuntimeClass"],
    release: "1.25",
    successor: "node.k8s.io/v1",
  },
  ...(
    [
      ["v1beta1", "1.26"],
      ["v1beta2", "1.29"],
      ["v1beta3", "1.32"],
    ] as const
  ).flatMap(([version, release]): RemovedApi[] => {
    const versions = {
      apiVersion: `flowcontrol.apiserver.k8s.io/${version}`,
      release,
      successor: "flowcontrol.apiserver.k8s.io/v1",
    };
    return [
      { ...versions, kinds: ["FlowSchema"] },
      {
        ...versions,
        kinds: ["PriorityLevelConfiguration"],
        ...(version === "v1beta3" ? {} : SHARES),
      },
    ];
  }),
];
