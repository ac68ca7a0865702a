import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { applyPatch } from "rfc6902";
import { make } from "../../../testing/shift-world.ts";
import type { KubeObject } from "../cluster.ts";
import { type LiveRoute, routesOfObject } from "../route.ts";
import { stepsBetween } from "../steps/weights.ts";
import type { Goal } from "./goal.ts";
import { inverseOf, isReached, planGoal } from "./plan.ts";
import { templateHash } from "./rollout.ts";

const weight = fc.option(fc.nat(100), { nil: undefined });
const names = fc.uniqueArray(fc.constantFrom("v1", "v2", "v3", "v4"), { minLength: 2, maxLength: 4 });

/** A VirtualService with header routes around, absent weights, and hosts with and without subsets. */
const virtualService = names.chain((subsets) =>
  fc
    .record({
      weights: fc.array(weight, { minLength: 4, maxLength: 4 }),
      bySubset: fc.boolean(),
      ahead: fc.nat(3),
      protocol: fc.constantFrom("http", "tcp"),
      port: fc.option(fc.constant({ port: { number: 8080 } }), { nil: {} }),
    })
    .map(({ weights, bySubset, ahead, protocol, port }) => {
      const route = subsets.map((name, i) => ({
        destination: { ...(bySubset ? { host: "app", subset: name } : { host: `app-${name}` }), ...port },
        ...(weights[i] !== undefined && { weight: weights[i] }),
      }));
      const others = Array.from({ length: ahead }, (_, i) => ({
        name: `internal-${i}`,
        match: [{ port: 1000 + i }],
        route: [{ destination: { host: "app", subset: "v2" } }],
      }));
      return make("networking.istio.io/v1", "VirtualService", "app", {
        spec: { hosts: ["app"], [protocol]: [...others, { timeout: "5s", route }] },
      });
    }),
);

const httpRoute = fc.array(weight, { minLength: 2, maxLength: 4 }).map((weights) =>
  make("gateway.networking.k8s.io/v1", "HTTPRoute", "web", {
    spec: {
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          backendRefs: weights.map((w, i) => ({
            name: `app-v${i}`,
            port: 80,
            ...(w !== undefined && { weight: w }),
          })),
        },
      ],
    },
  }),
);

function weighted(object: KubeObject): LiveRoute {
  const route = routesOfObject(object).findLast(({ legs }) => legs.length > 1);
  assert.ok(route);
  return route;
}

function carriedOut(object: KubeObject, goal: Goal): KubeObject {
  const plan = planGoal(object, goal);
  assert.ok(plan.ok, JSON.stringify(plan));
  const after = structuredClone(object);
  assert.deepEqual(
    applyPatch(after, [...plan.operations]).filter((result) => result !== null),
    [],
  );
  assert.deepEqual(after, plan.after);
  return after;
}

const withoutWeights = (object: KubeObject) =>
  JSON.parse(JSON.stringify(object, (key, value) => (key === "weight" ? undefined : value)));

test("a patch of weights reaches its goal, changes nothing else, and its inverse restores every byte of JSON", () => {
  fc.assert(
    fc.property(
      fc.oneof(virtualService, httpRoute),
      fc.array(fc.nat(100), { minLength: 4, maxLength: 4 }),
      (object, wanted) => {
        const route = weighted(object);
        const goal: Goal = {
          kind: "weights",
          route: route.key,
          weights: route.key.legs.map((leg, i) => ({ leg, weight: wanted[i] ?? 0 })),
        };
        const undo = inverseOf(object, goal);
        assert.ok(undo);
        const after = carriedOut(object, goal);
        assert.ok(isReached(after, goal));
        assert.deepEqual(
          weighted(after).legs.map((leg) => leg.weight),
          wanted.slice(0, route.legs.length),
        );
        assert.deepEqual(withoutWeights(after), withoutWeights(object));
        assert.deepEqual(carriedOut(after, undo), object);
        assert.ok(isReached(object, undo));
      },
    ),
  );
});

