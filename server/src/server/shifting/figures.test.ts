import assert from "node:assert/strict";
import { test } from "node:test";
import type { Searched } from "../../cluster/find-prometheus.ts";
import { render } from "../../model/message.ts";
import { MemoryCluster } from "../../testing/memory-cluster.ts";
import { failure, type KubeObject, success } from "../../traffic/shift/cluster.ts";
import { FigureSources } from "./figures.ts";

const never = new AbortController().signal;

/** A cluster with a Prometheus that knows so many series of Istio's, and how often it was asked. */
function connection(series: number | undefined) {
  const service: KubeObject = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "prometheus", namespace: "monitoring" },
    spec: { ports: [{ port: 9090 }] },
  };
  let asked = 0;
  const searched: Searched = {
    cluster: new MemoryCluster([service]),
    metricsOf: ({ namespace, name, port }) => ({
      source: `${namespace}/${name}:${port}`,
      query: async () => {
        asked += 1;
        return series === undefined
          ? failure("unreachable", "no endpoints")
          : success([{ labels: {}, value: series }]);
      },
    }),
  };
  return { searched, asked: () => asked };
}

test("one that is found is remembered for its connection, and only for it", async () => {
  const sources = new FigureSources();
  const { searched, asked } = connection(7);
  const first = await sources.of(searched, "", never);
  const second = await sources.of(searched, "", never);
  assert.equal(first.metrics, second.metrics);
  assert.equal(asked(), 1);
  assert.match(render(second.from), /^monitoring\/prometheus:9090, which was found in the cluster/);
  const other = connection(7);
  await sources.of(other.searched, "", never);
  assert.equal(other.asked(), 1);
});

test("none that is found is no answer for good: it is looked for again", async () => {
  const sources = new FigureSources();
  const { searched, asked } = connection(undefined);
  for (const times of [1, 2]) {
    const { metrics, from } = await sources.of(searched, "", never);
    assert.equal(metrics, undefined);
    assert.match(render(from), /^unknown: no Prometheus .* \(looked at: monitoring\/prometheus:9090\)/);
    assert.equal(asked(), times);
  }
});

test("what the setting says is taken as it is, and nothing is looked for", async () => {
  const sources = new FigureSources();
  const { searched, asked } = connection(7);
  const of = async (setting: string) => {
    const { metrics, from, isMisunderstood } = await sources.of(searched, setting, never);
    return [metrics?.source, render(from), isMisunderstood];
  };
  assert.deepEqual(await of("none"), [undefined, "none, as nines.prometheus says", undefined]);
  const address = "http://localhost:9090";
  assert.deepEqual(await of(address), [address, `${address}, which nines.prometheus names`, undefined]);
  for (const [setting, source] of [
    ["infra/metrics:web", "infra/metrics:web"],
    ["svc:infra/metrics:web", "infra/metrics:web"],
    ["monitoring/prometheus", "monitoring/prometheus:9090"],
  ] as const)
    assert.deepEqual(await of(setting), [source, `${source}, which nines.prometheus names`, undefined]);
  // The Service that is to be asked for its port is not there: unknown, and no reason to refuse a preview.
  const [missing, why, isMisunderstood] = await of("infra/metrics");
  assert.deepEqual([missing, isMisunderstood], [undefined, undefined]);
  assert.match(String(why), /^nines\.prometheus: infra\/metrics does not exist/);
  for (const setting of ["localhost:9090", "prometheus", "ftp://x", "a/b/c"])
    assert.deepEqual((await of(setting)).slice(2), [true], setting);
  assert.equal(asked(), 0);
});
