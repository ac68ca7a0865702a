import assert from "node:assert/strict";
import { test } from "node:test";
import { reaches, ShiftWorld } from "../../../testing/shift-world.ts";

test("a preview asks for nothing twice", async () => {
  const world = new ShiftWorld();
  const asked: string[] = [];
  world.cluster.intercept = (request) => {
    asked.push(request);
    return undefined;
  };
  const shift = world.promotion();
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  const times = (request: string) => asked.filter((one) => one === request).length;
  for (const kind of ["Rollout", "EndpointSlice", "ResourceQuota", "Deployment", "VirtualService"])
    assert.equal(times(`list ${kind}`), 1, kind);
  assert.equal(times("get Service"), 1);
  assert.equal(times("get VirtualService"), 1);
  assert.equal(times("list Pod"), 2, "once for each subset");
  await shift.dispose();
});
