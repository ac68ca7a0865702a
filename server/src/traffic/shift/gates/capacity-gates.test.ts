import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../../../model/message.ts";
import { make, previewed, reaches, ShiftWorld } from "../../../testing/shift-world.ts";
import type { KubeObject } from "../cluster.ts";
import type { Shift } from "../shift.ts";

/** Deployments with autoscalers: `now` and `target` are what their Pods use of the CPU that they ask for. */
function scaled(version: string, min: number, max: number, now: number, target = 80): readonly KubeObject[] {
  const labels = { app: "app", version };
  const name = `app-${version}`;
  const resource = (key: string, value: number) => ({
    type: "Resource",
    resource: { name: "cpu", [key]: { averageUtilization: value } },
  });
  return [
    make("apps/v1", "Deployment", name, { spec: { replicas: 3, template: { metadata: { labels } } } }),
    make("autoscaling/v2", "HorizontalPodAutoscaler", name, {
      spec: {
        scaleTargetRef: { kind: "Deployment", name },
        minReplicas: min,
        maxReplicas: max,
        metrics: [resource("target", target)],
      },
      status: { currentReplicas: 3, currentMetrics: [resource("current", now)] },
    }),
  ];
}

/** v1 carries 95 of 100 requests/s with three Pods at 40 %, of 80 %: each can carry 63.3. */
async function preview(steps: readonly number[], v2 = 3, limits: { max?: number; min?: number } = {}) {
  const { max = 6, min = 3 } = limits;
  const world = new ShiftWorld({ podCapacity: undefined }, [
    ...scaled("v1", min, 6, 40),
    ...scaled("v2", 1, max, 2),
  ]);
  world.scale({ v1: 3, v2 });
  world.metrics.traffic = { v1: { rate: 95 }, v2: { rate: 5 } };
  const shift = world.promotion(steps);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed", "blocked");
  await shift.dispose();
  return shift;
}

const check = (shift: Shift, id: string) => shift.view.members[0]?.checks.find((one) => one.id === id);
const lane = (shift: Shift, index: number) => shift.view.members[0]?.lanes[index];

test("a Pod's capacity is its requests now × target ÷ present utilisation", async () => {
  const shift = await preview([10]);
  // v2's own three Pods: 5 / 3 × 80 / 2 = 66.7 each, 200 together; 100 enter: 10 of them are 5 %.
  assert.equal(Math.round((lane(shift, 1)?.utilisationThen ?? 0) * 1000), 50);
  assert.equal(check(shift, "capacity")?.level, "pass");
});

test("up to 70 % is green, up to 90 % amber, above it is blocked with the largest safe weight", async () => {
  const levels = async (weight: number, pods = 1) => {
    const shift = await preview([weight, 100], pods);
    const found = check(shift, "capacity");
    return [found?.level, found?.message.values.safe, lane(shift, 1)?.maxSafeWeight];
  };
  // One Pod of v2 carries 200, of which 5 are in use now: 90 % of it are all there is.
  assert.deepEqual(await levels(70), ["pass", undefined, 100]);
  const world = (utilisation: number) => {
    const made = new ShiftWorld({ podCapacity: 100 });
    made.scale({ v1: 3, v2: 1 });
    return made.promotion([utilisation, 100]);
  };
  const of = async (weight: number) => {
    const shift = world(weight);
    await shift.dispatch({ type: "start" });
    await reaches(shift, "previewed", "blocked");
    await shift.dispose();
    const found = check(shift, "capacity");
    return [found?.level, found?.message.values.safe];
  };
  assert.deepEqual(await of(70), ["pass", undefined]);
  assert.deepEqual(await of(71), ["warn", undefined]);
  assert.deepEqual(await of(90), ["warn", undefined]);
  assert.deepEqual(await of(91), ["block", 90]);
});

test("retries are shown with what they may come to: 1 + attempts times as much", async () => {
  const shift = await preview([50]);
  // The fixture's route tries twice more.
  assert.match(
    check(shift, "capacity")
      ?.evidence.map((line) => render(line))
      .join() ?? "",
    /^50 requests\/s on .*; with all retries 150 requests\/s/,
  );
});

