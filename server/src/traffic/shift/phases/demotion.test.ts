import assert from "node:assert/strict";
import { test } from "node:test";
import { make, reaches, requestOf, ShiftWorld } from "../../../testing/shift-world.ts";
import type { Change } from "../intent.ts";
import { KINDS } from "../kinds.ts";
import { Shift } from "../shift.ts";

const database = (name: string, primary: string) =>
  make("postgresql.cnpg.io/v1", "Cluster", name, {
    spec: { replica: { self: name, primary, source: "db-a" } },
  });

function switchover(world: ShiftWorld): Shift {
  const of = (name: string, change: Change) => ({
    context: "test",
    ref: { type: KINDS.database, namespace: "shop", name },
    ...change,
  });
  const tokenFrom = { context: "test", namespace: "shop", name: "db-a" };
  const intents = [
    of("db-a", { kind: "demoteDatabase", newPrimary: "db-b" }),
    of("db-b", { kind: "promoteDatabase", tokenFrom }),
  ];
  return new Shift({ ...requestOf([100]), intents }, world.deps());
}

const replica = (world: ShiftWorld, name: string) =>
  (world.cluster.object("Cluster", name).spec as { replica: Record<string, string> }).replica;

test("the successor is promoted once the demoted database has left its token, and with it", async () => {
  const world = new ShiftWorld({}, [database("db-a", "db-a"), database("db-b", "db-a")]);
  // In place of the operator: the first shuts down, the second takes over.
  world.cluster.afterWrite = () => {
    const name = world.cluster.writes === 1 ? "db-a" : "db-b";
    const status =
      name === "db-a"
        ? { demotionToken: "dG9rZW4=" }
        : { currentPrimary: "db-b-1", targetPrimary: "db-b-1", lastPromotionToken: "dG9rZW4=" };
    world.cluster.change("Cluster", name, (object) => ({ ...object, status }));
  };
  const shift = switchover(world);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  const command = shift.view.members[1]?.kubectl?.apply;
  assert.equal(command, undefined, "there is no patch before there is a token");
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "completed");
  assert.equal(replica(world, "db-a").primary, "db-b");
  assert.equal(replica(world, "db-b").promotionToken, "dG9rZW4=");
  for (const text of world.journals.texts.values()) assert.ok(!text.includes("dG9rZW4="));
});

test("without a token the successor stays a replica", async () => {
  const world = new ShiftWorld({}, [database("db-a", "db-a"), database("db-b", "db-a")]);
  const shift = switchover(world);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "hold");
  assert.match(shift.view.status.text, /left no demotion token yet/);
  assert.equal(replica(world, "db-b").primary, "db-a");
  await shift.dispose();
});
