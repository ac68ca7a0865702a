import { podOwners } from "../workspace/workload.ts";
import type { ResourceTarget, UseSite } from "./targets.ts";
import * as type from "./types.ts";

const resource = (types: readonly string[], rest: Partial<ResourceTarget> = {}): ResourceTarget => ({
  sort: "resource",
  types,
  ...rest,
});
const service = resource([type.SERVICE]);
const host = resource([type.SERVICE], { form: "host" });
const ingress = resource([type.INGRESS]);
const istioGateway = resource([type.ISTIO_GATEWAY], { form: "namespaced", except: ["mesh"] });
const secret = resource([type.SECRET]);
const backend = resource([type.SERVICE], {
  typeAt: { kind: "kind", group: "group" },
  namespaceAt: "namespace",
});
const parent = resource([type.GATEWAY, type.SERVICE], {
  typeAt: { kind: "kind", group: "group" },
  namespaceAt: "namespace",
});
const scaled = resource(type.SCALABLE, { typeAt: { kind: "kind", apiVersion: "apiVersion" } });
const analysis = resource([type.ANALYSIS, type.CLUSTER_ANALYSIS], { lastIf: "clusterScope" });
const rule = resource([type.DESTINATION_RULE]);

const routes = ["http", "tcp", "tls"].map((list) => `spec.${list}[]`);
/** Every place of a VirtualService that holds a `Destination`. */
const destinations = [
  ...routes.map((route) => `${route}.route[].destination`),
  "spec.http[].mirror",
  "spec.http[].mirrors[].destination",
];
const backends = [
  "spec.rules[].backendRefs[]",
  "spec.rules[].filters[].requestMirror.backendRef",
  "spec.rules[].backendRefs[].filters[].requestMirror.backendRef",
];
const ingressServices = ["spec.rules[].http.paths[].backend.service", "spec.defaultBackend.service"];
const canary = "spec.strategy.canary";
const blueGreen = "spec.strategy.blueGreen";
const rolloutRule = `${canary}.trafficRouting.istio.destinationRule`;
const probes = ["startupProbe", "readinessProbe", "livenessProbe"].map((probe) => `@containers.${probe}`);
const hooks = ["postStart", "preStop"].map((hook) => `@containers.lifecycle.${hook}`);
const affinityTerms = ["podAffinity", "podAntiAffinity"].flatMap((kind) => [
  `@pod.affinity.${kind}.requiredDuringSchedulingIgnoredDuringExecution[]`,
  `@pod.affinity.${kind}.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm`,
]);
const below = (places: readonly string[], key: string) => places.map((place) => `${place}.${key}`);

/**
 * Every place where a name is used, and what it refers to. Adding one is one entry. Sources: the API types of
 * Kubernetes (pkg/apis), istio.io/api, sigs.k8s.io/gateway-api, argo-rollouts pkg/apis/rollouts/v1alpha1, KEDA
 * apis/keda/v1alpha1, flagger pkg/apis/flagger/v1beta1.
 */
