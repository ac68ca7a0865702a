import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../../model/message.ts";
import { make, reaches, ShiftWorld, weightsOf } from "../../testing/shift-world.ts";
import type { KubeObject } from "./cluster.ts";
import { failure } from "./cluster.ts";
import type { Check } from "./gates/check.ts";
import { headerRouteOf } from "./goals/routes.ts";
import { Shift } from "./shift.ts";
import { productionName } from "./view.ts";

const ids = (checks: readonly Check[], level: Check["level"]) =>
  checks.filter((check) => check.level === level).map(({ id }) => id);

async function previewed(world: ShiftWorld, ...args: Parameters<ShiftWorld["promotion"]>): Promise<Shift> {
  const shift = world.promotion(...args);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  return shift;
}

test("a preview says what would happen and writes nothing", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world);
  const [member] = shift.view.members;
  assert.equal(world.cluster.writes, 0);
  assert.equal(world.journals.texts.size, 0);
  assert.deepEqual(
    shift.view.steps.map(({ weights }) => weights),
    [
      [75, 25],
      [50, 50],
      [0, 100],
    ],
  );
  assert.deepEqual(
    member?.lanes.map(({ name, weightNow, weightThen, ready }) => [name, weightNow, weightThen, ready]),
    [
      ["app/v1", 95, 75, 3],
      ["app/v2", 5, 25, 3],
    ],
  );
  assert.deepEqual(member?.pinned, [{ name: "internal", legs: ["app/v2"] }]);
  assert.match(member?.diff ?? "", /-\s+weight: 95\n\+\s+weight: 75/);
  assert.equal(member?.patch[0]?.op, "replace");
  assert.deepEqual(ids(member?.checks ?? [], "block"), []);
  await shift.dispose();
});

test("a promotion goes through all steps, and everything but the weights stays", async () => {
  const world = new ShiftWorld();
  const before = world.cluster.object("VirtualService", "app");
  const shift = await previewed(world);
  const seen: unknown[] = [];
  world.cluster.afterWrite = () => seen.push(world.weights);
  await shift.dispatch({ type: "confirm" });
  world.metrics.traffic = { v1: { rate: 50 }, v2: { rate: 50 } };
  await reaches(shift, "completed");
  assert.deepEqual(seen, [
    [75, 25],
    [50, 50],
    [0, 100],
  ]);
  const after = world.cluster.object("VirtualService", "app");
  assert.deepEqual(withoutWeights(after), withoutWeights(before));
  assert.equal(world.journals.journal?.control.phase, "completed");
});

test("the old side is retired by commands, its subset only once no route uses it", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world, [100]);
  await shift.dispatch({ type: "confirm" });
  world.metrics.traffic = { v1: { rate: 0 }, v2: { rate: 100 } };
  await reaches(shift, "completed");
  const written = world.cluster.writes;
  world.cluster.put(
    make("networking.istio.io/v1", "VirtualService", "other", {
      spec: {
        hosts: ["other"],
        http: [{ route: [{ destination: { host: "app.shop.svc.cluster.local", subset: "v1" } }] }],
      },
    }),
  );
  await shift.dispatch({ type: "retire" });
  await reaches(shift, "retired");
  assert.equal(world.cluster.writes, written, "nothing is written without a preview");
  assert.equal(shift.view.manual.length, 1);
  assert.match(shift.view.log.map(({ message }) => render(message)).join("\n"), /still used by shop\/other/);
  world.cluster.remove("VirtualService", "other");
  const journal = world.journals.journal;
  assert.ok(journal);
  const again = Shift.resume(
    { ...journal, control: { ...journal.control, phase: "completed" } },
    world.deps(),
  );
  await again.dispatch({ type: "retire" });
  await again.dispatch({ type: "resume" });
  await reaches(again, "retired");
  assert.equal(again.view.manual.length, 2);
  assert.match(again.view.manual[1] ?? "", /destinationrules.* app .*"\/spec\/subsets\/0"/);
});

test("failing requests abort within one interval, and the spec is as it was", async () => {
  const world = new ShiftWorld();
  const before = world.cluster.object("VirtualService", "app");
  const shift = await previewed(world);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  const began = world.clock.now();
  world.metrics.traffic = { v1: { rate: 75 }, v2: { rate: 25, failing: 0.1 } };
  await reaches(shift, "rolledBack");
  assert.ok(world.clock.now() - began <= 2 * world.thresholds.interval * 1000);
  assert.deepEqual(world.cluster.object("VirtualService", "app").spec, before.spec);
  assert.match(
    shift.view.log.map(({ message }) => render(message)).join("\n"),
    /requests to app\/v2 failed \(10 %\)/,
  );
});

