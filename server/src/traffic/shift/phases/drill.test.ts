import assert from "node:assert/strict";
import { test } from "node:test";
import { reaches, ShiftWorld, withWeights } from "../../../testing/shift-world.ts";
import { Shift } from "../shift.ts";

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

/** A drill that fails over to v2, with 100 requests/s at v1. */
function drillOf(world: ShiftWorld): Shift {
  world.cluster.change("VirtualService", "app", (object) => withWeights(object, [100, 0]));
  world.metrics.traffic = { v1: { rate: 100 }, v2: { rate: 0 } };
  const intents = world
    .promotion()
    .request.intents.map(
      ({ context, ref }) =>
        ({ context, ref, kind: "drill", to: "v2", percent: 100, seconds: 120, rto: 60 }) as const,
    );
  return world.promotion([], { intents });
}

/** The same, once its fault is in place. */
async function failing(world: ShiftWorld): Promise<Shift> {
  const shift = drillOf(world);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  return shift;
}

test("a drill to a standby that nobody answers for is blocked before anything fails", async () => {
  const world = new ShiftWorld();
  world.scale({ v1: 3, v2: 0 });
  const shift = drillOf(world);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "blocked");
  const blocks = shift.view.members[0]?.checks.filter(({ level }) => level === "block") ?? [];
  assert.ok(blocks.some(({ id }) => id === "ready"));
});

test("a standby that dies during the drill is not failed over to, and the fault goes", async () => {
  const world = new ShiftWorld();
  const shift = drillOf(world);
  const before = world.cluster.object("VirtualService", "app");
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  world.scale({ v1: 3, v2: 0 });
  world.metrics.traffic = { v1: { rate: 0, lost: 100, flag: "FI" }, v2: { rate: 0 } };
  await reaches(shift, "rolledBack");
  assert.deepEqual(world.cluster.object("VirtualService", "app").spec, before.spec);
  assert.equal(world.cluster.writes, 2, "the fault, and its removal");
  assert.match(shift.view.log.map(({ message }) => message.text).join("\n"), /endpoints of \{leg\} is ready/);
});

test("a drill that was interrupted counts from when its failure began", async () => {
  const world = new ShiftWorld();
  const shift = await failing(world);
  world.metrics.traffic = { v1: { rate: 0, lost: 100, flag: "FI" }, v2: { rate: 0 } };
  await new Promise<void>((resolve) => {
    world.cluster.afterWrite = resolve;
  });
  await reaches(shift, "soaking");
  await shift.dispose();
  const { journal } = world.journals;
  assert.ok(journal);
  // The machine sleeps for five minutes.
  await world.clock.sleep(300_000, new AbortController().signal);
  const again = Shift.resume(journal, world.deps());
  world.metrics.traffic = { v1: { rate: 0 }, v2: { rate: 100 } };
  await again.dispatch({ type: "resume" });
  await reaches(again, "rolledBack");
  assert.ok((again.view.drill?.answeredAfter ?? 0) >= 300, JSON.stringify(again.view.drill));
});

test("a drill that is held ends in its time, and leaves no fault", async () => {
  const world = new ShiftWorld();
  const shift = await failing(world);
  const began = world.clock.now();
  // Somebody else's weights hold it before the failover.
  world.cluster.change("VirtualService", "app", (object) => withWeights(object, [60, 40]));
  const back = new Promise<void>((resolve) => {
    shift.onChange(() => shift.view.phase === "rolledBack" && resolve());
  });
  world.metrics.traffic = { v1: { rate: 0, lost: 100, flag: "FI" }, v2: { rate: 0 } };
  await reaches(shift, "hold");
  await back;
  assert.ok(world.clock.now() - began <= 130_000, String(world.clock.now() - began));
  assert.doesNotMatch(JSON.stringify(world.cluster.object("VirtualService", "app").spec), /"fault"/);
  assert.deepEqual(world.weights, [60, 40], "nor are somebody else's weights overwritten");
});

test("a drill cannot be paused: it ends in its time", async () => {
  const world = new ShiftWorld();
  const shift = await failing(world);
  assert.ok(!shift.view.actions.some(({ event }) => event === "pause"));
  assert.ok(shift.view.actions.some(({ event }) => event === "abort"));
  await shift.dispatch({ type: "pause" });
  assert.equal(shift.view.paused, false);
  await reaches(shift, "rolledBack");
});
