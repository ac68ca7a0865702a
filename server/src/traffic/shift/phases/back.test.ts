import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../../../model/message.ts";
import { make, previewed, reaches, ShiftWorld } from "../../../testing/shift-world.ts";
import { failure } from "../cluster.ts";
import { KINDS } from "../kinds.ts";
import type { Shift } from "../shift.ts";

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

/** A subset, and a header route that leads to it, both written. */
async function withBlue(world: ShiftWorld): Promise<Shift> {
  const [intent] = world.promotion().request.intents;
  assert.ok(intent);
  const { context, ref } = intent;
  const rule = { ...ref, type: KINDS.destinationRule };
  const blue = { name: "blue", labels: { version: "v2" } };
  const to = { host: "app", subset: "blue" };
  const shift = world.promotion([], {
    intents: [
      { context, ref: rule, kind: "subsets", subsets: [blue] },
      { context, ref, kind: "ab", routes: [{ name: "blue", header: "group", exact: "B", to }] },
    ],
  });
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "completed");
  return shift;
}

test("a subset goes only after its routes, and after every proxy has heard of that", async () => {
  const world = new ShiftWorld();
  const before = world.cluster.object("DestinationRule", "app").spec;
  const shift = await withBlue(world);
  const times: number[] = [];
  world.cluster.afterWrite = () => times.push(world.clock.now());
  await shift.dispatch({ type: "abort" });
  await reaches(shift, "rolledBack");
  const [route = 0, subset = 0] = times;
  assert.ok(subset - route >= 10_000, String(times));
  assert.deepEqual(world.cluster.object("DestinationRule", "app").spec, before);
});

test("a subset that somebody else's route leads to by now stays", async () => {
  const world = new ShiftWorld();
  const shift = await withBlue(world);
  world.cluster.put(
    make("networking.istio.io/v1", "VirtualService", "theirs", {
      spec: { hosts: ["theirs"], http: [{ route: [{ destination: { host: "app", subset: "blue" } }] }] },
    }),
  );
  await shift.dispatch({ type: "abort" });
  await reaches(shift, "manualIntervention");
  assert.match(render(shift.view.status), /shop\/theirs lead to subset blue/);
  assert.match(JSON.stringify(world.cluster.object("DestinationRule", "app").spec), /blue/);
  world.cluster.remove("VirtualService", "theirs");
  const back = new Promise<void>((resolve) => {
    shift.onChange(() => shift.view.phase === "rolledBack" && resolve());
  });
  await shift.dispatch({ type: "retry" });
  await back;
  assert.doesNotMatch(JSON.stringify(world.cluster.object("DestinationRule", "app").spec), /blue/);
});

test("header routes that somebody takes away while they settle are told of", async () => {
  const world = new ShiftWorld();
  const [intent] = world.promotion().request.intents;
  assert.ok(intent);
  const { context, ref } = intent;
  const to = { host: "app", subset: "v1" };
  const shift = world.promotion([], {
    intents: [{ context, ref, kind: "ab", routes: [{ name: "a", header: "group", exact: "A", to }] }],
  });
  const before = world.cluster.object("VirtualService", "app");
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  world.cluster.change("VirtualService", "app", () => before);
  await reaches(shift, "hold");
  assert.match(render(shift.view.status), /changed by somebody else/);
  await shift.dispose();
});