test("requests that never reach a Pod abort too", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  world.metrics.traffic = { v1: { rate: 75 }, v2: { rate: 25, lost: 2 } };
  await reaches(shift, "rolledBack");
  assert.deepEqual(world.weights, [95, 5]);
});

test("failures on the way that were there before the shift are not its doing", async () => {
  const world = new ShiftWorld();
  world.metrics.traffic = { v1: { rate: 95 }, v2: { rate: 5, lost: 2 } };
  const shift = await previewed(world, [50]);
  await shift.dispatch({ type: "confirm" });
  world.metrics.traffic = { v1: { rate: 50 }, v2: { rate: 50, lost: 2 } };
  await reaches(shift, "completed");
});

test("without Prometheus it holds, going on needs a reason, and abort needs no metrics", async () => {
  const world = new ShiftWorld({ podCapacity: undefined });
  const shift = await previewed(world, [25], {}, false);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "hold");
  assert.deepEqual(world.weights, [75, 25]);
  await shift.dispatch({ type: "continue", reason: " " });
  assert.equal(shift.view.phase, "hold");
  await shift.dispatch({ type: "abort" });
  await reaches(shift, "rolledBack");
  assert.deepEqual(world.weights, [95, 5]);
});

test("Prometheus going down in the middle holds", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  world.metrics.isDown = true;
  await reaches(shift, "hold");
  world.metrics.isDown = false;
  world.metrics.traffic = { v1: { rate: 50 }, v2: { rate: 50 } };
  await shift.dispatch({ type: "retry" });
  await reaches(shift, "completed");
});

test("too few ready Pods block with the largest safe weight", async () => {
  const world = new ShiftWorld();
  world.scale({ v1: 3, v2: 1 });
  const shift = world.promotion([100]);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "blocked");
  const check = shift.view.members[0]?.checks.find(({ id, level }) => id === "capacity" && level === "block");
  // v2 gets 5 rps, all of which may come by the weights: (0.9 · 50) / 100.
  assert.equal(check?.message.values.safe, 45);
});

test("an old side that was shrunk is ramped back to as it scales up", async () => {
  const world = new ShiftWorld({ podCapacity: undefined });
  const shift = await previewed(world, [100], {}, false);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "hold");
  world.scale({ v1: 1, v2: 3 });
  const seen: unknown[] = [];
  world.cluster.afterWrite = () => {
    seen.push(world.weights);
    world.scale({ v1: Math.min(3, seen.length + 1), v2: 3 });
  };
  await shift.dispatch({ type: "abort" });
  await reaches(shift, "rolledBack");
  // 95 % were carried by 3 Pods: 1 carries 31 %, 2 carry 63 %.
  assert.deepEqual(seen, [
    [31, 69],
    [63, 37],
    [95, 5],
  ]);
});

test("a drill fails requests, fails over, measures and puts everything back", async () => {
  const world = new ShiftWorld();
  world.cluster.change("VirtualService", "app", (object) => withWeights(object, [100, 0]));
  const before = world.cluster.object("VirtualService", "app");
  world.metrics.traffic = { v1: { rate: 100 }, v2: { rate: 0 } };
  const [intent] = world.promotion().request.intents;
  assert.ok(intent);
  const { context, ref } = intent;
  const shift = world.promotion([], {
    intents: [{ context, ref, kind: "drill", to: "v2", percent: 100, seconds: 120, rto: 60 }],
  });
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  const seen: unknown[] = [];
  world.cluster.afterWrite = () => {
    const spec = world.cluster.object("VirtualService", "app").spec as { http: { fault?: unknown }[] };
    seen.push([world.weights, spec.http[1]?.fault]);
  };
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  world.metrics.traffic = { v1: { rate: 0, lost: 100, flag: "FI" }, v2: { rate: 0 } };
  await new Promise<void>((resolve) => {
    const stop = shift.onChange(() => {
      if (seen.length < 2) return;
      stop();
      resolve();
    });
  });
  world.metrics.traffic = { v1: { rate: 0 }, v2: { rate: 100 } };
  await reaches(shift, "rolledBack");
  const fault = { abort: { httpStatus: 503, percentage: { value: 100 } } };
  assert.deepEqual(seen, [
    [[100, 0], fault],
    [[0, 100], undefined],
    [[100, 0], undefined],
  ]);
  assert.deepEqual(world.cluster.object("VirtualService", "app").spec, before.spec);
  assert.ok((shift.view.drill?.answeredAfter ?? 999) <= 60, JSON.stringify(shift.view.drill));
});

