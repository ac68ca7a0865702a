import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryCluster } from "../testing/memory-cluster.ts";
import { failure, type KubeObject, type Metrics, success } from "../traffic/shift/cluster.ts";
import { findPrometheus, prometheusNamed, type Searched } from "./find-prometheus.ts";
import type { PrometheusService } from "./prometheus.ts";

const never = new AbortController().signal;

function service(namespace: string, name: string, ports: readonly object[], labels = {}): KubeObject {
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace, labels }, spec: { ports } };
}

/** A cluster in which these Prometheus know so many series of Istio's. */
function world(services: readonly KubeObject[], series: Readonly<Record<string, number>>) {
  const cluster = new MemoryCluster(services);
  const asked: PrometheusService[] = [];
  const searched: Searched = {
    cluster,
    metricsOf: (target): Metrics => {
      asked.push(target);
      const source = `${target.namespace}/${target.name}:${target.port}`;
      const count = series[`${target.namespace}/${target.name}`];
      return {
        source,
        query: async () =>
          count === undefined
            ? failure("unreachable", "no endpoints")
            : success(count === 0 ? [] : [{ labels: {}, value: count }]),
      };
    },
  };
  return { cluster, searched, asked };
}

test("the Prometheus that knows Istio's requests is taken, others are told", async () => {
  const { searched, asked } = world(
    [
      service("infra", "prometheus", [{ port: 9090 }]),
      service("istio-system", "prometheus", [{ name: "http", port: 9090 }]),
      service("monitoring", "stack-kube-prometheus", [{ name: "http-web", port: 80 }, { port: 8080 }]),
      service("monitoring", "prometheus-node-exporter", [{ port: 9100 }], { app: "prometheus" }),
      service("monitoring", "prometheus-alertmanager", [{ port: 9093 }]),
      service("shop", "app", [{ port: 9090 }]),
    ],
    { "infra/prometheus": 0, "istio-system/prometheus": 40 },
  );
  const { metrics, passedOver } = await findPrometheus(searched, never);
  assert.equal(metrics?.source, "istio-system/prometheus:9090");
  assert.deepEqual(passedOver, ["infra/prometheus:9090", "monitoring/stack-kube-prometheus:80"]);
  assert.equal(asked.length, 3);
});

test("a querier over all instances comes before one of them, an operator's Service by its port's scheme", async () => {
  const { searched, asked } = world(
    [
      service("m", "prometheus-operated", [{ name: "https-web", port: 9090 }], {
        "operated-prometheus": "true",
      }),
      service("m", "thanos-query", [
        { name: "grpc", port: 10901 },
        { name: "http", port: 10902 },
      ]),
    ],
    { "m/prometheus-operated": 5, "m/thanos-query": 9 },
  );
  assert.equal((await findPrometheus(searched, never)).metrics?.source, "m/thanos-query:10902");
  assert.equal(asked.find(({ name }) => name === "prometheus-operated")?.scheme, "https");
});

test("who may not list all Services looks where it usually runs", async () => {
  const { cluster, searched } = world(
    [service("monitoring", "prometheus", [{ port: 9090 }]), service("infra", "prometheus", [{ port: 9090 }])],
    { "monitoring/prometheus": 1, "infra/prometheus": 1 },
  );
  let first = true;
  cluster.intercept = (request) => {
    const refuse = request === "list Service" && first;
    first = false;
    return refuse ? failure("forbidden", "no").failure : undefined;
  };
  assert.equal((await findPrometheus(searched, never)).metrics?.source, "monitoring/prometheus:9090");
  cluster.intercept = () => failure("forbidden", "no").failure;
  assert.deepEqual(await findPrometheus(searched, never), { metrics: undefined, passedOver: [] });
});

test("a Service that was named is asked at its port, or at the one that is certainly meant", async () => {
  const { searched } = world(
    [
      service("m", "p", [
        { name: "web", port: 80 },
        { name: "reload", port: 81 },
      ]),
      service("m", "many", [
        { name: "a", port: 1 },
        { name: "b", port: 2 },
      ]),
    ],
    {},
  );
  const at = async (name: string, port?: string) => {
    const outcome = await prometheusNamed(searched, { namespace: "m", name, port }, never);
    return outcome.ok ? outcome.value.source : outcome.failure.kind;
  };
  assert.equal(await at("p"), "m/p:80");
  assert.equal(await at("p", "reload"), "m/p:reload");
  assert.equal(await at("many"), "invalid");
  assert.equal(await at("gone"), "notFound");
});
