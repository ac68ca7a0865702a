import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import {
  type DrillPromise,
  METHODS,
  type PlanFailover,
  type ShiftChange,
  type ShiftChoices,
  type ShiftJournals,
  type ShiftKind,
  type ShiftPart,
  type ShiftTarget,
} from "../../../server/src/server/protocol.ts";
import { readyEndpoints } from "../app.ts";
import { startCluster, type TestCluster } from "../cluster.ts";
import { waitFor } from "../processes.ts";
import { ShiftServer } from "../shift-server.ts";

const ISTIO = "/apis/networking.istio.io/v1";

describe("what the editor puts together, against a real cluster", () => {
  let cluster: TestCluster;
  let server: ShiftServer;

  before(async () => {
    cluster = await startCluster();
    server = await ShiftServer.start(cluster);
  });
  after(async () => {
    await server?.stop();
    await cluster?.stop();
  });

  const part = (
    change: ShiftChange,
    name: string,
    where: { readonly context?: string; readonly namespace?: string; readonly kind?: ShiftKind } = {},
  ): ShiftPart => ({
    context: where.context,
    target: { kind: where.kind ?? "VirtualService", namespace: where.namespace, name },
    change,
  });
  const toV2: ShiftChange = {
    kind: "weights",
    route: undefined,
    to: [{ leg: "app/v2", weight: 100 }],
    steps: [100],
  };
  const specOf = async (namespace: string, name = "app") =>
    (await cluster.api.get(`${ISTIO}/namespaces/${namespace}/virtualservices/${name}`)).spec as {
      http: { name?: string; fault?: object; route: { weight?: number }[] }[];
    };
  const weights = async (namespace: string) =>
    (await specOf(namespace)).http[1]?.route.map(({ weight }) => weight ?? 0);
  const plan = (namespace: string) => `apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: {name: orders}
spec:
  objectives: [{disruption: Site, rto: 10m}, {disruption: Region, rto: 4h}]
  platforms: {kubernetes: [{name: k8s-a, site: a, context: admin}]}
  strategies: [{name: mesh, type: ServiceMesh, virtualService: ${namespace}/app-failover, to: {host: app-v1}}]
  failovers:
    - name: site
      serves: [Site, Region]
      steps: [{name: look, after: [switch], duration: 1m}, {name: switch, strategy: mesh}]
`;
  const openPlan = async (namespace: string) => {
    const uri = pathToFileURL(join(server.folder, "workspace", `${namespace}.yaml`)).href;
    await server.client.open(uri, plan(namespace));
    return uri;
  };

  /** A namespace in which machines carry the traffic, connected. */
  const machines = async (): Promise<string> => {
    const namespace = await cluster.app({ replicas: { v1: 3 } });
    await cluster.exporter.set(namespace, [{ service: "app-vm.internal", version: "vm", rps: 60 }]);
    await server.connectTo(namespace);
    // The standby has a Service of its own, which is filled a moment later.
    await waitFor(
      "The standby's endpoints",
      async () => (await readyEndpoints(cluster.api, namespace, "app-v1")) === 3,
    );
    return namespace;
  };
  const drill = (more: object = {}): ShiftPart =>
    part(
      { kind: "drill", route: "http[0]", to: "app-v1", percent: 100, seconds: 60, rto: undefined, ...more },
      "app-failover",
    );
  const isFailing = (namespace: string) =>
    waitFor("The fault", async () => (await specOf(namespace, "app-failover")).http[0]?.fault !== undefined);

  it("fails over in two contexts, one after the other, once the production one was typed; and goes back", async () => {
    const [here, there] = [await server.app(), await server.app()];
    await server.connectTo(here);
    const places = { context: "production", namespace: there };
    const offered = await server.ask<ShiftTarget[]>(METHODS.shiftTargetsIn, places);
    assert.ok(offered.some(({ name, route }) => name === "app" && route === "http[1]"));
    const page = await server.preview(part(toV2, "app", places), part(toV2, "app"));
    assert.equal(page.phase, "previewed", JSON.stringify(page.members.map(({ checks }) => checks)));
    assert.deepEqual(
      page.members.map(({ context, namespace, production }) => [context, namespace, production]),
      [
        ["production", there, true],
        ["admin", here, false],
      ],
    );
    await assert.rejects(server.wish(page, "confirm"), /production context/);
    await assert.rejects(server.wish(page, "confirm", { typed: "admin" }), /production context/);
    await server.wish(page, "confirm", { typed: "production" });
    await server.phase(page.shift, "soaking");
    assert.deepEqual(await weights(here), [95, 5], "the second waits for the first");
    const done = await server.phase(page.shift, "completed", "hold", "rolledBack");
    assert.equal(done.phase, "completed", done.status);
    assert.deepEqual(
      [await weights(there), await weights(here)],
      [
        [0, 100],
        [0, 100],
      ],
    );
    const { journals } = await server.ask<ShiftJournals>(METHODS.shiftJournals);
    const journal = journals.find(({ id }) => id === done.id);
    assert.deepEqual(journal?.contexts, ["production", "admin"]);
    assert.equal(journal?.completed, true);
    await server.wish(done, "abort");
    await server.phase(page.shift, "rolledBack", "manualIntervention");
    assert.deepEqual(
      [await weights(there), await weights(here)],
      [
        [95, 5],
        [95, 5],
      ],
    );
  });

  it("a failover that was killed between two contexts is rolled back in both", async () => {
    const [here, there] = [await server.app(), await server.app()];
    await server.connectTo(here);
    const page = await server.preview(
      part(toV2, "app"),
      part(toV2, "app", { context: "operator", namespace: there }),
    );
    await server.wish(page, "confirm");
    await waitFor("The second write", async () => (await weights(there))?.[1] === 100);
    await server.killAndRestart();
    const { journals } = await server.ask<ShiftJournals>(METHODS.shiftJournals);
    const left = journals.find(({ open }) => open);
    assert.deepEqual(left?.contexts, ["admin", "operator"]);
    assert.equal(left?.faulty, false);
    const resumed = await server.resume(left?.id);
    await server.wish(resumed, "abort");
    await server.phase(resumed.shift, "rolledBack", "manualIntervention");
    assert.deepEqual(
      [await weights(there), await weights(here)],
      [
        [95, 5],
        [95, 5],
      ],
    );
  });

  it("offers the records of a DNSEndpoint, and changes the one that is meant", async () => {
    const namespace = await cluster.app();
    const path = `/apis/externaldns.k8s.io/v1alpha1/namespaces/${namespace}/dnsendpoints/orders`;
    const record = (dnsName: string, target: string) => ({
      dnsName,
      recordType: "CNAME",
      recordTTL: 60,
      targets: [target],
    });
    const endpoints = [
      record("orders.example.com", "vm.example.net"),
      record("pay.example.com", "vm.example.net"),
    ];
    await cluster.api.expect("PATCH", path, { spec: { endpoints } }, "application/merge-patch+json");
    await server.connectTo(namespace);
    const target = { kind: "DNSEndpoint", namespace: undefined, name: "orders" };
    const choices = await server.ask<ShiftChoices>(METHODS.shiftChoices, { context: undefined, target });
    assert.deepEqual(choices.records, [
      { dnsName: "orders.example.com", recordType: "CNAME", targets: ["vm.example.net"] },
      { dnsName: "pay.example.com", recordType: "CNAME", targets: ["vm.example.net"] },
    ]);
    const dns = (key: object): ShiftChange => ({ kind: "dns", record: key, targets: ["k8s.example.net"] });
    const open = await server.preview(part(dns({}), "orders", { kind: "DNSEndpoint" }));
    assert.equal(open.phase, "blocked", "two records fit");
    const page = await server.preview(
      part(dns({ dnsName: "pay.example.com", recordType: "CNAME" }), "orders", { kind: "DNSEndpoint" }),
    );
    assert.equal(page.phase, "previewed", JSON.stringify(page.members[0]?.checks));
    assert.ok(page.members[0]?.patch.some((operation) => operation.path === "/spec/endpoints/1/targets"));
  });

  it("says who may become the primary in place of a database", async () => {
    const namespace = await cluster.app();
    await server.connectTo(namespace);
    const target = { kind: "Cluster", namespace: undefined, name: "orders-db" };
    const { externalClusters } = await server.ask<ShiftChoices>(METHODS.shiftChoices, {
      context: "operator",
      target: { ...target, namespace },
    });
    assert.deepEqual(externalClusters, ["orders-vm"]);
    await assert.rejects(
      server.ask(METHODS.shiftChoices, { context: undefined, target: { ...target, name: "gone" } }),
      /gone/,
    );
  });

  it("an A/B test puts its routes in front, and its rollback takes them away", async () => {
    const namespace = await server.app();
    await server.connectTo(namespace);
    const before = await specOf(namespace);
    const routes = await server.ask<ShiftTarget[]>(METHODS.abTargets);
    const route = routes.find(({ name }) => name === "app");
    assert.deepEqual(
      [route?.route, route?.destinations.map(({ name }) => name)],
      ["http[1]", ["app/v1", "app/v2"]],
    );
    // A route with one destination has no weights, but a place for header routes and more subsets to lead to.
    const single = {
      ...before,
      hosts: ["single"],
      http: [{ route: [{ destination: { host: "app", subset: "v1" } }] }],
    };
    const more = {
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      metadata: { name: "single" },
      spec: single,
    };
    await cluster.api.expect("POST", `${ISTIO}/namespaces/${namespace}/virtualservices`, more);
    const again = await server.ask<ShiftTarget[]>(METHODS.abTargets);
    assert.deepEqual(
      again.find(({ name }) => name === "single")?.destinations.map(({ name, share }) => [name, share]),
      [
        ["app/v1", 1],
        ["app/v2", 0],
      ],
    );
    const page = await server.preview(
      part(
        {
          kind: "ab",
          route: "http[1]",
          header: "User-Group",
          variants: [
            { value: "A", to: "app/v1" },
            { value: "B", to: "app/v2" },
          ],
        },
        "app",
      ),
    );
    assert.equal(page.phase, "previewed", JSON.stringify(page.members[0]?.checks));
    await server.wish(page, "confirm");
    const done = await server.phase(page.shift, "completed", "hold", "rolledBack");
    assert.equal(done.phase, "completed", done.status);
    const { http } = await specOf(namespace);
    assert.deepEqual(
      http.map(({ name }) => name),
      ["internal", "user-group-a", "user-group-b", "default"],
    );
    assert.match(JSON.stringify(http[1]), /"user-group":\{"exact":"A"\}/);
    await server.wish(done, "abort");
    await server.phase(page.shift, "rolledBack", "manualIntervention");
    assert.deepEqual(await specOf(namespace), before);
  });

  it("a drill is compared with what the plan promises; one that was killed is told of, and its fault taken away", async () => {
    const namespace = await machines();
    const uri = await openPlan(namespace);
    const before = await specOf(namespace, "app-failover");
    const target = { kind: "VirtualService", namespace: undefined, name: "app-failover" };
    const promises = await server.ask<DrillPromise[]>(METHODS.drillPromises, { context: undefined, target });
    assert.deepEqual(promises, [{ rto: "10m", plan: "orders", disruption: "Site", uri }]);
    await assert.rejects(server.preview(drill({ seconds: 901 })), /900 s at the most/);
    await assert.rejects(server.preview(drill({ rto: "soon" })), /no duration/);
    const page = await server.preview(drill({ rto: promises[0]?.rto }));
    assert.equal(page.phase, "previewed", JSON.stringify(page.members[0]?.checks));
    assert.deepEqual(page.drill, { promised: "10m" }, "nothing is measured yet");
    await server.wish(page, "confirm");
    await isFailing(namespace);
    await server.killAndRestart();
    const { journals } = await server.ask<ShiftJournals>(METHODS.shiftJournals);
    const left = journals.find(({ faulty }) => faulty);
    assert.match(left?.title ?? "", /app-failover/);
    const resumed = await server.resume(left?.id);
    await server.wish(resumed, "abort");
    await server.phase(resumed.shift, "rolledBack", "manualIntervention");
    assert.deepEqual(await specOf(namespace, "app-failover"), before);
    const after = await server.ask<ShiftJournals>(METHODS.shiftJournals);
    assert.ok(after.journals.every(({ faulty }) => !faulty));
  });

  it("a drill ends with the editor: its fault is taken away before the server goes", async () => {
    const namespace = await machines();
    const before = await specOf(namespace, "app-failover");
    const page = await server.preview(drill());
    assert.equal(page.phase, "previewed", JSON.stringify(page.members[0]?.checks));
    await server.wish(page, "confirm");
    await isFailing(namespace);
    await server.restart();
    assert.deepEqual(await specOf(namespace, "app-failover"), before);
    const { journals } = await server.ask<ShiftJournals>(METHODS.shiftJournals);
    assert.ok(journals.every(({ open }) => !open));
  });

  it("knows the failovers of the workspace's plans, and tells an untrusted workspace nothing", async () => {
    await openPlan("shop");
    const planned = await server.ask<PlanFailover[]>(METHODS.planFailovers);
    const site = planned.find(({ uri }) => uri.endsWith("/shop.yaml"));
    assert.deepEqual(
      site?.steps.map(({ name, move }) => [name, move?.name, move?.context, move?.to]),
      [
        ["switch", "app-failover", "admin", "app-v1"],
        ["look", undefined, undefined, undefined],
      ],
    );
    const untrusted = await server.untrusted();
    try {
      for (const method of [
        "planFailovers",
        "abTargets",
        "drillPromises",
        "shiftChoices",
        "shiftTargetsIn",
      ] as const)
        await assert.rejects(untrusted.connection.sendRequest(METHODS[method], {}), /not trusted/);
    } finally {
      await untrusted.stop();
    }
  });
});
