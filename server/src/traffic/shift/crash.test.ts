import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../../model/message.ts";
import { previewed, reaches, ShiftWorld } from "../../testing/shift-world.ts";
import { Shift } from "./shift.ts";

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

test("a completed shift that is taken over again was not interrupted, and can be retired or rolled back", async () => {
  const world = new ShiftWorld();
  world.metrics.traffic = { v1: { rate: 50 }, v2: { rate: 50 } };
  const shift = await previewed(world, [100]);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "completed");
  const { journal } = world.journals;
  assert.ok(journal);
  const again = Shift.resume(journal, world.deps());
  assert.equal(again.view.paused, false);
  assert.match(render(again.view.status), /^Completed\./);
  assert.deepEqual(
    again.view.actions.map(({ event }) => event).filter((event) => event !== "pause"),
    ["abort", "retire"],
  );
  await again.dispatch({ type: "retire" });
  await reaches(again, "retired");
  assert.match(render(again.view.status), /no longer kept/);
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
