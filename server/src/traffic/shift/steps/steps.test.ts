import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../../../model/message.ts";
import { make, ShiftWorld } from "../../../testing/shift-world.ts";
import type { KubeObject } from "../cluster.ts";
import type { Intent } from "../intent.ts";
import { KINDS } from "../kinds.ts";
import { planMember } from "../plan.ts";
import { readSides } from "../reading/sides.ts";
import { routesOfObject } from "../route.ts";

type Route = readonly (readonly [subset: string, weight?: number])[];

const virtualService = (route: Route, list = "http"): KubeObject =>
  make("networking.istio.io/v1", "VirtualService", "app", {
    spec: {
      hosts: ["app"],
      [list]: [
        {
          route: route.map(([subset, weight]) => ({
            destination: { host: "app", subset },
            ...(weight !== undefined && { weight }),
          })),
        },
      ],
    },
  });

function intent(to: Record<string, number>, steps: readonly number[] = [], route?: string): Intent {
  return {
    context: "test",
    ref: { type: KINDS.virtualService, namespace: "shop", name: "app" },
    kind: "weights",
    to: Object.entries(to).map(([leg, weight]) => ({ leg, weight })),
    steps,
    ...(route !== undefined && { route }),
  };
}

/** The weights of every step, or why there are none. */
function planned(object: KubeObject, ...args: Parameters<typeof intent>): unknown {
  const plan = planMember(object, intent(...args));
  if (!plan.ok) return render(plan.problem);
  return plan.steps.map(({ goal }) => goal.kind === "weights" && goal.weights.map(({ weight }) => weight));
}

test("weights that do not add up to 100 are parts of their sum, and every step adds up", () => {
  assert.deepEqual(
    planned(
      virtualService([
        ["v1", 1],
        ["v2", 1],
      ]),
      { v2: 100 },
      [75, 100],
    ),
    [
      [25, 75],
      [0, 100],
    ],
  );
  assert.deepEqual(
    planned(
      virtualService([
        ["v1", 190],
        ["v2", 10],
      ]),
      { v2: 100 },
      [5, 25],
    ),
    [
      [75, 25],
      [0, 100],
    ],
  );
});

test("what comes back is what was written, whatever it adds up to", () => {
  const object = virtualService([["v1", 3], ["v2"]]);
  const plan = planMember(object, intent({ v2: 100 }));
  assert.ok(plan.ok);
  const undo = plan.steps[0]?.undo;
  assert.deepEqual(undo?.kind === "weights" && undo.weights.map(({ weight }) => weight), [3, null]);
});

test("of three destinations those that are not named share the rest as they do now", () => {
  const three = virtualService([
    ["v1", 60],
    ["v2", 30],
    ["v3", 10],
  ]);
  assert.deepEqual(planned(three, { v3: 40 }), [[40, 20, 40]]);
  assert.deepEqual(planned(three, { v1: 0, v2: 100 }, [50]), [
    [43, 50, 7],
    [0, 100, 0],
  ]);
  assert.match(String(planned(three, { v1: 50, v2: 60 })), /add up to 110/);
  assert.match(String(planned(three, { v1: 10, v2: 10, v3: 10 })), /to exactly 100/);
});

test("a route with one destination has nothing to share", () => {
  const one = virtualService([["v1"]]);
  assert.match(String(planned(one, { v1: 100 })), /no route that shares its traffic/);
  assert.match(String(planned(one, { v1: 100 }, [], "http[0]")), /shared out that way already/);
});

test("a destination that stands twice in a route, and a route that stands twice, are refused before anything", () => {
  assert.match(
    String(
      planned(
        virtualService([
          ["v1", 50],
          ["v1", 40],
          ["v2", 10],
        ]),
        { v2: 100 },
      ),
    ),
    /names a destination twice/,
  );
  const object = virtualService([
    ["v1", 90],
    ["v2", 10],
  ]);
  const spec = object.spec as { http: object[] };
  const twice = { ...object, spec: { ...spec, http: [...spec.http, ...spec.http] } };
  assert.match(String(planned(twice, { v2: 100 }, [], "http[1]")), /has the same route twice/);
});

test("tcp and tls routes are shared out like others", () => {
  assert.deepEqual(planned(virtualService([["v1", 100], ["v2"]], "tcp"), { v2: 100 }), [[0, 100]]);
  assert.deepEqual(planned(virtualService([["v1", 100], ["v2"]], "tls"), { v2: 100 }), [[0, 100]]);
});

test("backends of an HTTPRoute without a weight have 1, filters stay, and 0 of 0 gets nothing", () => {
  const backend = (name: string, weight?: number) => ({
    name,
    port: 80,
    ...(weight !== undefined && { weight }),
  });
  const route = (...backendRefs: object[]) =>
    make("gateway.networking.k8s.io/v1", "HTTPRoute", "app", {
      spec: { rules: [{ filters: [{ type: "RequestMirror" }], backendRefs }] },
    });
  const of = (object: KubeObject) => planned(object, { b: 100 }, [50]);
  assert.deepEqual(of(route(backend("a"), backend("b"))), [[0, 100]], "they have one half each");
  assert.deepEqual(of(route(backend("a"), backend("b", 0))), [
    [50, 50],
    [0, 100],
  ]);
  assert.deepEqual(of(route(backend("a", 0), backend("b", 0))), [[0, 100]], "nothing was shared out before");
});

test("a backend that is no Service is not taken for the Service of its name", async () => {
  const backend = (kind: string, weight: number) => ({ kind, name: "app", port: 80, weight });
  const object = make("gateway.networking.k8s.io/v1", "HTTPRoute", "app", {
    spec: { rules: [{ backendRefs: [backend("Service", 90), backend("ServiceImport", 10)] }] },
  });
  assert.deepEqual(planned(object, { "ServiceImport app:80": 100 }), [[0, 100]]);
  const world = new ShiftWorld();
  const [route] = routesOfObject(object);
  const sides = await readSides(world.cluster, object, route?.legs ?? [], new AbortController().signal);
  assert.deepEqual(
    sides.map(({ endpoints }) => endpoints.known),
    [true, false],
  );
});