test("an autoscaler whose maximum cannot carry the demand blocks", async () => {
  assert.equal(check(await preview([100], 3, { max: 2 }), "autoscaler-max")?.level, "pass");
  const world = new ShiftWorld({ podCapacity: 40 }, scaled("v2", 1, 2, 2));
  const shift = world.promotion([100]);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "blocked");
  await shift.dispose();
  const found = check(shift, "autoscaler-max");
  assert.deepEqual(
    [found?.level, found?.message.values.most, found?.message.values.demand],
    ["block", 80, 100],
  );
});

test("an old side that its autoscaler may shrink below what would come back is warned of", async () => {
  const roomy = await preview([50], 3, { min: 3 });
  assert.equal(check(roomy, "rollback-capacity"), undefined);
  const found = check(await preview([50], 3, { min: 1 }), "rollback-capacity");
  assert.equal(found?.level, "warn");
  // 95 requests/s at 63.3 for each Pod and 90 % need two.
  assert.equal(found?.message.values.needed, 2);
});

test("without figures Pods count against those that carried the traffic before the shift", async () => {
  const world = new ShiftWorld({ podCapacity: undefined });
  world.scale({ v1: 3, v2: 1 });
  const shift = await previewed(world, [33], {}, false);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "hold");
  // The old side's autoscaler takes two Pods away; one of the new side is no more than it was for that.
  world.scale({ v1: 1, v2: 1 });
  await shift.dispatch({ type: "continue", reason: "seen on the dashboard" });
  await reaches(shift, "hold");
  assert.match(render(shift.view.status), /would get 100 %, but .* can safely take 33 % now/);
  assert.deepEqual(world.weights, [67, 33]);
  await shift.dispose();
});

test("copies of requests are carried besides the weights", async () => {
  const world = new ShiftWorld();
  world.cluster.change("VirtualService", "app", (object) => {
    const to = (subset: string, weight: number) => ({ destination: { host: "app", subset }, weight });
    const mirrored = { route: [to("v1", 100), to("v2", 0)], mirror: { host: "app", subset: "v2" } };
    return { ...object, spec: { hosts: ["app"], http: [mirrored] } };
  });
  world.metrics.traffic = { v1: { rate: 100 }, v2: { rate: 100 } };
  const shift = world.promotion([35, 100]);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  await shift.dispose();
  // 90 % of three Pods of 50 are 135; 100 are copies: 35 of the 100 that enter may come.
  assert.equal(lane(shift, 1)?.maxSafeWeight, 35);
});

test("requests of routes behind a route with conditions are not taken for its own", async () => {
  const world = new ShiftWorld({ podCapacity: 10 });
  world.cluster.change("VirtualService", "app", (object) => {
    const to = (subset: string, weight: number) => ({ destination: { host: "app", subset }, weight });
    const http = [
      { match: [{ uri: { prefix: "/pay" } }], route: [to("v1", 80), to("v2", 20)] },
      { route: [{ destination: { host: "app", subset: "v1" } }] },
    ];
    return { ...object, spec: { hosts: ["app"], http } };
  });
  // Ten requests/s are for /pay, the other 90 go by.
  world.metrics.traffic = { v1: { rate: 98 }, v2: { rate: 2 } };
  const shift = world.promotion([100]);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  await shift.dispose();
  assert.equal(lane(shift, 1)?.rateThen, 10);
});

test("of several workloads the autoscaler of one says nothing about the side", async () => {
  const other = make("apps/v1", "Deployment", "app-v2-b", {
    spec: { replicas: 2, template: { metadata: { labels: { app: "app", version: "v2" } } } },
  });
  const world = new ShiftWorld({ podCapacity: 40 }, [...scaled("v2", 1, 1, 2), other]);
  const shift = world.promotion([100]);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed", "blocked");
  await shift.dispose();
  assert.equal(check(shift, "autoscaler-max"), undefined);
});
