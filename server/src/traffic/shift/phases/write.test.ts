import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../../../model/message.ts";
import { previewed, reaches, requestOf, ShiftWorld, withWeights } from "../../../testing/shift-world.ts";
import { type Cluster, failure } from "../cluster.ts";
import { Shift } from "../shift.ts";
import type { ShiftDeps } from "../work.ts";

const log = (shift: Shift) => shift.view.log.map(({ message }) => render(message)).join("\n");

type Patch = Cluster["patch"];

/** The world's deps, with another way to write. */
function writing(
  world: ShiftWorld,
  patch: (real: Patch, ...args: Parameters<Patch>) => ReturnType<Patch>,
): ShiftDeps {
  const { cluster, metrics } = world;
  const real: Patch = (ref, operations, options) => cluster.patch(ref, operations, options);
  const changed: Cluster = {
    identity: () => cluster.identity(),
    get: (ref) => cluster.get(ref),
    list: (type, query, pick) => cluster.list(type, query, pick),
    mayI: () => cluster.mayI(),
    patch: (...args) => patch(real, ...args),
  };
  return {
    ...world.deps(),
    connections: new Map([["test", { cluster: changed, metrics, production: false }]]),
  };
}

async function preview(steps: readonly number[], deps: ShiftDeps): Promise<Shift> {
  const shift = new Shift(requestOf(steps), deps);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  return shift;
}

test("a write that arrives after it was believed lost is our own, and the journal stays", async () => {
  const world = new ShiftWorld();
  let late: Parameters<Patch> | undefined;
  let writes = 0;
  const deps = writing(world, async (real, ...args) => {
    if (args[2].dryRun) return real(...args);
    if (++writes === 1) {
      late = args;
      return failure("unclear", "no answer in time");
    }
    // It lands between the second attempt's reading and its writing, which is refused with 409 for it.
    if (late !== undefined) await real(...late);
    late = undefined;
    return real(...args);
  });
  const shift = await preview([100], deps);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  assert.deepEqual(world.weights, [0, 100]);
  assert.doesNotMatch(log(shift), /changed by somebody else/);
  assert.equal(world.journals.journal?.control.written, 1);
  await shift.dispatch({ type: "abort" });
  await reaches(shift, "rolledBack");
  assert.deepEqual(world.weights, [95, 5]);
});

test("who aborts while a write is under way is not told that it is rolled back before it has arrived", async () => {
  const world = new ShiftWorld();
  let late: Parameters<Patch> | undefined;
  const deps = writing(world, async (real, ...args) => {
    if (args[2].dryRun || late !== undefined) return real(...args);
    late = args;
    void shift.dispatch({ type: "abort" });
    return failure("cancelled", "The request was cancelled.");
  });
  const sleep = world.clock.sleep.bind(world.clock);
  world.clock.sleep = async (milliseconds, signal) => {
    await sleep(milliseconds, signal);
    // The first thing that is waited for after the abort.
    if (late !== undefined && world.cluster.writes === 0)
      await world.cluster.patch(late[0], late[1], late[2]);
  };
  const shift = await preview([50, 100], deps);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "rolledBack");
  assert.equal(world.cluster.writes, 2, "it arrived, and was taken back");
  assert.deepEqual(world.weights, [95, 5]);
});

test("what somebody puts back right after our write is not written again unasked", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world);
  world.cluster.afterWrite = () =>
    world.cluster.change("VirtualService", "app", (object) => withWeights(object, [95, 5]));
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "hold");
  assert.equal(world.cluster.writes, 1);
  assert.match(render(shift.view.status), /changed by somebody else/);
  await shift.dispose();
});

test("a write that is refused for good is held and not sent over and over", async () => {
  const world = new ShiftWorld();
  let patches = 0;
  world.cluster.intercept = (request) => {
    if (request !== "patch VirtualService") return undefined;
    patches++;
    return failure("invalid", 'admission webhook "policy" denied the request').failure;
  };
  const shift = await previewed(world);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "hold");
  assert.equal(patches, 1);
  assert.match(render(shift.view.status), /admission webhook/);
  await shift.dispose();
});

test("an object without a resourceVersion is never written", async () => {
  const world = new ShiftWorld();
  const get = world.cluster.get.bind(world.cluster);
  const shift = await previewed(world);
  world.cluster.get = async (ref) => {
    const outcome = await get(ref);
    if (!outcome.ok) return outcome;
    const { resourceVersion: _, ...metadata } = outcome.value.metadata;
    return { ok: true, value: { ...outcome.value, metadata } };
  };
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "hold");
  assert.equal(world.cluster.writes, 0);
  assert.match(render(shift.view.status), /resourceVersion/);
  await shift.dispose();
});

test("a route that moves while it is rolled back is found again", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  let moved = false;
  world.cluster.intercept = (request) => {
    if (request !== "patch VirtualService" || moved) return undefined;
    moved = true;
    world.cluster.change("VirtualService", "app", (object) => {
      const spec = object.spec as { http: object[] };
      const first = { match: [{ uri: { prefix: "/new" } }], route: [{ destination: { host: "new" } }] };
      return { ...object, spec: { ...spec, http: [first, ...spec.http] } };
    });
    return undefined;
  };
  await shift.dispatch({ type: "abort" });
  await reaches(shift, "rolledBack");
  const { http } = world.cluster.object("VirtualService", "app").spec as {
    http: { route: { weight?: number }[] }[];
  };
  assert.deepEqual(
    http[2]?.route.map(({ weight }) => weight),
    [95, 5],
  );
});