export const useSites: readonly UseSite[] = [
  // Istio
  { in: [type.VIRTUAL_SERVICE], at: ["spec.hosts[]", ...below(destinations, "host")], to: host },
  {
    in: [type.VIRTUAL_SERVICE],
    at: ["spec.hosts[]", ...below(destinations, "host")],
    to: { sort: "host" },
  },
  {
    in: [type.VIRTUAL_SERVICE],
    at: below(destinations, "subset"),
    to: { sort: "subset", of: { by: "rules", at: "host" } },
  },
  {
    in: [type.VIRTUAL_SERVICE],
    at: below(destinations, "port.number"),
    to: { sort: "servicePort", of: { by: "host", at: "../host" }, only: "numbers" },
  },
  {
    in: [type.VIRTUAL_SERVICE],
    at: ["spec.gateways[]", ...routes.map((route) => `${route}.match[].gateways[]`)],
    to: istioGateway,
  },
  { in: [type.DESTINATION_RULE], at: ["spec.host"], to: host },
  { in: [type.DESTINATION_RULE], at: ["spec.host"], to: { sort: "host" } },
  {
    in: [type.DESTINATION_RULE],
    at: ["spec.subsets[].labels"],
    to: { sort: "label", shape: "map", pods: { behindHost: "/spec.host" } },
  },
  {
    in: [type.DESTINATION_RULE],
    at: [
      "spec.trafficPolicy.portLevelSettings[].port.number",
      "spec.subsets[].trafficPolicy.portLevelSettings[].port.number",
    ],
    to: { sort: "servicePort", of: { by: "host", at: "/spec.host" }, only: "numbers" },
  },
  {
    in: [type.ISTIO_GATEWAY],
    at: ["spec.selector"],
    to: { sort: "label", shape: "map", pods: "any" },
  },
  {
    in: [type.SERVICE_ENTRY, type.SIDECAR],
    at: ["spec.workloadSelector.labels"],
    to: { sort: "label", shape: "map", pods: "any" },
  },
  {
    in: ["PeerAuthentication", "RequestAuthentication", "AuthorizationPolicy"].map(
      (kind) => `security.istio.io/${kind}`,
    ),
    at: ["spec.selector.matchLabels"],
    to: { sort: "label", shape: "map", pods: "any" },
  },

  // Gateway API
  { in: type.ROUTES, at: below(backends, "name"), to: backend },
  {
    in: type.ROUTES,
    at: below(backends, "port"),
    to: { sort: "servicePort", of: { by: "name", at: "name", target: backend }, only: "numbers" },
  },
  { in: type.ROUTES, at: ["spec.parentRefs[].name"], to: parent },
  {
    in: type.ROUTES,
    at: ["spec.parentRefs[].sectionName"],
    to: { sort: "listener", of: { by: "name", at: "name", target: parent } },
  },
  {
    in: [type.GATEWAY],
    at: ["spec.listeners[].tls.certificateRefs[].name"],
    to: resource([type.SECRET], { namespaceAt: "namespace" }),
  },

  // Ingress
  { in: [type.INGRESS], at: below(ingressServices, "name"), to: service },
  {
    in: [type.INGRESS],
    at: below(ingressServices, "port.name"),
    to: { sort: "servicePort", of: { by: "name", at: "../name", target: service }, only: "names" },
  },
  {
    in: [type.INGRESS],
    at: below(ingressServices, "port.number"),
    to: { sort: "servicePort", of: { by: "name", at: "../name", target: service }, only: "numbers" },
  },
  { in: [type.INGRESS], at: ["spec.tls[].secretName"], to: secret },

  // What selects pods
  { in: [type.SERVICE], at: ["spec.selector"], to: { sort: "label", shape: "map", pods: "any" } },
  {
    in: [type.BUDGET, type.POD_MONITOR],
    at: ["spec.selector"],
    to: { sort: "label", shape: "selector", pods: "any" },
  },
  {
    in: [type.NETWORK_POLICY],
    at: ["spec.podSelector"],
    to: { sort: "label", shape: "selector", pods: "any" },
  },
  {
    in: [type.NETWORK_POLICY],
    at: ["spec.ingress[].from[].podSelector", "spec.egress[].to[].podSelector"],
    to: { sort: "label", shape: "selector", pods: "any" },
    unless: "namespaceSelector",
  },
  {
    in: podOwners.filter((owner) => owner !== "/ReplicationController"),
    at: ["spec.selector"],
    to: { sort: "label", shape: "selector", pods: "own" },
  },
  {
    in: ["/ReplicationController"],
    at: ["spec.selector"],
    to: { sort: "label", shape: "map", pods: "own" },
  },
  {
    in: podOwners,
    at: ["@pod.topologySpreadConstraints[].labelSelector"],
    to: { sort: "label", shape: "selector", pods: "any" },
  },
  {
    in: podOwners,
    at: below(affinityTerms, "labelSelector"),
    to: { sort: "label", shape: "selector", pods: "any" },
    unless: "namespaceSelector",
  },

  // Ports
  {
    in: podOwners,
    at: [...probes, ...hooks].flatMap((check) => [`${check}.httpGet.port`, `${check}.tcpSocket.port`]),
    to: { sort: "containerPort", of: { by: "same" } },
  },
  {
    in: [type.SERVICE],
    at: ["spec.ports[].targetPort"],
    to: { sort: "containerPort", of: { by: "selector", at: "spec.selector" } },
  },
  {
    in: [type.POD_MONITOR],
    at: ["spec.podMetricsEndpoints[].port"],
    to: { sort: "containerPort", of: { by: "selector", at: "spec.selector" } },
  },
  {
    in: [type.NETWORK_POLICY],
    at: ["spec.ingress[].ports[].port"],
    to: { sort: "containerPort", of: { by: "selector", at: "spec.podSelector" } },
  },

  // What pods need
  {
    in: podOwners,
    at: [
      "@pod.volumes[].configMap.name",
      "@pod.volumes[].projected.sources[].configMap.name",
      "@containers.env[].valueFrom.configMapKeyRef.name",
      "@containers.envFrom[].configMapRef.name",
    ],
    to: resource([type.CONFIG_MAP]),
  },
  {
    in: podOwners,
    at: [
      "@pod.volumes[].secret.secretName",
      "@pod.volumes[].projected.sources[].secret.name",
      "@containers.env[].valueFrom.secretKeyRef.name",
      "@containers.envFrom[].secretRef.name",
      "@pod.imagePullSecrets[].name",
    ],
    to: secret,
  },
  { in: podOwners, at: ["@pod.volumes[].persistentVolumeClaim.claimName"], to: resource([type.CLAIM]) },
  {
    in: podOwners,
    at: ["@pod.serviceAccountName", "@pod.serviceAccount"],
    to: resource([type.SERVICE_ACCOUNT]),
  },
  {
    in: podOwners,
    at: ["@pod.priorityClassName"],
    to: resource(["scheduling.k8s.io/PriorityClass"]),
  },
  {
    in: podOwners,
    at: ["@containers.volumeMounts[].name"],
    to: { sort: "volume", of: { by: "same" } },
  },
  { in: [type.STATEFUL_SET], at: ["spec.serviceName"], to: service },

  // What scales and takes over workloads
  { in: [type.AUTOSCALER, type.SCALED_OBJECT], at: ["spec.scaleTargetRef.name"], to: scaled },
  { in: ["autoscaling.k8s.io/VerticalPodAutoscaler"], at: ["spec.targetRef.name"], to: scaled },
  { in: [type.ROLLOUT], at: ["spec.workloadRef.name"], to: scaled },
  { in: [type.CANARY], at: ["spec.targetRef.name"], to: scaled },
  {
    in: [type.CANARY],
    at: ["spec.autoscalerRef.name"],
    to: resource([type.AUTOSCALER, type.SCALED_OBJECT], {
      typeAt: { kind: "kind", apiVersion: "apiVersion" },
    }),
  },

  // Argo Rollouts
  {
    in: [type.ROLLOUT],
    at: [
      `${canary}.stableService`,
      `${canary}.canaryService`,
      `${canary}.pingPong.pingService`,
      `${canary}.pingPong.pongService`,
      `${blueGreen}.activeService`,
      `${blueGreen}.previewService`,
    ],
    to: service,
  },
  {
    in: [type.ROLLOUT],
    at: [
      `${canary}.trafficRouting.istio.virtualService.name`,
      `${canary}.trafficRouting.istio.virtualServices[].name`,
    ],
    to: resource([type.VIRTUAL_SERVICE]),
  },
  {
    in: [type.ROLLOUT],
    at: [
      `${canary}.trafficRouting.istio.virtualService.routes[]`,
      `${canary}.trafficRouting.istio.virtualServices[].routes[]`,
    ],
    to: { sort: "route", of: { by: "name", at: "../name", target: resource([type.VIRTUAL_SERVICE]) } },
  },
  { in: [type.ROLLOUT], at: [`${rolloutRule}.name`], to: rule },
  {
    in: [type.ROLLOUT],
    at: [`${rolloutRule}.canarySubsetName`, `${rolloutRule}.stableSubsetName`],
    to: { sort: "subset", of: { by: "name", at: "name", target: rule } },
  },
  {
    in: [type.ROLLOUT],
    at: [
      `${canary}.trafficRouting.nginx.stableIngress`,
      `${canary}.trafficRouting.nginx.stableIngresses[]`,
      `${canary}.trafficRouting.alb.ingress`,
    ],
    to: ingress,
  },
  {
    in: [type.ROLLOUT],
    at: [
      `${canary}.analysis`,
      `${canary}.steps[].analysis`,
      `${blueGreen}.prePromotionAnalysis`,
      `${blueGreen}.postPromotionAnalysis`,
    ].map((place) => `${place}.templates[].templateName`),
    to: analysis,
  },

  // Permissions
  {
    in: ["rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding"],
    at: ["subjects[].name"],
    to: resource([type.SERVICE_ACCOUNT], { typeAt: { kind: "kind" }, namespaceAt: "namespace" }),
  },
  {
    in: ["rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding"],
    at: ["roleRef.name"],
    to: resource(["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"], {
      typeAt: { kind: "kind", group: "apiGroup" },
    }),
  },

  // Kustomize
  {
    in: [type.KUSTOMIZATION],
    at: ["replicas[].name"],
    to: resource(type.SCALABLE),
  },
  {
    in: [type.KUSTOMIZATION],
    at: ["patches[].target.name", "patchesJson6902[].target.name"],
    to: resource(type.SCALABLE, { typeAt: { kind: "kind", group: "group" } }),
  },
];
