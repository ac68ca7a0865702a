import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../../../model/message.ts";
import { previewed, reaches, ShiftWorld } from "../../../testing/shift-world.ts";

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