test("the patch finds its route wherever it has moved, and refuses another's", () => {
  fc.assert(
    fc.property(virtualService, fc.nat(3), (object, shift) => {
      const route = weighted(object);
      const goal: Goal = {
        kind: "weights",
        route: route.key,
        weights: route.key.legs.map((leg, i) => ({ leg, weight: i })),
      };
      const moved = structuredClone(object) as KubeObject & { spec: Record<string, object[]> };
      for (let i = 0; i < shift; i++)
        moved.spec[route.list]?.unshift({
          name: `new-${i}`,
          match: [{ port: i }],
          route: [{ destination: { host: "x" } }],
        });
      assert.deepEqual(
        weighted(carriedOut(moved, goal)).legs.map((leg) => leg.weight),
        route.legs.map((_, i) => i),
      );
      const twice = structuredClone(object) as typeof moved;
      twice.spec[route.list]?.push(structuredClone(twice.spec[route.list]?.at(-1) ?? {}));
      assert.equal(planGoal(twice, goal).ok, false);
    }),
  );
});

test("the tests of a patch notice every other destination in its place", () => {
  const object = make("networking.istio.io/v1", "VirtualService", "app", {
    spec: {
      http: [
        { route: [{ destination: { host: "app-vm" }, weight: 100 }, { destination: { host: "app-k8s" } }] },
      ],
    },
  });
  const route = weighted(object);
  const plan = planGoal(object, {
    kind: "weights",
    route: route.key,
    weights: [
      { leg: { host: "app-vm" }, weight: 0 },
      { leg: { host: "app-k8s" }, weight: 100 },
    ],
  });
  assert.ok(plan.ok);
  assert.deepEqual(
    plan.operations.filter(({ op }) => op !== "test"),
    [
      { op: "add", path: "/spec/http/0/route/0/weight", value: 0 },
      { op: "add", path: "/spec/http/0/route/1/weight", value: 100 },
    ],
  );
  for (const other of [
    { host: "elsewhere" },
    { host: "app-k8s", subset: "v2" },
    { host: "app-k8s", port: { number: 1 } },
  ]) {
    const changed = structuredClone(object) as KubeObject & {
      spec: { http: { route: { destination: object }[] }[] };
    };
    const leg = changed.spec.http[0]?.route[1];
    assert.ok(leg);
    leg.destination = other;
    assert.notDeepEqual(
      applyPatch(changed, [...plan.operations]).filter((result) => result !== null),
      [],
      JSON.stringify(other),
    );
  }
});

test("the weights of every step add up to 100, grow and end where they should", () => {
  const shares = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 4 }).map((parts) => {
    const rest = parts.slice(1).reduce((sum, part) => sum + part, 0);
    return rest > 100 ? [100, ...parts.slice(1).map(() => 0)] : [100 - rest, ...parts.slice(1)];
  });
  fc.assert(
    fc.property(
      shares,
      fc.nat(3),
      fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { maxLength: 6 }),
      (now, pick, steps) => {
        const target = pick % now.length;
        const end = now.map((_, i) => (i === target ? 100 : 0));
        let before = now[target] ?? 0;
        const vectors = stepsBetween(now, end, steps);
        for (const vector of vectors) {
          assert.equal(
            vector.reduce((sum, part) => sum + part, 0),
            100,
          );
          assert.ok(vector.every((part) => Number.isInteger(part) && part >= 0));
          assert.ok((vector[target] ?? 0) > before);
          before = vector[target] ?? 0;
        }
        if (vectors.length > 0) assert.deepEqual(vectors.at(-1), end);
        for (const step of steps) {
          const isOnTheWay = step > (now[target] ?? 0) && step < 100;
          assert.equal(
            vectors.some((vector) => vector[target] === step),
            isOnTheWay || (step === 100 && vectors.length > 0),
          );
        }
      },
    ),
  );
});

test("header routes are put in front of the default route in their order, and taken away whole", () => {
  fc.assert(
    fc.property(
      virtualService,
      fc.uniqueArray(fc.constantFrom("A", "B", "C"), { minLength: 1 }),
      (object, values) => {
        const route = weighted(object);
        if (route.list !== "http") return;
        const goal: Goal = {
          kind: "insertRoutes",
          before: route.key,
          routes: values.map((exact) => ({
            name: `group-${exact}`,
            header: "user-group",
            exact,
            to: { host: "app", subset: exact },
          })),
        };
        const undo = inverseOf(object, goal);
        assert.ok(undo);
        const after = carriedOut(object, goal);
        const order = routesOfObject(after).map(({ name }) => name);
        assert.deepEqual(
          order.slice(route.index, route.index + values.length),
          values.map((value) => `group-${value}`),
        );
        assert.ok(isReached(after, goal));
        assert.deepEqual(carriedOut(after, undo), object);
      },
    ),
  );
});

