import assert from "node:assert/strict";
import { test } from "node:test";
import { resourceIn } from "../testing/resource.ts";
import { servicesOfFlagger } from "./flagger.ts";
import { gatewaysOf, mirrorsOf } from "./istio.ts";
import { subsetsOfRollout } from "./rollout.ts";
import { routesOf, splitsOf } from "./weighted-route.ts";

test("a VirtualService has its http, tls and tcp routes, with their places", () => {
  const resource = resourceIn(`apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  gateways: [ns/public, mesh]
  tcp:
    - route: [{ destination: { host: db } }]
  http:
    - name: first
      match: [{ uri: { prefix: /a } }]
      route:
        - destination: { host: app, subset: v1, port: { number: 80 } }
          weight: 9
        - destination: { host: "\${HOST}" }
      mirror: { host: shadow, subset: v2 }
      mirrors: [{ destination: { host: other } }, {}]
    - redirect: { uri: / }
    - not a route
`);
  const routes = splitsOf(resource);
  assert.deepEqual(
    routes.map(({ protocol, index, name, path }) => [protocol, index, name, path.join(".")]),
    [
      ["http", 0, "first", "spec.http.0"],
      ["http", 1, undefined, "spec.http.1"],
      ["tcp", 0, undefined, "spec.tcp.0"],
    ],
  );
  const [first, redirect] = routes;
  assert.ok(first !== undefined && redirect !== undefined);
  assert.equal(first.matches.length, 1);
  assert.deepEqual(
    first.destinations.map(({ host, subset, port, weight }) => [
      host.state,
      subset.state,
      port.state,
      weight.state,
    ]),
    [
      ["known", "known", "known", "known"],
      ["unknown", "absent", "absent", "absent"],
    ],
  );
  assert.deepEqual(redirect.destinations, []);
  assert.deepEqual(
    mirrorsOf(first).map(({ host }) => host.state === "known" && host.value),
    ["shadow", "other"],
  );
  assert.deepEqual(gatewaysOf(resource), ["ns/public", "mesh"]);
  assert.deepEqual(gatewaysOf(resourceIn("apiVersion: v1\nkind: X\n")), ["mesh"]);
});

test("routes of the Gateway API name backends", () => {
  const [route] = splitsOf(
    resourceIn(`apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
spec:
  rules:
    - name: r
      matches: [{ method: { service: s } }]
      backendRefs:
        - { name: a, namespace: b, port: 80, weight: 3 }
`),
  );
  assert.ok(route !== undefined);
  assert.deepEqual(
    [route.platform, route.protocol, route.name, route.listKey],
    ["gateway-api", "grpc", "r", "backendRefs"],
  );
  const [backend] = route.destinations;
  assert.ok(backend?.namespace.state === "known" && backend.weight.state === "known");
  assert.deepEqual([backend.namespace.value, backend.weight.value], ["b", 3]);
});

test("a DestinationRule shares by locality, for itself, its ports and its subsets", () => {
  const policy = (to: string) =>
    `loadBalancer: { localityLbSetting: { distribute: [{ from: a/*, to: ${to} }] } }`;
  const routes = routesOf(
    resourceIn(`apiVersion: networking.istio.io/v1
kind: DestinationRule
spec:
  trafficPolicy:
    ${policy("{ a/*: 60, b/*: 40 }")}
    portLevelSettings:
      - ${policy("{ a/*: 1 }")}
  subsets:
    - name: v1
      trafficPolicy:
        ${policy("{ b/*: 100 }")}
`),
  );
  assert.deepEqual(
    routes.map((route) => route.kind === "locality" && route.destinations.map(({ locality }) => locality)),
    [["a/*", "b/*"], ["a/*"], ["b/*"]],
  );
  assert.equal(
    routes.map(({ path }) => path.join("."))[2],
    "spec.subsets.0.trafficPolicy.loadBalancer.localityLbSetting.distribute.0",
  );
});

test("a Rollout moves in the steps that set a weight", () => {
  const rollout = resourceIn(`apiVersion: argoproj.io/v1alpha1
kind: Rollout
spec:
  strategy:
    canary:
      canaryService: new
      stableService: old
      trafficRouting:
        maxTrafficWeight: 1000
        istio: { destinationRule: { name: dr, canarySubsetName: c, stableSubsetName: s } }
      steps:
        - setWeight: 5
        - pause: {}
        - setWeight: 50
`);
  const [route] = routesOf(rollout);
  assert.ok(route?.kind === "steps" && route.schedule.kind === "list");
  assert.deepEqual(
    route.schedule.steps.map(({ index, weight }) => [index, weight.state === "known" && weight.value]),
    [
      [0, 5],
      [2, 50],
    ],
  );
  assert.deepEqual([route.stable.state, route.canary.state, route.total.state], ["known", "known", "known"]);
  assert.deepEqual(subsetsOfRollout(rollout), ["c", "s"]);
  const blueGreen = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: {strategy: {blueGreen: {}}}\n";
  assert.deepEqual(routesOf(resourceIn(blueGreen)), []);
});

test("a Flagger Canary climbs a ramp or takes listed steps", () => {
  const canary = (analysis: string) =>
    resourceIn(`apiVersion: flagger.app/v1beta1
kind: Canary
spec:
  targetRef: { kind: Deployment, name: web }
  analysis: ${analysis}
`);
  const [ramp] = routesOf(canary("{ stepWeight: 10, maxWeight: 50 }"));
  assert.ok(ramp?.kind === "steps" && ramp.schedule.kind === "ramp");
  assert.ok(ramp.canary.state === "known");
  assert.equal(ramp.canary.value, "web-canary");
  const [list] = routesOf(canary("{ stepWeights: [1, 2, 10] }"));
  assert.ok(list?.kind === "steps" && list.schedule.kind === "list");
  assert.equal(list.schedule.steps.length, 3);
  assert.deepEqual(routesOf(canary("{ iterations: 10 }")), []);
  assert.deepEqual(servicesOfFlagger(canary("{}")), ["web", "web-primary", "web-canary"]);
});
