import assert from "node:assert/strict";
import { test } from "node:test";
import { previewed, reaches, ShiftWorld } from "../../../testing/shift-world.ts";
import { failure } from "../cluster.ts";

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