test("a drill whose failure nobody sees ends by itself and leaves no fault", async () => {
  const world = new ShiftWorld();
  world.cluster.change("VirtualService", "app", (object) => withWeights(object, [100, 0]));
  const before = world.cluster.object("VirtualService", "app");
  const [intent] = world.promotion().request.intents;
  assert.ok(intent);
  const { context, ref } = intent;
  const shift = world.promotion([], {
    intents: [{ context, ref, kind: "drill", to: "v2", percent: 50, seconds: 60 }],
  });
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  const began = world.clock.now();
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "rolledBack");
  assert.ok(world.clock.now() - began <= 61_000);
  assert.deepEqual(world.cluster.object("VirtualService", "app").spec, before.spec);
});

test("a dead old side is nowhere to go back to: a person is told how", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world, [25]);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  world.scale({ v1: 0, v2: 3 });
  await shift.dispatch({ type: "abort" });
  await reaches(shift, "manualIntervention");
  assert.match(
    shift.view.manual.join("\n"),
    /^kubectl --context=test --namespace=shop patch virtualservices/,
  );
  await shift.dispatch({ type: "force" });
  await reaches(shift, "rolledBack");
  assert.deepEqual(world.weights, [95, 5]);
});

test("header routes to a version that nobody answers for are blocked", async () => {
  const world = new ShiftWorld();
  world.scale({ v1: 3, v2: 0 });
  const [intent] = world.promotion().request.intents;
  assert.ok(intent);
  const { context, ref } = intent;
  const to = (subset: string) => ({
    name: `group-${subset}`,
    header: "user-group",
    exact: subset,
    to: { host: "app", subset },
  });
  const shift = world.promotion([], {
    intents: [{ context, ref, kind: "ab", routes: [to("v1"), to("v2"), to("v3")] }],
  });
  await shift.dispatch({ type: "start" });
  await reaches(shift, "blocked");
  const blocks = shift.view.members[0]?.checks.filter(({ level }) => level === "block") ?? [];
  assert.deepEqual(
    blocks.map(({ id, message }) => [id, message.values.leg ?? message.values.subset]),
    [
      ["ready", "app/v2"],
      ["subset", "v3"],
    ],
  );
});

test("header routes that Istio would ignore, and two of one name, are refused", async () => {
  const world = new ShiftWorld();
  const [intent] = world.promotion().request.intents;
  assert.ok(intent);
  const { context, ref } = intent;
  const refused = async (header: string, ...values: readonly string[]) => {
    const routes = values.map((value) => headerRouteOf(header, { value, to: "app/v1" }));
    const shift = world.promotion([], { intents: [{ context, ref, kind: "ab", routes }] });
    await shift.dispatch({ type: "start" });
    await reaches(shift, "blocked");
    return shift.view.members[0]?.checks.map(({ message }) => render(message)).join();
  };
  assert.match((await refused("Authority", "a")) ?? "", /ignores conditions on a header called authority/);
  assert.match((await refused("user-group", "a", "A")) ?? "", /same route user-group-a/);
});

test("what has to be typed names every production context once", () => {
  const of = (context: string, production = true) => ({ context, production });
  assert.equal(productionName([of("a"), of("b", false), of("c"), of("a")]), "a,c");
  assert.equal(productionName([of("b", false)]), undefined);
});

test("in an emergency the dead old side's failures are not charged to the new side", async () => {
  const world = new ShiftWorld();
  world.scale({ v1: 0, v2: 3 });
  world.metrics.traffic = { v1: { rate: 0 }, v2: { rate: 50 }, unknown: { rate: 0, lost: 50 } };
  const shift = await previewed(world, [50, 100], { emergency: true });
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "completed");
  assert.deepEqual(world.weights, [0, 100]);
});

test("requests of no version that reach nobody are charged to the new side while the old one is alive", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world, [50]);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  world.metrics.traffic = { v1: { rate: 50 }, v2: { rate: 45 }, unknown: { rate: 0, lost: 5 } };
  await reaches(shift, "rolledBack");
});

test("somebody else's weights hold the shift and are not overwritten unasked", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  world.cluster.change("VirtualService", "app", (object) => withWeights(object, [40, 60]));
  await reaches(shift, "hold");
  assert.match(render(shift.view.status), /changed by somebody else \(somebody/);
  assert.deepEqual(world.weights, [40, 60]);
  await shift.dispatch({ type: "leave" });
  assert.equal(shift.view.phase, "left");
  assert.deepEqual(world.weights, [40, 60]);
  assert.equal(world.journals.journal?.control.phase, "left");
});

test("a change between preview and confirmation needs a new preview", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world);
  let changed = false;
  world.cluster.intercept = (request) => {
    if (request === "patch VirtualService" && !changed) {
      changed = true;
      world.cluster.change("VirtualService", "app", (object) => withWeights(object, [90, 10]));
    }
    return undefined;
  };
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "previewed");
  assert.equal(changed, true);
  assert.deepEqual(world.weights, [90, 10]);
  assert.equal(world.journals.texts.size, 0);
  await shift.dispose();
});

