import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { render } from "../../../server/src/model/message.ts";
import type { Change } from "../../../server/src/traffic/shift/intent.ts";
import { waitFor } from "../processes.ts";
import { blocked, canary, checkOf, explain, MERGE_PATCH, request, ShiftBed } from "../shift-bed.ts";

describe("whether the cluster has room for a shift, against a real API server and Prometheus", () => {
  let bed: ShiftBed;

  before(async () => {
    bed = await ShiftBed.open();
  });
  afterEach(() => bed.settle());
  after(() => bed?.close());

  it("an unready subset blocks with the largest safe weight", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 1 } });
    const none = await bed.start(
      request(namespace, canary([100])),
      await bed.deps({ thresholds: { podCapacity: undefined } }),
    );
    const check = none.view.members[0]?.checks.find(
      ({ id, level }) => id === "capacity" && level === "block",
    );
    // One ready Pod beside three that carry the traffic today.
    assert.equal(check?.message.values.safe, 33, explain(none));
    await bed.traffic(namespace, 190, 10);
    const measured = await bed.start(
      request(namespace, canary([100])),
      await bed.deps({ metrics: bed.prometheus() }),
    );
    const lanes = measured.view.members[0]?.lanes ?? [];
    // What 90 % of one Pod carry of the requests that enter the route, by what Prometheus says at this moment.
    const entering = (lanes[0]?.rateNow ?? Number.NaN) / 0.95;
    assert.ok(entering > 100 && entering < 300, JSON.stringify(lanes));
    const safe = lanes[1]?.maxSafeWeight ?? 0;
    assert.ok(Math.abs(safe - 9000 / entering) <= 2, `${safe} ${JSON.stringify(lanes)}`);
    assert.equal(measured.view.phase, "blocked");
  });

  it("Pods that a quota keeps out block the step that needs them", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 1 } });
    const quotas = `/api/v1/namespaces/${namespace}/resourcequotas`;
    await bed.cluster.api.expect("POST", quotas, {
      metadata: { name: "team" },
      spec: { hard: { pods: "100" } },
    });
    const counted = async () =>
      (
        (await bed.cluster.api.get(`${quotas}/team`)) as unknown as {
          status: Record<string, { pods?: string }>;
        }
      ).status;
    await waitFor("The quota's being counted", async () => Number((await counted()).used?.pods ?? 0) >= 4);
    const used = (await counted()).used?.pods;
    const roomy = await bed.start(request(namespace, canary([10])), await bed.deps());
    assert.equal(checkOf(roomy, "quota")?.level, "pass", explain(roomy));
    const merge = "application/merge-patch+json";
    await bed.cluster.api.expect("PATCH", `${quotas}/team`, { spec: { hard: { pods: used } } }, merge);
    await waitFor("The new bound", async () => (await counted()).hard?.pods === used);
    const full = await bed.start(request(namespace, canary([100])), await bed.deps());
    assert.ok(blocked(full).includes("quota"), explain(full));
  });

  it("retries, the autoscaler's bounds and what would come back are weighed", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    await bed.traffic(namespace, 95, 5);
    const of = async (podCapacity: number) =>
      bed.start(
        request(namespace, canary([100])),
        await bed.deps({ metrics: bed.prometheus(), thresholds: { podCapacity } }),
      );
    const tight = await of(40);
    assert.equal(tight.view.phase, "previewed", explain(tight));
    // 100 requests/s on three Pods of 40 are 83 %: more than 70, less than 90.
    assert.equal(checkOf(tight, "capacity")?.level, "warn", explain(tight));
    const evidence =
      checkOf(tight, "capacity")
        ?.evidence.map((line) => render(line))
        .join() ?? "";
    const [, rate, worst] = /^([\d.]+) requests.* with all retries ([\d.]+) requests/.exec(evidence) ?? [];
    assert.ok(Math.abs(Number(worst) - 3 * Number(rate)) < 0.5, evidence);
    // v1 may shrink to two Pods, which carry 72 of the 95 that would come back.
    assert.equal(checkOf(tight, "rollback-capacity")?.message.values.needed, 3);
    assert.equal(checkOf(tight, "autoscaler-max")?.level, "pass");
    const short = await of(15);
    assert.ok(blocked(short).includes("autoscaler-max"), explain(short));
    assert.ok(blocked(short).includes("capacity"));
  });

  it("where Istio knows no version, workloads tell the sides apart; where they cannot, nothing is known", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    const flow = (one: string, other: string) =>
      bed.cluster.exporter.set(namespace, [
        { service: "app", version: "unknown", workload: one, rps: 60 },
        { service: "app", version: "unknown", workload: other, rps: 30 },
      ]);
    const seen = async () => {
      const query = `sum(rate(istio_requests_total{reporter="destination",destination_service_namespace="${namespace}"}[8s]))`;
      await waitFor("The traffic's being seen", async () => {
        const outcome = await bed.prometheus().query(query, AbortSignal.timeout(5000));
        return outcome.ok && Math.abs((outcome.value[0]?.value ?? 0) - 90) < 5;
      });
    };
    const preview = async () =>
      bed.start(
        request(namespace, canary([50])),
        await bed.deps({ metrics: bed.prometheus(), thresholds: { window: 8 } }),
      );
    await flow("app-v1", "app-v2");
    await seen();
    const apart = await preview();
    const rates = apart.view.members[0]?.lanes.map(({ rateNow }) => Math.round((rateNow ?? 0) / 10));
    assert.deepEqual(rates, [6, 3], explain(apart));
    assert.equal(checkOf(apart, "scrape")?.level, "warn");
    await flow("app", "app");
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    await seen();
    const none = await preview();
    // No requests of v1 or v2 is not what this means.
    assert.deepEqual(
      none.view.members[0]?.lanes.map(({ rateNow, utilisationThen }) => [rateNow, utilisationThen]),
      [
        [undefined, undefined],
        [undefined, undefined],
      ],
      explain(none),
    );
  });

  it("counts of objects bound what a step needs, and two sides that grow share one quota", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 1, v2: 1 } });
    await bed.scale(namespace, "app-v1", 1);
    await bed.scale(namespace, "app-v2", 1);
    await bed.cluster.exporter.set(namespace, [
      { service: "app-vm.internal", version: "vm", rps: 120 },
      { service: "app-v1", version: "v1", rps: 0 },
      { service: "app-v2", version: "v2", rps: 0 },
    ]);
    const to = (host: string, weight: number) => ({ destination: { host }, weight });
    const http = [{ route: [to("app-vm.internal", 100), to("app-v1", 0), to("app-v2", 0)] }];
    await bed.route(namespace, "pair", { hosts: [`pair.${namespace}`], http });
    const quotas = `/api/v1/namespaces/${namespace}/resourcequotas`;
    const room = async (free: number) => {
      const hard = { "count/pods": String(2 + free), "count/services": "3", "count/deployments.apps": "2" };
      await bed.cluster.api.expect("PATCH", `${quotas}/team`, { spec: { hard } }, MERGE_PATCH);
      await waitFor("The quota's being counted", async () => {
        const { status } = (await bed.cluster.api.get(`${quotas}/team`)) as unknown as {
          status?: Record<"hard" | "used", Record<string, string>>;
        };
        return status?.hard?.["count/pods"] === hard["count/pods"] && status.used?.["count/pods"] === "2";
      });
    };
    await bed.cluster.api.expect("POST", quotas, { metadata: { name: "team" }, spec: { hard: {} } });
    const change: Change = {
      kind: "weights",
      to: [
        { leg: "app-v1", weight: 50 },
        { leg: "app-v2", weight: 50 },
      ],
      steps: [],
    };
    const preview = async (free: number) => {
      await room(free);
      const shift = await bed.start(
        request(namespace, change, "pair"),
        await bed.deps({ metrics: bed.prometheus(), thresholds: { podCapacity: 20, window: 8 } }),
      );
      return shift.view.members[0]?.checks.filter(({ id }) => id === "quota") ?? [];
    };
    const query = `sum(rate(istio_requests_total{reporter="destination",destination_service_namespace="${namespace}"}[8s]))`;
    await waitFor("The traffic's being seen", async () => {
      const outcome = await bed.prometheus().query(query, AbortSignal.timeout(5000));
      return outcome.ok && Math.abs((outcome.value[0]?.value ?? 0) - 120) < 4;
    });
    // 60 requests/s on Pods that may carry 18 are four Pods for each: three more.
    const tight = await preview(4);
    assert.deepEqual(
      tight.map(({ level, message }) => [level, message.values.resource, message.values.room]),
      [
        ["block", "count/pods", 1],
        ["block", "count/pods", 1],
      ],
      "four would do for either of them",
    );
    assert.deepEqual(
      (await preview(6)).map(({ level }) => level),
      ["pass", "pass"],
    );
  });
});
