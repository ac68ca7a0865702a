import assert from "node:assert/strict";
import { test } from "node:test";
import { render, t } from "../../../model/message.ts";
import { make, previewed, reaches, ShiftWorld } from "../../../testing/shift-world.ts";
import { failure, type Metrics, type Outcome, type Sample, success } from "../cluster.ts";
import { known, unknown } from "../reading/read.ts";
import type { Side } from "../reading/sides.ts";
import { readTraffic, type SideTraffic } from "../reading/traffic.ts";
import { DEFAULTS } from "../thresholds.ts";
import { verdictOf } from "./check.ts";
import { trafficChecks } from "./traffic-gates.ts";

const never = new AbortController().signal;
const queries = { rate: "", sample: "", failures: "", sourceFailures: "", p99: "", up: "" };
const GOOD: SideTraffic = {
  rate: known(10),
  sample: known(1000),
  failures: known(0),
  sourceFailures: known(new Map()),
  strayFailures: known(new Map()),
  isReportedAtSource: known(true),
  p99: known(40),
  up: unknown(t("not asked")),
  label: "destination_version",
  queries,
};
const leg = { host: "app", subset: "v2", weight: 5, written: 5, path: [] };

function verdict(traffic: Partial<SideTraffic>, thresholds = {}) {
  const lane = { leg, traffic: { ...GOOD, ...traffic } };
  return verdictOf(trafficChecks(lane, { ...DEFAULTS, ...thresholds }, 120, 0));
}

test("no figure that has no answer lets a step pass", () => {
  const why = unknown(t("no answer"));
  assert.equal(verdict({}), "pass");
  assert.equal(verdict({ failures: why }), "inconclusive");
  assert.equal(verdict({ sample: why }), "inconclusive");
  assert.equal(verdict({ sourceFailures: why, strayFailures: why }), "inconclusive");
  assert.equal(verdict({ p99: why }), "pass", "nothing is asked of it");
  const unseen = trafficChecks(
    { leg, traffic: { ...GOOD, isReportedAtSource: known(false) } },
    DEFAULTS,
    120,
    0,
  );
  assert.equal(
    unseen.find(({ id }) => id === "source-failures")?.level,
    "unknown",
    "no report is no success",
  );
  assert.equal(verdict({ p99: why }, { p99: 500 }), "inconclusive");
});

test("the minimum sample is 3 ÷ e, and less than it is no evidence", () => {
  assert.equal(verdict({ sample: known(299) }), "inconclusive");
  assert.equal(verdict({ sample: known(300) }), "pass");
  assert.equal(verdict({ sample: known(2999) }, { successRate: 0.999 }), "inconclusive");
  assert.equal(verdict({ sample: known(3000) }, { successRate: 0.999 }), "pass");
  // Four failures of a hundred are more than three hundred requests may bring.
  assert.equal(verdict({ sample: known(100), failures: known(4) }), "fail");
  assert.equal(verdict({ sample: known(100), failures: known(2) }), "inconclusive");
});

test("where everything must succeed a single failure goes back, and nothing passes without a number of requests", () => {
  const all = { successRate: 1 };
  assert.equal(verdict({ failures: known(1) }, all), "fail");
  assert.equal(verdict({ sourceFailures: known(new Map([["UH", 1]])) }, all), "fail");
  assert.equal(verdict({}, all), "inconclusive");
  assert.equal(verdict({}, { ...all, minRequests: 100 }), "pass");
});

test("one slow request among a few is no verdict", () => {
  const slow = { p99: known(900) };
  assert.equal(verdict({ ...slow, sample: known(50) }, { p99: 500 }), "inconclusive");
  assert.equal(verdict(slow, { p99: 500 }), "fail");
});

test("failing queries hold a step that would pass otherwise", async () => {
  const world = new ShiftWorld();
  const shift = await previewed(world, [50]);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  const query = world.metrics.query.bind(world.metrics);
  world.metrics.query = (promql) =>
    promql.includes('reporter="destination"') && promql.includes("response_code")
      ? Promise.resolve(failure("unclear", "query timed out"))
      : query(promql);
  await reaches(shift, "hold");
  assert.match(render(shift.view.status), /query timed out/);
  await shift.dispose();
});

test("requests from before the step are no evidence for it", async () => {
  // 25 requests/s: the last 120 s hold 3000 of them, those since the step 2000 after 80 s.
  const world = new ShiftWorld({ minRequests: 2000, podCapacity: 500 });
  world.metrics.traffic = { v1: { rate: 75 }, v2: { rate: 25 } };
  const times: number[] = [];
  world.cluster.afterWrite = () => times.push(world.clock.now());
  const shift = await previewed(world, [25, 50]);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "completed");
  const [first = 0, second = 0] = times;
  assert.equal((second - first) / 1000, 80);
});

