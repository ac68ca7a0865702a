import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../../../model/message.ts";
import { make, reaches, ShiftWorld } from "../../../testing/shift-world.ts";
import { failure, type KubeObject } from "../cluster.ts";
import type { Shift } from "../shift.ts";
import type { Check } from "./check.ts";

const container = (cpu: string) => ({ name: "app", resources: { requests: { cpu } } });

function deployment(version: string, podSpec: object = { containers: [container("100m")] }): KubeObject {
  const labels = { app: "app", version };
  return make("apps/v1", "Deployment", `app-${version}`, {
    spec: { replicas: 3, template: { metadata: { labels }, spec: podSpec } },
  });
}

function quota(hard: object, used: object, spec: object = {}): KubeObject {
  return make("v1", "ResourceQuota", "team", { spec: { hard, ...spec }, status: { hard, used } });
}

const autoscaler = (max: number) =>
  make("autoscaling/v2", "HorizontalPodAutoscaler", "app-v2", {
    spec: {
      scaleTargetRef: { kind: "Deployment", name: "app-v2" },
      minReplicas: 1,
      maxReplicas: max,
    },
  });

/** v2 has three Pods of 50 requests/s; 100 requests/s enter, so at 100 % it needs three of 45. */
async function previewed(more: readonly KubeObject[], steps: readonly number[], v2 = 3): Promise<Shift> {
  const world = new ShiftWorld({}, [deployment("v1"), deployment("v2"), ...more]);
  world.scale({ v1: 3, v2 });
  const shift = world.promotion(steps);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed", "blocked");
  await shift.dispose();
  return shift;
}

function quotaChecks(shift: Shift): readonly Check[] {
  return shift.view.members.flatMap(({ checks }) => checks.filter(({ id }) => id === "quota"));
}

const levels = (shift: Shift) => quotaChecks(shift).map(({ level }) => level);

test("no quota, no line", async () => {
  assert.deepEqual(levels(await previewed([], [100])), []);
});

test("a quota that leaves room passes, and says by how much", async () => {
  const shift = await previewed([quota({ pods: "10" }, { pods: "6" })], [100]);
  const [check] = quotaChecks(shift);
  assert.equal(check?.level, "pass");
  assert.equal(check?.message.values.most, 7);
  assert.match(render(check?.evidence[0] ?? { text: "", values: {} }), /pods 6 of 10 used/);
});

test("Pods that a step needs and a quota keeps out block it", async () => {
  const shift = await previewed([quota({ pods: "5" }, { pods: "4" })], [100], 1);
  assert.equal(shift.view.phase, "blocked");
  const [check] = quotaChecks(shift);
  assert.equal(check?.level, "block");
  assert.deepEqual(
    [check?.message.values.needed, check?.message.values.total, check?.message.values.room],
    [3, 1, 1],
  );
});

test("a later step that would not fit is warned of before the first", async () => {
  const shift = await previewed([quota({ pods: "4" }, { pods: "4" })], [10, 100], 1);
  assert.equal(shift.view.phase, "previewed");
  assert.deepEqual(
    quotaChecks(shift).map(({ level, message }) => [level, message.values.percent]),
    [
      ["pass", undefined],
      ["warn", 100],
    ],
  );
});

test("an autoscaler whose maximum the quota forbids is a warning", async () => {
  const shift = await previewed(
    [autoscaler(12), quota({ "requests.cpu": "1" }, { "requests.cpu": "600m" })],
    [100],
  );
  const [check] = quotaChecks(shift);
  assert.equal(check?.level, "warn");
  assert.equal(check?.message.values.most, 7);
});

test("scopes decide which Pods a quota counts", async () => {
  const bound = [{ pods: "5" }, { pods: "5" }] as const;
  const counts = async (spec: object) => levels(await previewed([quota(...bound, spec)], [100], 1));
  assert.deepEqual(await counts({ scopes: ["Terminating"] }), []);
  assert.deepEqual(await counts({ scopes: ["BestEffort"] }), []);
  assert.deepEqual(await counts({ scopes: ["NotTerminating", "NotBestEffort"] }), ["block"]);
  const priority = (operator: string) => ({
    scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator, values: ["high"] }] },
  });
  assert.deepEqual(await counts(priority("In")), []);
  assert.deepEqual(await counts(priority("NotIn")), ["block"]);
});

test("what runs beside the container counts too", async () => {
  const pod = {
    containers: [container("100m")],
    initContainers: [{ name: "proxy", restartPolicy: "Always", resources: { requests: { cpu: "300m" } } }],
  };
  const world = new ShiftWorld({}, [
    deployment("v1"),
    deployment("v2"),
    quota({ "requests.cpu": "2" }, { "requests.cpu": "1" }),
  ]);
  world.cluster.change("Pod", "app-v2-0", (object) => ({ ...object, spec: pod }));
  const shift = world.promotion([100]);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  const [check] = quotaChecks(shift);
  assert.equal(check?.message.values.most, 5, "three, and two more of 400m");
  await shift.dispose();
});

test("quotas that may not be read are unknown, never all right", async () => {
  const world = new ShiftWorld({}, [deployment("v1"), deployment("v2")]);
  world.cluster.intercept = (request) =>
    request === "list ResourceQuota" ? failure("forbidden", "no").failure : undefined;
  const shift = world.promotion([100]);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  assert.deepEqual(levels(shift), ["unknown"]);
  await shift.dispose();
});