test("where the cluster is gone right after the write, the commands that lead back are told", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world);
  world.cluster.afterWrite = () => {
    world.cluster.intercept = () => failure("unreachable", "connect ECONNREFUSED").failure;
  };
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "hold");
  await shift.dispatch({ type: "abort" });
  await reaches(shift, "manualIntervention");
  assert.match(shift.view.manual.join("\n"), /^kubectl .*"value":95.*"value":5/);
});

test("tokens that run out in the middle hold the shift, and it goes on once they are renewed", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world, [50, 100]);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  world.cluster.intercept = () => failure("unauthorized", "Unauthorized").failure;
  await reaches(shift, "hold");
  assert.match(render(shift.view.status), /does not accept the credentials any more/);
  assert.deepEqual(
    shift.view.checks.map(({ id, level }) => [id, level]),
    [["object", "unknown"]],
    "what was seen before is not shown as if it were seen now",
  );
  world.cluster.intercept = () => undefined;
  world.metrics.traffic = { v1: { rate: 50 }, v2: { rate: 50 } };
  await shift.dispatch({ type: "retry" });
  await reaches(shift, "completed");
});

test("a throttled write waits as long as the server asks; one that asks for too long is held", async () => {
  const world = new ShiftWorld();
  const throttled = (retryAfterSeconds: number) => ({
    kind: "throttled" as const,
    message: "too many requests",
    retryAfterSeconds,
  });
  const times: number[] = [];
  world.cluster.intercept = (request) => {
    if (request !== "patch VirtualService") return undefined;
    times.push(world.clock.now());
    return times.length <= 2 ? throttled(30) : undefined;
  };
  const shift = await previewed(world, [50]);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  const [first = 0, second = 0, third = 0] = times;
  assert.ok(second - first >= 30_000 && third - second >= 30_000, String(times));
  world.cluster.intercept = (request) => (request.startsWith("patch") ? throttled(3600) : undefined);
  await shift.dispatch({ type: "abort" });
  await reaches(shift, "manualIntervention");
  assert.match(render(shift.view.status), /too many requests/);
});

/** A shift whose process ended in its first step. */
async function interrupted() {
  const world = new ShiftWorld();
  const shift = await previewed(world);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  await shift.dispose();
  const { journal } = world.journals;
  assert.ok(journal);
  return { world, journal };
}

test("an object that was created anew is not the one of the journal: nothing is written to it", async () => {
  const { world, journal } = await interrupted();
  world.cluster.change("VirtualService", "app", (object) => ({
    ...object,
    metadata: { ...object.metadata, uid: "another" },
  }));
  const again = Shift.resume(journal, world.deps());
  await again.dispatch({ type: "abort" });
  await reaches(again, "manualIntervention");
  assert.equal(world.cluster.writes, 1);
  assert.match(render(again.view.status), /created anew/);
  await again.dispatch({ type: "leave" });
  assert.equal(again.view.phase, "left");
});

test("a resumed shift still keeps others from its object: the journal does not forget the server", async () => {
  const { world, journal } = await interrupted();
  const [before] = journal.members;
  assert.deepEqual(
    [before?.server, before?.user, before?.uid],
    ["https://test", "tester", "uid-VirtualService-app"],
  );
  const again = Shift.resume(journal, world.deps());
  await again.dispatch({ type: "resume" });
  await reaches(again, "soaking");
  assert.deepEqual(world.journals.journal?.members[0], before);
  await again.dispose();
});

test("a pause lets the step at hand be judged and nothing more be written", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world, [50, 100]);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  world.metrics.traffic = { v1: { rate: 50 }, v2: { rate: 50 } };
  await shift.dispatch({ type: "pause" });
  await reaches(shift, "preGate");
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual([shift.view.phase, shift.view.paused, world.weights], ["preGate", true, [50, 50]]);
  await shift.dispatch({ type: "resume" });
  await reaches(shift, "completed");
});

test("a pause does not keep a failing step from going back", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world, [50, 100]);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  await shift.dispatch({ type: "pause" });
  world.metrics.traffic = { v1: { rate: 50 }, v2: { rate: 50, failing: 0.5 } };
  await reaches(shift, "rolledBack");
  assert.deepEqual(world.weights, [95, 5]);
});

test("a step that is held before the next one is watched: it goes back where it begins to fail", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world, [25, 100]);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  world.metrics.traffic = { v1: { rate: 75 }, v2: { rate: 25 } };
  world.scale({ v1: 3, v2: 1 });
  await reaches(shift, "hold");
  const { text } = shift.view.status;
  assert.match(render(shift.view.status), /can safely take/);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(shift.view.status.text, text, "why it waits stays to be read");
  const back = new Promise<void>((resolve) => {
    shift.onChange(() => shift.view.phase === "rolledBack" && resolve());
  });
  world.metrics.traffic = { v1: { rate: 75 }, v2: { rate: 25, failing: 0.5 } };
  await back;
  assert.deepEqual(world.weights, [95, 5]);
});

test("a preview that nobody confirms in time, or whose object changes, is made again", async () => {
  const world = new ShiftWorld({ previewExpiry: 60 });
  const shift = await previewed(world);
  const seen: string[] = [];
  shift.onChange(() => seen.push(shift.view.phase));
  const readAt = () => shift.view.members[0]?.readAt ?? 0;
  const first = readAt();
  const again = (after: number) =>
    new Promise<void>((resolve) => {
      const stop = shift.onChange(() => {
        if (shift.view.phase !== "previewed" || readAt() === after) return;
        stop();
        resolve();
      });
    });
  await again(first);
  assert.ok(seen.includes("stale"));
  const second = readAt();
  assert.ok(second - first >= 60_000);
  world.cluster.change("VirtualService", "app", (object) => ({
    ...object,
    metadata: { ...object.metadata, labels: { "kustomize.toolkit.fluxcd.io/name": "web" } },
  }));
  await reaches(shift, "blocked");
  await shift.dispose();
});
