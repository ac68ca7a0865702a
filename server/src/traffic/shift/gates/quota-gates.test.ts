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

test("objects that come with each Pod are counted, those that no Pod brings along are not", async () => {
  const claim = (storageClassName: string) => ({
    spec: { storageClassName, resources: { requests: { storage: "10Gi" } } },
  });
  const podSpec = {
    containers: [container("100m")],
    volumes: [{ name: "scratch", ephemeral: { volumeClaimTemplate: claim("fast") } }],
    resourceClaims: [{ name: "gpu", resourceClaimTemplateName: "gpu" }],
  };
  const most = async (hard: Record<string, string>) => {
    const used = Object.fromEntries(Object.keys(hard).map((key) => [key, "0"]));
    const world = new ShiftWorld({}, [deployment("v1"), deployment("v2", podSpec), quota(hard, used)]);
    const shift = world.promotion([100]);
    await shift.dispatch({ type: "start" });
    await reaches(shift, "previewed");
    await shift.dispose();
    return quotaChecks(shift).map(({ message }) => message.values.most)[0];
  };
  assert.equal(await most({ "count/pods": "4" }), 7);
  assert.equal(await most({ persistentvolumeclaims: "2" }), 5);
  assert.equal(await most({ "count/persistentvolumeclaims": "1", pods: "9" }), 4);
  assert.equal(await most({ "fast.storageclass.storage.k8s.io/persistentvolumeclaims": "3" }), 6);
  assert.equal(await most({ "slow.storageclass.storage.k8s.io/persistentvolumeclaims": "0" }), undefined);
  assert.equal(await most({ "requests.storage": "25Gi" }), 5);
  assert.equal(await most({ "fast.storageclass.storage.k8s.io/requests.storage": "10Gi" }), 4);
  assert.equal(await most({ "count/resourceclaims.resource.k8s.io": "1" }), 4);
  // A step makes no Services, and a Deployment that grows no more ReplicaSets.
  assert.equal(await most({ services: "0", "count/services": "0" }), undefined);
  assert.equal(await most({ "count/deployments.apps": "0", "count/replicasets.apps": "0" }), undefined);
});

test("two sides that grow at the expense of one quota are judged together", async () => {
  const third = make("networking.istio.io/v1", "DestinationRule", "app", {
    spec: { host: "app", subsets: ["v1", "v2", "v3"].map((name) => ({ name, labels: { version: name } })) },
  });
  const preview = async (free: number) => {
    const world = new ShiftWorld({ podCapacity: undefined }, [
      ...["v1", "v2", "v3"].map((version) => deployment(version)),
      quota({ pods: String(20) }, { pods: String(20 - free) }),
      third,
    ]);
    world.scale({ v1: 6, v2: 1 });
    world.cluster.change("VirtualService", "app", (object) => {
      const to = (subset: string, weight: number) => ({ destination: { host: "app", subset }, weight });
      return {
        ...object,
        spec: { hosts: ["app"], http: [{ route: [to("v1", 100), to("v2", 0), to("v3", 0)] }] },
      };
    });
    const slice = world.cluster.object("EndpointSlice", "app-1") as KubeObject & { endpoints: object[] };
    const endpoint = { addresses: ["10.0.0.9"], targetRef: { kind: "Pod", name: "app-v3-0" } };
    world.cluster.put({ ...slice, endpoints: [...slice.endpoints, endpoint] });
    world.cluster.put(make("v1", "Pod", "app-v3-0", {}, { app: "app", version: "v3" }));
    const { request } = world.promotion([100]);
    const to = ["v2", "v3"].map((leg) => ({ leg, weight: 50 }));
    const intents = request.intents.map((intent) => ({ ...intent, kind: "weights", to, steps: [] }) as const);
    const shift = world.promotion([], { intents }, false);
    await shift.dispatch({ type: "start" });
    await reaches(shift, "previewed", "blocked");
    await shift.dispose();
    return shift;
  };
  // Six Pods carry all of it: half of it needs three, so each side two more.
  const tight = await preview(3);
  assert.deepEqual(
    quotaChecks(tight).map(({ level, message }) => [level, message.values.needed, message.values.room]),
    [
      ["block", 3, 1],
      ["block", 3, 1],
    ],
    "three would do for either of them",
  );
  assert.match(
    quotaChecks(tight)[0]
      ?.evidence.map((line) => render(line))
      .join() ?? "",
    /app\/v3 needs 2 more Pods of the same quota/,
  );
  assert.deepEqual(levels(await preview(4)), ["pass", "pass"]);
});
