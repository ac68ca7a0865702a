import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryCluster } from "../testing/memory-cluster.ts";
import type { KubeObject } from "../traffic/shift/cluster.ts";
import type { Lapse } from "./lapse.ts";
import { LiveCluster } from "./live-cluster.ts";

const node: KubeObject = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "a", labels: { "topology.kubernetes.io/zone": "z1" } },
};

function connected() {
  const cluster = new MemoryCluster([node]);
  const told: (Lapse | undefined)[] = [];
  const live = new LiveCluster({
    cluster,
    context: "staging",
    namespace: "shop",
    objectsChanged() {},
    topologyChanged() {},
    refreshing() {},
    lapsed: (lapse) => told.push(lapse),
  });
  for (const type of ["/Service", "policy/PodDisruptionBudget"]) live.objects.look([type], new Set());
  return { cluster, live, told };
}

test("what cannot be read is told by its kinds, and since when; that it can again, too", async () => {
  const { cluster, live, told } = connected();
  try {
    await live.refresh();
    assert.equal(told.length, 0);
    const read = Date.now();
    cluster.intercept = (request) =>
      request.includes("Service") ? { kind: "unclear", message: "a webhook failed" } : undefined;
    await live.refresh();
    assert.deepEqual(told.at(-1)?.kinds, ["Service"]);
    assert.equal(told.at(-1)?.failure.message, "a webhook failed");
    assert.ok(Math.abs((told.at(-1)?.since ?? 0) - read) < 5000);
    assert.equal(live.topology.nodes, 1);
    cluster.intercept = () => undefined;
    await live.refresh();
    assert.equal(told.at(-1), undefined);
    assert.equal(told.length, 2);
  } finally {
    live.stop();
  }
});

test("where not even nodes can be read, it is the cluster, and its nodes are not known any more", async () => {
  const { cluster, live, told } = connected();
  try {
    await live.refresh();
    cluster.intercept = () => ({ kind: "unreachable", message: "refused" });
    await live.refresh();
    assert.deepEqual(told.at(-1)?.kinds, []);
    assert.equal(live.topology.nodes, undefined);
    const before = told.length;
    await live.refresh();
    assert.equal(told.length, before, "the same is not told twice");
  } finally {
    live.stop();
  }
});

test("what is refused, or not served, is no lapse", async () => {
  const { cluster, live, told } = connected();
  try {
    cluster.intercept = (request) =>
      request.includes("Service") ? { kind: "forbidden", message: "no" } : undefined;
    await live.refresh();
    cluster.intercept = () => ({ kind: "notServed", message: "no" });
    await live.refresh();
    assert.deepEqual(told, []);
  } finally {
    live.stop();
  }
});
