import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../../../model/message.ts";
import { make, previewed, reaches, ShiftWorld } from "../../../testing/shift-world.ts";
import { Shift } from "../shift.ts";

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
