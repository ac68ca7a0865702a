import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../../../model/message.ts";
import { make, reaches, requestOf, ShiftWorld } from "../../../testing/shift-world.ts";
import { failure } from "../cluster.ts";
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
  shift.onChange(() => assert.ok(!JSON.stringify(shift.view).includes("dG9rZW4="), "a token in the view"));
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  const command = shift.view.members[1]?.kubectl?.apply;
  assert.equal(command, undefined, "there is no patch before there is a token");
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "completed");
  assert.equal(replica(world, "db-a").primary, "db-b");
  assert.equal(replica(world, "db-b").promotionToken, "dG9rZW4=");
  for (const text of world.journals.texts.values()) assert.ok(!text.includes("dG9rZW4="));
  assert.match(shift.view.members[0]?.diff ?? "", /db-b/);
  assert.ok(!JSON.stringify(shift.view).includes("dG9rZW4="));
});

test("a webhook that quotes the token does not put it into the log", async () => {
  const world = new ShiftWorld({}, [database("db-a", "db-b"), database("db-b", "db-a")]);
  world.cluster.change("Cluster", "db-a", (object) => ({ ...object, status: { demotionToken: "dG9rZW4=" } }));
  const quoted = 'spec.replica.promotionToken: Invalid value: "dG9rZW4=": it is not of this cluster';
  world.cluster.intercept = (request) =>
    request === "patch Cluster" ? failure("invalid", quoted).failure : undefined;
  const shift = switchover(world);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "hold");
  assert.match(render(shift.view.status), /promotionToken: Invalid value: "…"/);
  assert.ok(!JSON.stringify([shift.view, ...world.journals.texts.values()]).includes("dG9rZW4="));
  await shift.dispose();
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