/** A Prometheus in whose answers Pods have the labels that the test says. */
function prometheus(series: readonly Sample[], asked: string[] = []): Metrics {
  return {
    source: "test",
    query: async (promql): Promise<Outcome<readonly Sample[]>> => {
      asked.push(promql);
      if (promql.startsWith("up{") || promql.includes("response_code")) return success([]);
      const [, by = ""] = /by \(.*?(\w+)\)/.exec(promql) ?? [];
      return success(series.map(({ labels, value }) => ({ labels: { [by]: labels[by] ?? "" }, value })));
    },
  };
}

const service = { namespace: "shop", name: "app" };
function side(version: string | undefined, workload: string | undefined): Side {
  return {
    leg: { host: "app", subset: version ?? "x" },
    subset: known({ labels: new Map(), rules: [] }),
    endpoints: known(undefined),
    scale: known({ workloads: [], autoscaler: undefined, budgets: [] }),
    room: known(undefined),
    service,
    version,
    workload,
  };
}
const series = (version: string, workload: string, value: number): Sample => ({
  labels: { destination_version: version, destination_workload: workload },
  value,
});

test("where metrics say `unknown`, workloads tell the sides apart, with a warning", async () => {
  const asked: string[] = [];
  const metrics = prometheus([series("unknown", "app-v1", 95), series("v2", "app-v2", 5)], asked);
  const read = await readTraffic(known(metrics), [side("v1", "app-v1"), side("v2", "app-v2")], 120, never);
  assert.deepEqual(
    read.map(({ rate, label }) => [rate.known && rate.value, label]),
    [
      [95, "destination_workload"],
      [5, "destination_workload"],
    ],
  );
  assert.ok(asked.some((query) => query.startsWith("sum by (destination_version)(rate(")));
  const [first] = read;
  assert.ok(first);
  const checks = trafficChecks({ leg, traffic: first }, DEFAULTS, 120, 0);
  assert.ok(checks.some(({ level, message }) => level === "warn" && /no version label/.test(message.text)));
});

test("requests of nobody's version are not counted as none where nothing else tells", async () => {
  const metrics = prometheus([series("unknown", "app", 100)]);
  const [one] = await readTraffic(known(metrics), [side("v1", "app"), side("v2", "app")], 120, never);
  assert.equal(one?.rate.known, false);
  assert.equal(one?.failures.known, false);
});

test("a single subset of a Service is not charged with what other versions do", async () => {
  const metrics = prometheus([series("v1", "app-v1", 3), series("v2", "app-v2", 50)]);
  const [one] = await readTraffic(known(metrics), [side("v1", "app-v1")], 120, never);
  assert.equal(one?.rate.known && one.rate.value, 3);
});

test("counters that are no numbers are unknown and not zero", async () => {
  const metrics = prometheus([series("v1", "app-v1", Number.NaN), series("v2", "app-v2", 5)]);
  const [one] = await readTraffic(known(metrics), [side("v1", "app-v1"), side("v2", "app-v2")], 120, never);
  assert.equal(one?.rate.known, false);
});

test("tcp routes are not said to lack a Prometheus", async () => {
  const world = new ShiftWorld({ podCapacity: undefined });
  world.cluster.put(
    make("networking.istio.io/v1", "VirtualService", "app", {
      spec: {
        hosts: ["app"],
        tcp: [
          {
            match: [{ port: 5432 }],
            route: [
              { destination: { host: "app", subset: "v1" }, weight: 100 },
              { destination: { host: "app", subset: "v2" } },
            ],
          },
        ],
      },
    }),
  );
  const shift = await previewed(world, [100]);
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "hold");
  assert.match(render(shift.view.status), /only connections are counted/);
  await shift.dispatch({ type: "continue", reason: "the database's own figures" });
  await reaches(shift, "completed");
});

test("requests that are counted under other versions and workloads are not counted as none", async () => {
  const metrics = prometheus([series("2024-01", "app", 100)]);
  const [one] = await readTraffic(known(metrics), [side("v1", "app-v1"), side("v2", "app-v2")], 120, never);
  assert.equal(one?.rate.known, false);
});

test("sides of one Service ask once", async () => {
  const asked: string[] = [];
  const metrics = prometheus([series("v1", "app-v1", 95), series("v2", "app-v2", 5)], asked);
  await readTraffic(known(metrics), [side("v1", "app-v1"), side("v2", "app-v2")], 120, never);
  assert.deepEqual(asked, [...new Set(asked)]);
});
