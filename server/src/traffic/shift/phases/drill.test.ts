import assert from "node:assert/strict";
import { test } from "node:test";
import { reaches, ShiftWorld, withWeights } from "../../../testing/shift-world.ts";

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
