import assert from "node:assert/strict";
import { test } from "node:test";
import type { Files } from "../testing/memory-workspace.ts";
import { marked } from "../testing/names.ts";
import { definitionsOf, mentionsAt, patchNames, usesOf } from "./find.ts";

/** Where the name at the cursor is given. */
function definitions(files: Files): {
  readonly found: readonly string[];
  readonly expected: readonly string[];
} {
  const { world, document, offset, place, expected } = marked(files);
  const found = mentionsAt(document, offset)
    .flatMap(({ mention }) => definitionsOf(world, mention))
    .map(({ resource, range }) => place(resource.document, range));
  return { found: [...new Set(found)].sort(), expected };
}

/** Where the name at the cursor is used. */
function uses(files: Files): { readonly found: readonly string[]; readonly expected: readonly string[] } {
  const { world, document, offset, place, expected } = marked(files);
  const found = mentionsAt(document, offset)
    .flatMap(({ mention }) => definitionsOf(world, mention))
    .flatMap((definition) => [...usesOf(world, definition), ...patchNames(world, definition)])
    .map(({ resource, range }) => place(resource.document, range));
  return { found: [...new Set(found)].sort(), expected };
}

const deployment = (pod: string, labels = "{ app: web }") => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: ${labels} }
    spec: ${pod}