test("a promoted database's token is written and a demotion removes it; what cannot be undone says so", () => {
  const replica = make("postgresql.cnpg.io/v1", "Cluster", "b", {
    spec: { replica: { primary: "a", source: "a" } },
  });
  const promote: Goal = {
    kind: "database",
    action: "promote",
    tokenFrom: { context: "x", namespace: "y", name: "a" },
  };
  assert.equal(planGoal(replica, promote).ok, false);
  const plan = planGoal(replica, promote, { token: "abc" });
  assert.ok(plan.ok);
  assert.deepEqual((plan.after.spec as { replica: object }).replica, {
    primary: "b",
    source: "a",
    promotionToken: "abc",
  });
  assert.equal(inverseOf(replica, promote), undefined);
  const demoted = planGoal(plan.after, { kind: "database", action: "demote", newPrimary: "a" });
  assert.ok(demoted.ok);
  assert.deepEqual((demoted.after.spec as { replica: object }).replica, { primary: "a", source: "a" });
});

test("a fault of somebody else's is left alone, and our own is taken away", () => {
  const object = make("networking.istio.io/v1", "VirtualService", "app", {
    spec: {
      http: [{ route: [{ destination: { host: "a" }, weight: 100 }, { destination: { host: "b" } }] }],
    },
  });
  const goal: Goal = { kind: "fault", route: weighted(object).key, percent: 100, was: 0 };
  const after = carriedOut(object, goal);
  const undo = inverseOf(object, goal);
  assert.ok(undo);
  assert.deepEqual(carriedOut(after, undo), object);
  const foreign = structuredClone(object) as KubeObject & { spec: { http: { fault?: object }[] } };
  Object.assign(foreign.spec.http[0] ?? {}, { fault: { delay: { fixedDelay: "1s" } } });
  assert.equal(planGoal(foreign, goal).ok, false);
  assert.equal(planGoal(foreign, undo).ok, false);
});

test("a template that was rolled out since the preview is not undone", () => {
  const rollout = (image: string, podHash = "abc"): KubeObject =>
    make("argoproj.io/v1alpha1", "Rollout", "app", {
      spec: { template: { spec: { containers: [{ image }] } } },
      status: { currentPodHash: podHash },
    });
  const former = { spec: { containers: [{ image: "app:1" }] } };
  const goal = {
    kind: "rollout",
    verb: "undo",
    podHash: "abc",
    fromStep: null,
    replicaSet: "app-xyz",
    template: templateHash(rollout("app:2")),
  } as const;
  const plan = planGoal(rollout("app:2"), goal, { template: former });
  assert.ok(plan.ok);
  assert.deepEqual(plan.operations, [
    { op: "test", path: "/status/currentPodHash", value: "abc" },
    { op: "replace", path: "/spec/template", value: former },
  ]);
  assert.equal(planGoal(rollout("app:3"), goal, { template: former }).ok, false, "the controller is behind");
  assert.equal(planGoal(rollout("app:2", "def"), goal, { template: former }).ok, false);
  assert.ok(isReached(rollout("app:1", "xyz"), goal, { template: former }));
});

test("every patch tests what it is about before it changes anything", () => {
  fc.assert(
    fc.property(virtualService, (object) => {
      const route = weighted(object);
      if (route.list !== "http") return;
      const header = { name: "a", header: "group", exact: "A", to: { host: "app" } };
      const goals: Goal[] = [
        { kind: "insertRoutes", before: route.key, routes: [header] },
        { kind: "fault", route: route.key, percent: 100, was: 0 },
      ];
      for (const goal of goals) {
        const plan = planGoal(object, goal);
        assert.ok(plan.ok);
        const changes = plan.operations.findIndex(({ op }) => op !== "test");
        assert.ok(plan.operations.slice(changes).every(({ op }) => op !== "test"));
        // In front of another route of the same hosts they must not come to stand.
        const moved = structuredClone(object) as KubeObject & { spec: { http: object[] } };
        const legs = route.legs.map(({ host }) => ({ destination: { host, subset: "other" } }));
        moved.spec.http.splice(route.index, 0, { route: legs });
        assert.notDeepEqual(
          applyPatch(moved, [...plan.operations]).filter((result) => result !== null),
          [],
        );
      }
    }),
  );
  const rule = make("networking.istio.io/v1", "DestinationRule", "app", { spec: { host: "app" } });
  const plan = planGoal(rule, { kind: "subsets", action: "add", subsets: [{ name: "v2", labels: {} }] });
  assert.deepEqual(plan.ok && plan.operations[0], { op: "test", path: "/spec/host", value: "app" });
});