test("a full disk stops a shift before its first write", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world);
  world.journals.isFull = true;
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "blocked", "hold");
  assert.equal(world.cluster.writes, 0);
});

test("a disk that fills up holds the next step, and rolling back still works", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  world.metrics.traffic = { v1: { rate: 50 }, v2: { rate: 50 } };
  world.journals.isFull = true;
  await reaches(shift, "hold");
  assert.deepEqual(world.weights, [75, 25]);
  await shift.dispatch({ type: "abort" });
  await reaches(shift, "rolledBack");
  assert.deepEqual(world.weights, [95, 5]);
});

test("an API server that goes away for a while is waited for", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  const until = world.clock.now() + 30_000;
  world.cluster.intercept = () =>
    world.clock.now() < until ? failure("unreachable", "connect ECONNREFUSED").failure : undefined;
  await shift.dispatch({ type: "abort" });
  await reaches(shift, "rolledBack");
  assert.deepEqual(world.weights, [95, 5]);
});

test("the end of the process at any point leaves a journal that leads on and back", async () => {
  for (const goBack of [true, false]) {
    for (let at = 1; at < 400; at++) {
      const world = new ShiftWorld({ soak: 20 });
      world.metrics.traffic = { v1: { rate: 50 }, v2: { rate: 50 } };
      const before = world.cluster.object("VirtualService", "app");
      const hasEnded = await runUntil(world, at);
      const { journal } = world.journals;
      if (world.cluster.writes > 0) assert.ok(journal, `written without a journal after request ${at}`);
      if (journal !== undefined && !["completed", "rolledBack"].includes(journal.control.phase)) {
        const shift = Shift.resume(journal, world.deps());
        assert.equal(shift.view.paused, true);
        await shift.dispatch({ type: goBack ? "abort" : "resume" });
        const phase = await reaches(shift, "rolledBack", "completed", "cancelled");
        if (goBack)
          assert.deepEqual(
            world.cluster.object("VirtualService", "app").spec,
            before.spec,
            `after request ${at}`,
          );
        else if (phase === "completed") assert.deepEqual(world.weights, [0, 100]);
      }
      if (hasEnded) break;
      assert.ok(at < 399, "the promotion never ends");
    }
  }
});

/** Lets a promotion run until so many requests were made; then the process is gone: nothing more happens. */
async function runUntil(world: ShiftWorld, requests: number): Promise<boolean> {
  const gone = new Promise<never>(() => {});
  let count = 0;
  let isGone: (value: boolean) => void = () => {};
  const end = new Promise<boolean>((resolve) => {
    isGone = resolve;
  });
  const deps = world.deps();
  const connection = deps.connections.get("test");
  assert.ok(connection);
  const dying =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>, writes: boolean) =>
    async (...args: A): Promise<R> => {
      if (count >= requests) return gone;
      count++;
      if (count < requests) return call(...args);
      // Of a write, the answer may be lost while the write arrives.
      if (writes) await call(...args);
      isGone(false);
      return gone;
    };
  const { cluster } = world;
  const mortal: typeof connection.cluster = {
    identity: dying(() => cluster.identity(), false),
    get: dying((ref) => cluster.get(ref), false),
    list: (type, query, pick) => cluster.list(type, query, pick),
    mayI: dying(() => cluster.mayI(), false),
    patch: dying((ref, operations, options) => cluster.patch(ref, operations, options), true),
  };
  const save = world.journals.save.bind(world.journals);
  const shift = new Shift(world.promotion([50, 100]).request, {
    ...deps,
    connections: new Map([["test", { ...connection, cluster: mortal }]]),
    journals: {
      create: dying((journal) => world.journals.create(journal), true),
      save: dying((journal) => save(journal), true),
      release: () => world.journals.release(),
      discard: (id) => world.journals.discard(id),
    },
  });
  void shift.dispatch({ type: "start" });
  const run = (async () => {
    await Promise.race([reaches(shift, "previewed"), end]);
    void shift.dispatch({ type: "confirm" });
    await Promise.race([reaches(shift, "completed"), end]);
    return shift.view.phase === "completed";
  })();
  return Promise.race([run, end]);
}

function withWeights(object: KubeObject, weights: readonly number[]): KubeObject {
  const copy = structuredClone(object) as { spec: { http: { route: { weight: number }[] }[] } } & KubeObject;
  for (const [i, leg] of (copy.spec.http[1]?.route ?? []).entries()) leg.weight = weights[i] ?? 0;
  assert.deepEqual(weightsOf(copy), weights);
  return copy;
}

function withoutWeights({ spec }: KubeObject): unknown {
  return JSON.parse(JSON.stringify(spec, (key, value) => (key === "weight" ? undefined : value)));
}