---`;
const named = (apiVersion: string, kind: string, name: string, rest = "") =>
  `\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name} }\n${rest}---`;
const service = (rest = "spec: { selector: { app: web }, ports: [{ name: http, port: 80 }] }\n") =>
  named("v1", "Service", "«web»", rest);
const rule = (rest: string) => named("networking.istio.io/v1", "DestinationRule", "web", `spec: ${rest}\n`);
const virtualService = (rest: string) =>
  named("networking.istio.io/v1", "VirtualService", "web", `spec: ${rest}\n`);
const route = (rest: string) => named("gateway.networking.k8s.io/v1", "HTTPRoute", "web", `spec: ${rest}\n`);
const rollout = (strategy: string) =>
  named("argoproj.io/v1alpha1", "Rollout", "web", `spec: { strategy: ${strategy} }\n`);
const pod = (spec: string) => named("v1", "Pod", "web", `spec: ${spec}\n`);

const LEADS: Readonly<Record<string, string>> = {
  "a host to its Service":
    service() + virtualService("{ http: [{ route: [{ destination: { host: w‸eb } }] }] }"),
  "a host in full to its Service":
    `${named("v1", "Service", "«web», namespace: shop")}` +
    virtualService("{ http: [{ mirror: { host: web‸.shop.svc.cluster.local } }] }"),
  "a host to its ServiceEntry":
    named("networking.istio.io/v1", "ServiceEntry", "pay", "spec: { hosts: [«pay.example.com»] }\n") +
    rule("{ host: pay.exa‸mple.com }"),
  "a subset to the DestinationRule of its host":
    rule("{ host: web, subsets: [{ name: «v1» }, { name: v2 }] }") +
    named(
      "networking.istio.io/v1",
      "DestinationRule",
      "other",
      "spec: { host: other, subsets: [{ name: v1 }] }\n",
    ) +
    virtualService("{ http: [{ route: [{ destination: { host: web, subset: ‸v1 } }] }] }"),
  "a port of a destination to the Service":
    service("spec: { ports: [{ name: http, port: «80» }] }\n").replace(/«web»/, "web") +
    virtualService("{ tcp: [{ route: [{ destination: { host: web, port: { number: ‸80 } } }] }] }"),
  "an Istio gateway to its Gateway":
    named("networking.istio.io/v1", "Gateway", "«edge», namespace: infra") +
    virtualService("{ gateways: [mesh, infra/ed‸ge] }"),
  "a parent to its Gateway":
    named("gateway.networking.k8s.io/v1", "Gateway", "«edge»") + route("{ parentRefs: [{ name: edg‸e }] }"),
  "a section to the listener":
    named("gateway.networking.k8s.io/v1", "Gateway", "edge", "spec: { listeners: [{ name: «https» }] }\n") +
    route("{ parentRefs: [{ name: edge, sectionName: ‸https }] }"),
  "a backend to its Service": service() + route("{ rules: [{ backendRefs: [{ name: ‸web, port: 80 }] }] }"),
  "an Ingress to its Service and port":
    service("spec: { ports: [{ name: «http», port: 80 }] }\n").replace(/«web»/, "web") +
    named(
      "networking.k8s.io/v1",
      "Ingress",
      "web",
      "spec: { defaultBackend: { service: { name: web, port: { name: ht‸tp } } } }\n",
    ),
  "a Service's label to the pods":
    deployment("{}", "{ app: «web», tier: web }") +
    named("v1", "Service", "web", "spec: { selector: { app: we‸b } }\n"),
  "a budget's label to the pods":
    deployment("{}", "{ app: «web» }") +
    named("policy/v1", "PodDisruptionBudget", "web", "spec: { selector: { matchLabels: { ap‸p: web } } }\n"),
  "one of several values of an expression to the pods":
    deployment("{}", "{ app: «web» }") +
    named(
      "policy/v1",
      "PodDisruptionBudget",
      "web",
      "spec: { selector: { matchExpressions: [{ key: app, operator: In, values: [api, ‸web] }] } }\n",
    ),
  "a spread's label to the pods": deployment(
    "{ topologySpreadConstraints: [{ labelSelector: { matchLabels: { app: w‸eb } } }] }",
    "{ app: «web» }",
  ),
  "an affinity's label to the pods": deployment(
    "{ affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: { labelSelector: { matchLabels: { app: w‸eb } } } }] } } }",
    "{ app: «web» }",
  ),
  "a subset's label to the pods behind the host":
    deployment("{}", "{ app: web, version: «v1» }") +
    service().replace(/«web»/, "web") +
    rule("{ host: web, subsets: [{ name: v1, labels: { version: v‸1 } }] }"),
  "an autoscaler to its workload":
    deployment("{}").replace("name: web", "name: «web»") +
    named(
      "autoscaling/v2",
      "HorizontalPodAutoscaler",
      "web",
      "spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ‸web } }\n",
    ),
  "a ScaledObject, which means a Deployment unless it says otherwise":
    named("apps/v1", "StatefulSet", "web") +
    deployment("{}").replace("name: web", "name: «web»") +
    named("keda.sh/v1alpha1", "ScaledObject", "web", "spec: { scaleTargetRef: { name: ‸web } }\n"),
  "a probe's port to the port of its own container": pod(
    "{ containers: [{ name: a, ports: [{ name: http }] }, { name: b, ports: [{ name: «http» }], livenessProbe: { httpGet: { port: ht‸tp } } }] }",
  ),
  "a Service's target port to the ports of its pods":
    deployment("{ containers: [{ name: a, ports: [{ name: «http», containerPort: 80 }] }] }") +
    named(
      "v1",
      "Service",
      "web",
      "spec: { selector: { app: web }, ports: [{ port: 80, targetPort: htt‸p }] }\n",
    ),
  "a ConfigMap":
    named("v1", "ConfigMap", "«web»") + pod("{ volumes: [{ name: a, configMap: { name: we‸b } }] }"),
  "a ConfigMap in an environment":
    named("v1", "ConfigMap", "«web»") +
    pod("{ containers: [{ name: a, envFrom: [{ configMapRef: { name: web‸ } }] }] }"),
  "a Secret":
    named("v1", "Secret", "«web»") + pod("{ volumes: [{ name: a, secret: { secretName: we‸b } }] }"),
  "a claim":
    named("v1", "PersistentVolumeClaim", "«data»") +
    pod("{ volumes: [{ name: a, persistentVolumeClaim: { claimName: ‸data } }] }"),
  "a ServiceAccount": named("v1", "ServiceAccount", "«web»") + pod("{ serviceAccountName: ‸web }"),
  "a volume mount to the volume": pod(
    "{ volumes: [{ name: «tmp» }], containers: [{ name: a, volumeMounts: [{ name: t‸mp }] }] }",
  ),
  "a StatefulSet to its Service":
    service() + named("apps/v1", "StatefulSet", "web", "spec: { serviceName: w‸eb }\n"),
  "a Rollout to its Services": service() + rollout("{ blueGreen: { previewService: we‸b } }"),
  "a Rollout to its VirtualService":
    virtualService("{}").replace("name: web", "name: «web»") +
    rollout("{ canary: { trafficRouting: { istio: { virtualService: { name: w‸eb } } } } }"),
  "a Rollout to a route of its VirtualService":
    virtualService("{ http: [{ name: «primary» }] }") +
    rollout(
      "{ canary: { trafficRouting: { istio: { virtualService: { name: web, routes: [pri‸mary] } } } } }",
    ),
  "a Rollout to a subset of its DestinationRule":
    rule("{ host: web, subsets: [{ name: stable }, { name: «canary» }] }") +
    rollout(
      "{ canary: { trafficRouting: { istio: { destinationRule: { name: web, canarySubsetName: c‸anary } } } } }",
    ),
  "a Rollout to its analysis":
    named("argoproj.io/v1alpha1", "ClusterAnalysisTemplate", "ok") +
    named("argoproj.io/v1alpha1", "AnalysisTemplate", "«ok»") +
    rollout("{ canary: { steps: [{ analysis: { templates: [{ templateName: ‸ok }] } }] } }"),
  "a Rollout to the analysis of the cluster":
    named("argoproj.io/v1alpha1", "ClusterAnalysisTemplate", "«ok»") +
    named("argoproj.io/v1alpha1", "AnalysisTemplate", "ok") +
    rollout("{ canary: { analysis: { templates: [{ templateName: ‸ok, clusterScope: true }] } } }"),
  "a Rollout to the workload it takes over":
    deployment("{}").replace("name: web", "name: «web»") +
    named(
      "argoproj.io/v1alpha1",
      "Rollout",
      "new",
      "spec: { workloadRef: { apiVersion: apps/v1, kind: Deployment, name: ‸web } }\n",
    ),
  "a binding to the account":
    named("v1", "ServiceAccount", "«web»") +
    named(
      "rbac.authorization.k8s.io/v1",
      "RoleBinding",
      "web",
      "subjects: [{ kind: ServiceAccount, name: ‸web }]\n",
    ),
  "JSON like YAML":
    `{ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "«web»" } }\n---\n` +
    `{ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "p" }, "spec": { "volumes": [{ "configMap": { "name": "‸web" } }] } }\n`,
};

for (const [what, text] of Object.entries(LEADS)) {
  test(`the definition of ${what}`, () => {
    const { found, expected } = definitions({ "a.yaml": text });
    assert.ok(expected.length > 0);
    assert.deepEqual(found, expected);
  });
}

test("a name in an overlay means what is built with it, not its twin next door", () => {
  const overlay = "resources: [../base, service.yaml]\n";
  const files = {
    "base/kustomization.yaml": "resources: [ingress.yaml]\n",
    "base/ingress.yaml": named("networking.k8s.io/v1", "Ingress", "web"),
    "dev/kustomization.yaml": `${overlay}namespace: dev\n`,
    "dev/service.yaml":
      named("v1", "Service", "«web»") + route("{ rules: [{ backendRefs: [{ name: ‸web }] }] }"),
    "prod/kustomization.yaml": `${overlay}namespace: prod\n`,
    "prod/service.yaml":
      named("v1", "Service", "web") + route("{ rules: [{ backendRefs: [{ name: web }] }] }"),
  };
  const { found, expected } = definitions(files);
  assert.deepEqual(found, expected);
});

test("what only another overlay of the same base has is not meant", () => {
  const overlay = "resources: [../base, service.yaml]\n";
  const { found } = definitions({
    "base/kustomization.yaml": "resources: [ingress.yaml]\n",
    "base/ingress.yaml": named("networking.k8s.io/v1", "Ingress", "web"),
    "dev/kustomization.yaml": overlay,
    "dev/service.yaml": route("{ rules: [{ backendRefs: [{ name: ‸web }] }] }"),
    "prod/kustomization.yaml": overlay,
    "prod/service.yaml": named("v1", "Service", "web"),
  });
  assert.deepEqual(found, []);
});

test("what stands alone in the workspace is meant, one of several is not", () => {
  const use = route("{ rules: [{ backendRefs: [{ name: ‸web }] }] }");
  const alone = definitions({ "a/a.yaml": use, "b/b.yaml": named("v1", "Service", "«web»") });
  assert.deepEqual(alone.found, alone.expected);
  const several = {
    "a/a.yaml": use,
    "b/b.yaml": named("v1", "Service", "web"),
    "c/c.yaml": named("v1", "Service", "web"),
  };
  assert.deepEqual(definitions(several).found, []);
});

test("another namespace is another name", () => {
  const { found } = definitions({
    "a.yaml":
      named("v1", "Service", "web, namespace: shop") +
      named("networking.istio.io/v1", "DestinationRule", "web, namespace: pay", "spec: { host: ‸web }\n"),
  });
  assert.deepEqual(found, []);
});

test("a ConfigMap that a kustomization makes is found in it", () => {
  const { found, expected } = definitions({
    "kustomization.yaml": "resources: [pod.yaml]\nconfigMapGenerator: [{ name: «settings» }]\n",
    "pod.yaml": pod("{ volumes: [{ configMap: { name: ‸settings } }] }"),
  });
  assert.deepEqual(found, expected);
});

test("references of a Service are in every file that is deployed with it", () => {
  const { found, expected } = uses({
    "service.yaml": named("v1", "Service", "w‸eb, namespace: shop"),
    "routes.yaml":
      virtualService(
        "{ hosts: [«web»], http: [{ route: [{ destination: { host: «web».shop.svc.cluster.local } }] }] }",
      ) +
      rule('{ host: "«web»" }') +
      route("{ rules: [{ backendRefs: [{ name: «web» }, { name: other }] }] }"),
    "ingress.yaml": named(
      "networking.k8s.io/v1",
      "Ingress",
      "web",
      "spec: { defaultBackend: { service: { name: «web» } } }\n",
    ),
  });
  assert.deepEqual(found, expected);
});

test("references of a label are the selectors that match the whole pod", () => {
  const { found, expected } = uses({
    "a.yaml":
      named(
        "apps/v1",
        "Deployment",
        "web",
        "spec: { selector: { matchLabels: { app: «web» } }, template: { metadata: { labels: { app: w‸eb } } } }\n",
      ) +
      named("v1", "Service", "web", "spec: { selector: { app: «web» } }\n") +
      named("v1", "Service", "old", "spec: { selector: { app: web, version: v1 } }\n"),
  });
  assert.deepEqual(found, expected);
});

test("the name of a patch is that of the resource it changes", () => {
  const files = {
    "base/kustomization.yaml": "resources: [web.yaml]\n",
    "base/web.yaml": deployment("{ containers: [{ name: a, image: a }] }").replace("name: web", "name: w‸eb"),
    "prod/kustomization.yaml":
      "resources: [../base]\npatches: [{ path: replicas.yaml }]\nreplicas: [{ name: «web» }]\n",
    "prod/replicas.yaml": named("apps/v1", "Deployment", "«web»", "spec: { replicas: 3 }\n"),
  };
  const { found, expected } = uses(files);
  assert.deepEqual(found, expected);
});
