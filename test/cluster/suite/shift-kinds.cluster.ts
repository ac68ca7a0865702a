import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { render } from "../../../server/src/model/message.ts";
import type { Change, Intent } from "../../../server/src/traffic/shift/intent.ts";
import { KINDS } from "../../../server/src/traffic/shift/kinds.ts";
import {
  blocked,
  canary,
  explain,
  hurried,
  reaches,
  request,
  requestOf,
  ShiftBed,
  watching,
  weights,
} from "../shift-bed.ts";

describe("everything else that can be shifted, against a real API server and Prometheus", () => {
  let bed: ShiftBed;

  before(async () => {
    bed = await ShiftBed.open();
  });
  afterEach(() => bed.settle());
  after(() => bed?.close());

  it("inserts A/B header routes in front of the default route and takes them away again", async () => {
    const namespace = await bed.cluster.app();
    const before = await bed.live(namespace);
    const change: Change = {
      kind: "ab",
      routes: [
        { name: "group-a", header: "user-group", exact: "A", to: { host: "app", subset: "v1" } },
        { name: "group-b", header: "user-group", exact: "B", to: { host: "app", subset: "v2" } },
      ],
    };
    const shift = await bed.start(request(namespace, change), await bed.deps({ thresholds: { soak: 1 } }));
    assert.equal(shift.view.phase, "previewed", explain(shift));
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "soaking");
    const spec = (await bed.live(namespace)).spec as { http: { name: string }[] };
    assert.deepEqual(
      spec.http.map(({ name }) => name),
      ["internal", "group-a", "group-b", "default"],
    );
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual((await bed.live(namespace)).spec, before.spec);
  });

  it("a subset that an A/B route needs is defined first, and goes last on the way back", async () => {
    const namespace = await bed.cluster.app();
    const before = await bed.live(namespace);
    const rule = () =>
      bed.cluster.api.get(`/apis/networking.istio.io/v1/namespaces/${namespace}/destinationrules/app`);
    const ruleBefore = await rule();
    const of = (type: typeof KINDS.virtualService, change: Change): Intent => ({
      context: "admin",
      ref: { type, namespace, name: "app" },
      ...change,
    });
    const blue = { name: "blue", labels: { version: "v2" } };
    const toBlue: Change = {
      kind: "ab",
      routes: [{ name: "blue", header: "group", exact: "B", to: { host: "app", subset: "blue" } }],
    };
    const alone = await bed.start(request(namespace, toBlue), await bed.deps());
    assert.ok(blocked(alone).includes("subset"), "by itself the route leads nowhere");
    const intents = [
      of(KINDS.destinationRule, { kind: "subsets", subsets: [blue] }),
      of(KINDS.virtualService, toBlue),
    ];
    const using = await bed.deps();
    const shift = await bed.start(
      { intents, emergency: false, accepted: [], ask: false },
      { ...using, clock: hurried },
    );
    assert.equal(shift.view.phase, "previewed", explain(shift));
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "completed");
    const subsets = ((await rule()).spec as { subsets: object[] }).subsets;
    assert.deepEqual(subsets.at(-1), blue);
    assert.match(JSON.stringify((await bed.live(namespace)).spec), /"subset":"blue"/);
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual((await bed.live(namespace)).spec, before.spec);
    assert.deepEqual((await rule()).spec, ruleBefore.spec);
  });

  it("shifts an HTTPRoute, a DNSEndpoint and promotes a database in one failover, each in its turn", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    const using = await bed.deps();
    const of = (name: string, type: typeof KINDS.httpRoute, change: Change): Intent => ({
      context: "admin",
      ref: { type, namespace, name },
      ...change,
    });
    const shift = await bed.start(
      {
        intents: [
          of("orders", KINDS.dnsEndpoint, { kind: "dns", record: {}, targets: ["k8s.example.net"] }),
          of("web", KINDS.httpRoute, { kind: "weights", to: [{ leg: "app-v2", weight: 100 }], steps: [100] }),
        ],
        emergency: false,
        accepted: [],
        ask: false,
      },
      { ...using, clock: hurried },
    );
    assert.equal(shift.view.phase, "previewed", explain(shift));
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "hold");
    const dns = `/apis/externaldns.k8s.io/v1alpha1/namespaces/${namespace}/dnsendpoints/orders`;
    const web = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes/web`;
    const targets = async () =>
      ((await bed.cluster.api.get(dns)).spec as { endpoints: { targets: string[] }[] }).endpoints[0]?.targets;
    const backends = async () =>
      (
        (await bed.cluster.api.get(web)).spec as { rules: { backendRefs: { weight: number }[] }[] }
      ).rules[0]?.backendRefs.map(({ weight }) => weight);
    assert.deepEqual(await targets(), ["k8s.example.net"]);
    assert.deepEqual(await backends(), [0, 100]);
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual(await targets(), ["vm.example.net"]);
    assert.deepEqual(await backends(), [90, 10]);
  });

  it("a promoted database holds until somebody has seen that it takes writes", async () => {
    const namespace = await bed.cluster.app();
    const change: Change = { kind: "promoteDatabase", tokenFrom: null };
    const shift = await bed.start(
      request(namespace, change, "orders-db", KINDS.database),
      await bed.deps({ thresholds: { patience: 1 } }),
    );
    assert.equal(shift.view.phase, "previewed", explain(shift));
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "hold");
    const db = await bed.cluster.api.get(
      `/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/clusters/orders-db`,
    );
    assert.equal((db.spec as { replica: { enabled: boolean } }).replica.enabled, false);
    assert.match(render(shift.view.status), /read-only/);
    await shift.dispatch({ type: "continue", reason: "pg_is_in_recovery() is false" });
    await reaches(shift, "completed");
  });

  it("steps across two contexts are made in their order, each as its own user, and undone in the opposite one", async () => {
    const near = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    const far = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    await bed.traffic(near, 60, 60);
    await bed.traffic(far, 60, 60);
    const seen: string[] = [];
    const site = (context: string, namespace: string) =>
      bed.deps({
        context,
        metrics: bed.prometheus(),
        change: (real) =>
          watching(real, async () => {
            seen.push(`${context} ${weights(await bed.live(namespace)).join("/")}`);
          }),
      });
    const [one, other] = [await site("admin", near), await site("operator", far)];
    const using = { ...one, connections: new Map([...one.connections, ...other.connections]) };
    const of = (context: string, namespace: string): Intent => ({
      context,
      ref: { type: KINDS.virtualService, namespace, name: "app" },
      ...canary([100]),
    });
    const shift = await bed.confirmed(
      requestOf([of("admin", near), of("operator", far)]),
      using,
      "completed",
    );
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual(seen, ["admin 0/100", "operator 0/100", "operator 95/5", "admin 95/5"]);
  });
});
