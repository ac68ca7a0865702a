import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../../../model/message.ts";
import { previewed, reaches, ShiftWorld, withWeights } from "../../../testing/shift-world.ts";

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
