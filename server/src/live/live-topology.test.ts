import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryCluster } from "../testing/memory-cluster.ts";
import { readTopology } from "./live-topology.ts";

const node = (name: string, zone: string | undefined, ...taints: readonly (readonly [string, string])[]) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, ...(zone !== undefined && { labels: { "topology.kubernetes.io/zone": zone } }) },
  spec: { taints: taints.map(([key, effect]) => ({ key, effect })) },
});
const signal = new AbortController().signal;
const read = async (...nodes: readonly ReturnType<typeof node>[]) => {
  const outcome = await readTopology(new MemoryCluster(nodes), signal);
  assert.ok(outcome.ok);
  const { nodes: count, zones } = outcome.value;
  return { count, zones };
};

test("nodes of the control plane take no workloads; drained and unwell ones are still there", async () => {
  const found = await read(
    node("a", "z1"),
    node("b", "z2", ["node.kubernetes.io/unschedulable", "NoSchedule"]),
    node("c", "z2", ["anything", "PreferNoSchedule"]),
    node("d", "z3", ["node-role.kubernetes.io/control-plane", "NoSchedule"]),
  );
  assert.deepEqual(found, { count: 3, zones: ["z1", "z2"] });
});

test("what depends on tolerations, or is not labelled, is not known", async () => {
  assert.deepEqual(await read(node("a", "z1"), node("b", "z2", ["gpu", "NoSchedule"])), {
    count: undefined,
    zones: undefined,
  });
  assert.deepEqual(await read(node("a", "z1"), node("b", undefined)), { count: 2, zones: undefined });
  assert.deepEqual(await read(), { count: undefined, zones: undefined });
});

test("nodes that may not be listed are a failure, not an empty cluster", async () => {
  const cluster = new MemoryCluster([node("a", "z1")]);
  cluster.intercept = () => ({ kind: "forbidden", message: "no" });
  const outcome = await readTopology(cluster, signal);
  assert.equal(outcome.ok, false);
});
