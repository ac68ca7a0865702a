import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { connect } from "../../../server/src/cluster/connection.ts";
import { readKubeconfig } from "../../../server/src/cluster/kubeconfig.ts";
import { metricsOfUrl } from "../../../server/src/cluster/prometheus.ts";
import type { Metrics } from "../../../server/src/traffic/shift/cluster.ts";
import { startCluster, type TestCluster } from "../cluster.ts";
import { PROMETHEUS, startFront } from "../front.ts";
import { waitFor } from "../processes.ts";

const NAMESPACE = "metrics-of-a-canary";
const LABELS = `destination_service_namespace="${NAMESPACE}",destination_service_name="app"`;
const RATE = `sum by (destination_version)(rate(istio_requests_total{reporter="destination",${LABELS}}[10s]))`;
const never = new AbortController().signal;

describe("metrics of a real Prometheus", () => {
  let cluster: TestCluster;
  let metrics: Metrics;

  before(async () => {
    cluster = await startCluster();
    metrics = metricsOfUrl(new URL(cluster.prometheus.url));
    await cluster.exporter.set(NAMESPACE, [
      { service: "app", version: "v1", rps: 90, latencyMs: 20 },
      { service: "app", version: "v2", rps: 10, errorRate: 0.2, neverArriving: 3, latencyMs: 200 },
    ]);
    await waitFor(
      "The traffic's being seen",
      async () => Math.abs((await values(metrics, RATE)).v1 - 90) < 9,
    );
  });
  after(() => cluster?.stop());

  it("reads rates by version", async () => {
    const rates = await values(metrics, RATE);
    assert.ok(Math.abs(rates.v1 - 90) < 9 && Math.abs(rates.v2 - 10) < 1, JSON.stringify(rates));
  });

  it("reads errors, failures that never reach a Pod, and latencies", async () => {
    const requests = (more: string) => `sum(rate(istio_requests_total{${LABELS},${more}}[10s]))`;
    const good = `${requests('reporter="destination",destination_version="v2",response_code!~"5.."')} / ${requests('reporter="destination",destination_version="v2"')}`;
    assert.ok(Math.abs((await one(good)) - 0.8) < 0.02);
    const lost = requests('reporter="source",response_flags="UH"');
    assert.ok(Math.abs((await one(lost)) - 3) < 0.5);
    const p99 = `histogram_quantile(0.99,sum by (le)(rate(istio_request_duration_milliseconds_bucket{reporter="destination",destination_version="v2",${LABELS}}[10s])))`;
    const latency = await one(p99);
    assert.ok(latency > 100 && latency <= 250, String(latency));
  });

  it("tells no traffic from no error", async () => {
    assert.deepEqual(await metrics.query(`istio_requests_total{destination_version="v9"}`, never), {
      ok: true,
      value: [],
    });
    assert.ok(Number.isNaN(await one(`vector(0) / vector(0)`)));
    assert.equal((await failureOf(metrics, "sum(")).kind, "invalid");
  });

  it("asks through the API server's proxy of a Service", async () => {
    const front = await startFront(cluster);
    const connection = connect(await readKubeconfig([front.kubeconfig]), "admin");
    try {
      const proxied = connection.metricsOf(PROMETHEUS);
      assert.equal(proxied.source, "Service monitoring/prometheus:9090");
      assert.ok((await values(proxied, RATE)).v1 > 80);
      assert.equal((await failureOf(proxied, "sum(")).kind, "invalid");
    } finally {
      connection.close();
      await front.stop();
    }
  });

  it("says why a Service cannot be asked", async () => {
    const kubeconfig = await readKubeconfig([cluster.kubeconfig]);
    const service = { namespace: "default", name: "no-prometheus", port: "web" };
    for (const [context, kind] of [
      ["viewer", "forbidden"],
      ["operator", "notFound"],
    ] as const) {
      const connection = connect(kubeconfig, context);
      assert.equal((await failureOf(connection.metricsOf(service), "up")).kind, kind);
      connection.close();
    }
  });

  it("fails while Prometheus is down, and answers again after", async () => {
    await cluster.prometheus.stop();
    try {
      assert.equal((await failureOf(metrics, RATE)).kind, "unreachable");
    } finally {
      await cluster.prometheus.start();
    }
    assert.ok((await metrics.query(RATE, never)).ok);
  });

  async function one(query: string): Promise<number> {
    const outcome = await metrics.query(query, never);
    assert.ok(outcome.ok && outcome.value.length === 1, query);
    return outcome.value[0]?.value ?? Number.NaN;
  }
});

async function values(metrics: Metrics, query: string): Promise<{ v1: number; v2: number }> {
  const outcome = await metrics.query(query, never);
  assert.ok(outcome.ok, outcome.ok ? "" : outcome.failure.message);
  const of = (version: string) =>
    outcome.value.find(({ labels }) => labels.destination_version === version)?.value ?? Number.NaN;
  return { v1: of("v1"), v2: of("v2") };
}

async function failureOf(metrics: Metrics, query: string) {
  const outcome = await metrics.query(query, never);
  assert.ok(!outcome.ok);
  return outcome.failure;
}
