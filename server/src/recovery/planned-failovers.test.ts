import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryWorkspace } from "../testing/memory-workspace.ts";
import { PLAN_TYPE, planOf } from "./plan.ts";
import { type PlannedFailover, plannedFailovers } from "./planned-failovers.ts";

const PLAN = `apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: {name: orders, namespace: shop}
spec:
  platforms:
    kubernetes:
      - {name: k8s-a, site: a, context: site-a}
      - {name: k8s-b, site: b, context: site-b}
  databases:
    - name: main
      primary: {platform: vm, ref: db-01, site: a}
      replicas: [{platform: kubernetes, ref: cnpg/Cluster/orders-db, site: b}]
  strategies:
    - {name: mesh, type: ServiceMesh, virtualService: orders, to: {host: orders-k8s, subset: v2}}
    - {name: dns, type: DNS, record: orders.example.com}
    - {name: db, type: DatabasePromotion, database: main}
  failovers:
    - name: site
      serves: [Site]
      steps:
        - {name: switch-dns, strategy: dns, after: [shift-mesh]}
        - {name: shift-mesh, strategy: mesh, after: [promote-db]}
        - {name: scale-up, duration: 5m}
        - {name: promote-db, strategy: db}
    - {name: by-hand, serves: [Region], steps: [{name: restore, duration: 30m}]}
`;
const MANIFESTS = `apiVersion: externaldns.k8s.io/v1alpha1
kind: DNSEndpoint
metadata: {name: orders-dns, namespace: edge}
spec: {endpoints: [{dnsName: orders.example.com, recordType: A, targets: [192.0.2.1]}]}
---
apiVersion: externaldns.k8s.io/v1alpha1
kind: DNSEndpoint
metadata: {name: other, namespace: edge}
spec: {endpoints: [{dnsName: other.example.com, recordType: A, targets: [192.0.2.1]}]}
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: orders-db, namespace: data}
spec: {instances: 3}
`;

function failoversOf(files: Readonly<Record<string, string>>): readonly PlannedFailover[] {
  const snapshot = memoryWorkspace(files, []).workspace.snapshot();
  const [resource] = snapshot.find("type", PLAN_TYPE);
  const plan = resource && planOf(resource);
  assert.ok(plan);
  return plannedFailovers(plan, snapshot);
}

test("the steps stand in the order in which they can be done, with what they move and where", () => {
  const [site, ...more] = failoversOf({ "plan.yaml": PLAN, "app.yaml": MANIFESTS });
  assert.deepEqual(more, [], "a failover that only people carry out is none");
  assert.deepEqual(site?.serves, ["Site"]);
  assert.deepEqual(
    site?.contexts.map(({ context, platform }) => [context, platform]),
    [
      ["site-a", "k8s-a"],
      ["site-b", "k8s-b"],
    ],
  );
  const open = { context: undefined, to: undefined, record: undefined };
  assert.deepEqual(site?.steps, [
    { name: "scale-up", move: undefined },
    {
      name: "promote-db",
      // Its site says in which cluster it stands.
      move: { ...open, kind: "Cluster", name: "orders-db", namespace: "data", context: "site-b" },
    },
    {
      name: "shift-mesh",
      move: { ...open, kind: "VirtualService", name: "orders", namespace: "shop", to: "orders-k8s/v2" },
    },
    {
      name: "switch-dns",
      move: {
        ...open,
        kind: "DNSEndpoint",
        name: "orders-dns",
        namespace: "edge",
        record: "orders.example.com",
      },
    },
  ]);
});

test("what the plan and the manifests leave open stays open", () => {
  const elsewhere = PLAN.replace("site: b}]", "site: c}]");
  const [site] = failoversOf({ "plan.yaml": elsewhere });
  const moves = site?.steps.map(({ name, move }) => [name, move?.name, move?.namespace, move?.context]);
  assert.deepEqual(moves, [
    ["scale-up", undefined, undefined, undefined],
    ["promote-db", "orders-db", undefined, undefined],
    ["shift-mesh", "orders", "shop", undefined],
    ["switch-dns", undefined, undefined, undefined],
  ]);
});

test("with one cluster everything stands in it; steps that wait for each other are not lost", () => {
  const alone = PLAN.replace("      - {name: k8s-a, site: a, context: site-a}\n", "").replace(
    "strategy: db}",
    "strategy: db, after: [switch-dns]}",
  );
  const [site] = failoversOf({ "plan.yaml": alone, "app.yaml": MANIFESTS });
  assert.deepEqual(
    site?.steps.map(({ name, move }) => [name, move?.context]),
    [
      ["scale-up", undefined],
      ["switch-dns", "site-b"],
      ["shift-mesh", "site-b"],
      ["promote-db", "site-b"],
    ],
  );
});
