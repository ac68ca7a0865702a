import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../../model/message.ts";
import { previewed, reaches, ShiftWorld } from "../../testing/shift-world.ts";
import { failure, type KubeObject } from "./cluster.ts";
import type { Check } from "./gates/check.ts";
import { headerRouteOf } from "./goals/routes.ts";
import { productionName } from "./view.ts";

const ids = (checks: readonly Check[], level: Check["level"]) =>
  checks.filter((check) => check.level === level).map(({ id }) => id);

test("a preview says what would happen and writes nothing", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world);
  const [member] = shift.view.members;
  assert.equal(world.cluster.writes, 0);
  assert.equal(world.journals.texts.size, 0);
  assert.deepEqual(
    shift.view.steps.map(({ weights }) => weights),
    [
      [75, 25],
      [50, 50],
      [0, 100],
    ],
  );
  assert.deepEqual(
    member?.lanes.map(({ name, weightNow, weightThen, ready }) => [name, weightNow, weightThen, ready]),
    [
      ["app/v1", 95, 75, 3],
      ["app/v2", 5, 25, 3],
    ],
  );
  assert.deepEqual(member?.pinned, [{ name: "internal", legs: ["app/v2"] }]);
  assert.match(member?.diff ?? "", /-\s+weight: 95\n\+\s+weight: 75/);
  assert.equal(member?.patch[0]?.op, "replace");
  assert.deepEqual(ids(member?.checks ?? [], "block"), []);
  await shift.dispose();
});

test("a promotion goes through all steps, and everything but the weights stays", async () => {
  const world = new ShiftWorld();
  const before = world.cluster.object("VirtualService", "app");
  const shift = await previewed(world);
  const seen: unknown[] = [];
  world.cluster.afterWrite = () => seen.push(world.weights);
  await shift.dispatch({ type: "confirm" });
  world.metrics.traffic = { v1: { rate: 50 }, v2: { rate: 50 } };
  await reaches(shift, "completed");
  assert.deepEqual(seen, [
    [75, 25],
    [50, 50],
    [0, 100],
  ]);
  const after = world.cluster.object("VirtualService", "app");
  assert.deepEqual(withoutWeights(after), withoutWeights(before));
  assert.equal(world.journals.journal?.control.phase, "completed");
});

test("too few ready Pods block with the largest safe weight", async () => {
  const world = new ShiftWorld();
  world.scale({ v1: 3, v2: 1 });
  const shift = world.promotion([100]);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "blocked");
  const check = shift.view.members[0]?.checks.find(({ id, level }) => id === "capacity" && level === "block");
  // v2 gets 5 rps, all of which may come by the weights: (0.9 · 50) / 100.
  assert.equal(check?.message.values.safe, 45);
});

test("header routes to a version that nobody answers for are blocked", async () => {
  const world = new ShiftWorld();
  world.scale({ v1: 3, v2: 0 });
  const [intent] = world.promotion().request.intents;
  assert.ok(intent);
  const { context, ref } = intent;
  const to = (subset: string) => ({
    name: `group-${subset}`,
    header: "user-group",
    exact: subset,
    to: { host: "app", subset },
  });
  const shift = world.promotion([], {
    intents: [{ context, ref, kind: "ab", routes: [to("v1"), to("v2"), to("v3")] }],
  });
  await shift.dispatch({ type: "start" });
  await reaches(shift, "blocked");
  const blocks = shift.view.members[0]?.checks.filter(({ level }) => level === "block") ?? [];
  assert.deepEqual(
    blocks.map(({ id, message }) => [id, message.values.leg ?? message.values.subset]),
    [
      ["ready", "app/v2"],
      ["subset", "v3"],
    ],
  );
});

test("header routes that Istio would ignore, and two of one name, are refused", async () => {
  const world = new ShiftWorld();
  const [intent] = world.promotion().request.intents;
  assert.ok(intent);
  const { context, ref } = intent;
  const refused = async (header: string, ...values: readonly string[]) => {
    const routes = values.map((value) => headerRouteOf(header, { value, to: "app/v1" }));
    const shift = world.promotion([], { intents: [{ context, ref, kind: "ab", routes }] });
    await shift.dispatch({ type: "start" });
    await reaches(shift, "blocked");
    return shift.view.members[0]?.checks.map(({ message }) => render(message)).join();
  };
  assert.match((await refused("Authority", "a")) ?? "", /ignores conditions on a header called authority/);
  assert.match((await refused("user-group", "a", "A")) ?? "", /same route user-group-a/);
});

test("what has to be typed names every production context once", () => {
  const of = (context: string, production = true) => ({ context, production });
  assert.equal(productionName([of("a"), of("b", false), of("c"), of("a")]), "a,c");
  assert.equal(productionName([of("b", false)]), undefined);
});

test("a webhook that cannot be asked without writing says nothing about the patch", async () => {
  for (const [message, level] of [
    ['admission webhook "audit" does not support dry run', "unknown"],
    ['admission webhook "policy" denied the request', "block"],
  ] as const) {
    const world = new ShiftWorld();
    world.cluster.intercept = (request) =>
      request === "dryRun" ? failure("invalid", message).failure : undefined;
    const shift = world.promotion();
    await shift.dispatch({ type: "start" });
    await reaches(shift, "previewed", "blocked");
    await shift.dispose();
    const check = shift.view.members[0]?.checks.find(({ id }) => id === "dry-run");
    assert.equal(check?.level, level);
  }
});

test("a route that Flagger owns is left to it, and how to take it over is said", async () => {
  const world = new ShiftWorld();
  const owner = { apiVersion: "flagger.app/v1beta1", kind: "Canary", name: "web", uid: "1" };
  world.cluster.change("VirtualService", "app", (object) => ({
    ...object,
    metadata: { ...object.metadata, ownerReferences: [owner] },
  }));
  const shift = world.promotion([100], { accepted: ["gitops", "helm"] });
  await shift.dispatch({ type: "start" });
  await reaches(shift, "blocked");
  const check = shift.view.members[0]?.checks.find(({ id }) => id === "controller");
  assert.equal(check?.level, "block");
  assert.match(check === undefined ? "" : render(check.message), /Canary web .*spec\.suspend: true/);
});

function withoutWeights({ spec }: KubeObject): unknown {
  return JSON.parse(JSON.stringify(spec, (key, value) => (key === "weight" ? undefined : value)));
}
