import assert from "node:assert/strict";
import { test } from "node:test";
import { METHODS, type PlanFailover } from "../../server/src/server/protocol.ts";
import { TestClient } from "./client.ts";

const URI = "untitled:plan.yaml";
const PLAN = `apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: {name: orders, namespace: shop}
spec:
  platforms: {kubernetes: [{name: a, site: dc-a, context: site-a}, {name: b, site: dc-b, context: site-b}]}
  databases: [{name: main, replicas: [{platform: kubernetes, ref: cnpg/Cluster/data/orders-db, site: dc-b}]}]
  strategies:
    - {name: mesh, type: ServiceMesh, virtualService: orders, to: {host: orders-k8s}}
    - {name: db, type: DatabasePromotion, database: main}
  failovers:
    - name: site
      serves: [Site]
      steps: [{name: shift, strategy: mesh, after: [promote]}, {name: promote, strategy: db}]
  release: {abTest: {virtualService: shop/orders, header: user-group, variants: {A: version-a, B: version-b}}}
`;

test("a recovery plan's failovers are offered in the order of their steps, without any cluster", async () => {
  const client = await TestClient.start({ initializationOptions: { trusted: true } });
  try {
    await client.open(URI, PLAN);
    const planned = await client.connection.sendRequest<PlanFailover[]>(METHODS.planFailovers);
    assert.deepEqual(
      planned.map(({ plan, name, serves, uri }) => [plan, name, serves, uri]),
      [["orders", "site", ["Site"], URI]],
    );
    assert.deepEqual(planned[0]?.steps, [
      {
        name: "promote",
        move: { kind: "Cluster", name: "orders-db", namespace: "data", context: "site-b" },
      },
      {
        name: "shift",
        move: { kind: "VirtualService", name: "orders", namespace: "shop", to: "orders-k8s" },
      },
    ]);
    assert.deepEqual(await client.connection.sendRequest(METHODS.planAbTests), [
      {
        plan: "orders",
        uri: URI,
        virtualService: "shop/orders",
        header: "user-group",
        variants: [
          { value: "A", subset: "version-a" },
          { value: "B", subset: "version-b" },
        ],
      },
    ]);
  } finally {
    await client.stop();
  }
});

test("what needs a cluster is refused before one is connected, and everything in a workspace that is not trusted", async () => {
  const client = await TestClient.start({ initializationOptions: { trusted: true } });
  const untrusted = await TestClient.start({ initializationOptions: { trusted: false } });
  const target = { kind: "VirtualService", namespace: undefined, name: "orders" };
  const drill = {
    kind: "drill",
    route: undefined,
    to: "orders-k8s",
    percent: 100,
    seconds: 60,
    rto: undefined,
  };
  const asked: readonly (readonly [string, object | undefined])[] = [
    [METHODS.abTargets, undefined],
    [METHODS.drillPromises, { target }],
    [METHODS.shiftChoices, { target }],
    [METHODS.previewShift, { members: [{ target, change: drill }], emergency: false }],
  ];
  try {
    for (const [method, params] of asked) {
      const of = ({ connection }: TestClient) =>
        params === undefined ? connection.sendRequest(method) : connection.sendRequest(method, params);
      await assert.rejects(of(client), /Connect Cluster/, method);
      await assert.rejects(of(untrusted), /not trusted/, method);
    }
    await assert.rejects(untrusted.connection.sendRequest(METHODS.planFailovers), /not trusted/);
    await assert.rejects(
      untrusted.connection.sendRequest(METHODS.shiftTargetsIn, { context: "a", namespace: "b" }),
      /not trusted/,
    );
  } finally {
    await client.stop();
    await untrusted.stop();
  }
});
