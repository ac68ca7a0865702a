import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { render } from "../../../server/src/model/message.ts";
import type { Change, Intent } from "../../../server/src/traffic/shift/intent.ts";
import { KINDS } from "../../../server/src/traffic/shift/kinds.ts";
import {
  blocked,
  canary,
  checkOf,
  explain,
  hurried,
  MERGE_PATCH,
  reaches,
  request,
  ShiftBed,
  weights,
  withoutWeights,
} from "../shift-bed.ts";

describe("everything that can be shifted, against a real API server and Prometheus", () => {
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

  it("asks an Argo Rollout's controller through the fields it knows", async () => {
    const namespace = await bed.cluster.app();
    const rollout = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts/checkout`;
    // In place of the controller, which does not run here.
    await bed.cluster.api.expect(
      "PATCH",
      `${rollout}/status`,
      {
        status: {
          currentPodHash: "abc",
          stableRS: "xyz",
          currentStepIndex: 1,
          pauseConditions: [{ reason: "CanaryPauseStep", startTime: "2026-01-01T00:00:00Z" }],
        },
      },
      "application/merge-patch+json",
    );
    const status = async () =>
      ((await bed.cluster.api.get(rollout)) as unknown as { status: Record<string, unknown> }).status;
    const run = async (verb: "promote" | "abort" | "retry" | "promoteFull") => {
      const shift = await bed.start(
        request(namespace, { kind: "rollout", verb }, "checkout", KINDS.rollout),
        await bed.deps(),
      );
      assert.equal(shift.view.phase, "previewed", explain(shift));
      await shift.dispatch({ type: "confirm" });
      await reaches(shift, "completed");
    };
    await run("promote");
    assert.equal((await status()).pauseConditions, undefined);
    await run("abort");
    assert.equal((await status()).abort, true);
    await run("retry");
    assert.equal((await status()).abort, false);
    await run("promoteFull");
    assert.equal((await status()).promoteFull, true);
  });

  it("undoes a Rollout by the template of its former revision", async () => {
    const namespace = await bed.cluster.app();
    const rollout = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts/checkout`;
    const { metadata, spec } = await bed.cluster.api.get(rollout);
    const { template } = spec as { template: { metadata: object; spec: { containers: object[] } } };
    const image = "registry.example/checkout:0.9.0";
    // In place of the controller, which does not run here: the present revision and the one before.
    for (const [hash, revision, containers] of [
      ["abc", "2", template.spec.containers],
      ["xyz", "1", template.spec.containers.map((container) => ({ ...container, image }))],
    ] as const) {
      const labels = { app: "checkout", "rollouts-pod-template-hash": hash };
      await bed.cluster.api.expect("POST", `/apis/apps/v1/namespaces/${namespace}/replicasets`, {
        metadata: {
          name: `checkout-${hash}`,
          labels,
          annotations: { "rollout.argoproj.io/revision": revision },
          ownerReferences: [
            { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name: "checkout", uid: metadata.uid },
          ],
        },
        spec: {
          replicas: 0,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { ...template.spec, containers } },
        },
      });
    }
    await bed.cluster.api.expect(
      "PATCH",
      `${rollout}/status`,
      { status: { currentPodHash: "abc", stableRS: "xyz" } },
      "application/merge-patch+json",
    );
    const shift = await bed.start(
      request(namespace, { kind: "rollout", verb: "undo" }, "checkout", KINDS.rollout),
      await bed.deps(),
    );
    assert.equal(shift.view.phase, "previewed", explain(shift));
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "completed");
    const after = (await bed.cluster.api.get(rollout)).spec as { template: typeof template };
    assert.deepEqual(
      after.template.spec.containers.map((container) => (container as { image: string }).image),
      [image],
    );
    // The hash is the controller's: with it the new revision would be told from no other.
    assert.deepEqual(after.template.metadata, { ...template.metadata, labels: { app: "checkout" } });
    assert.deepEqual({ ...after, template: undefined }, { ...(spec as object), template: undefined });
  });

  it("weights of a tcp route go in one write and hold, since nobody counts its answers; then back", async () => {
    const namespace = await bed.cluster.app();
    const to = (host: string, weight?: number) => ({
      destination: { host, port: { number: 5432 } },
      ...(weight !== undefined && { weight }),
    });
    const tcp = [{ match: [{ port: 5432 }], route: [to("app-v1", 100), to("app-v2")] }];
    await bed.route(namespace, "db", { hosts: [`db.${namespace}`], tcp });
    const before = await bed.live(namespace, "db");
    const change: Change = { kind: "weights", to: [{ leg: "app-v2", weight: 30 }], steps: [30] };
    const using = await bed.deps({ metrics: bed.prometheus() });
    const shift = await bed.confirmed(request(namespace, change, "db"), using, "hold");
    assert.match(render(shift.view.status), /only connections are counted/);
    const { spec } = await bed.live(namespace, "db");
    assert.deepEqual((spec as { tcp: object[] }).tcp, [
      { match: [{ port: 5432 }], route: [to("app-v1", 70), to("app-v2", 30)] },
    ]);
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual((await bed.live(namespace, "db")).spec, before.spec);
  });

  it("an HTTPRoute's filters stay, backends without a weight have 1, and of three the others share the rest", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    const collection = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`;
    const header = {
      type: "RequestHeaderModifier",
      requestHeaderModifier: { set: [{ name: "x-a", value: "1" }] },
    };
    const mirror = { type: "RequestMirror", requestMirror: { backendRef: { name: "app-v2", port: 80 } } };
    await bed.cluster.api.expect("POST", collection, {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "three" },
      spec: {
        rules: [
          {
            matches: [{ path: { type: "PathPrefix", value: "/static" } }],
            backendRefs: [{ name: "app", port: 80 }],
          },
          {
            filters: [header, mirror],
            backendRefs: [
              { name: "app-v1", port: 80, filters: [header] },
              { name: "app", port: 80, weight: 3 },
              { name: "app-v2", port: 80, weight: 0 },
            ],
          },
        ],
      },
    });
    const live = () => bed.cluster.api.get(`${collection}/three`);
    const before = await live();
    const change: Change = { kind: "weights", to: [{ leg: "app-v2", weight: 20 }], steps: [20] };
    const shift = await bed.confirmed(
      request(namespace, change, "three", KINDS.httpRoute),
      await bed.deps(),
      "hold",
    );
    const after = await live();
    const rules = (after.spec as { rules: { backendRefs: { weight: number }[] }[] }).rules;
    assert.deepEqual(
      rules[1]?.backendRefs.map(({ weight }) => weight),
      [20, 60, 20],
    );
    assert.deepEqual(withoutWeights(after), withoutWeights(before));
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual((await live()).spec, before.spec);
  });

  it("weights that do not add up to 100, and a mirror, come back as they were", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    const to = (subset: string, weight: number) => ({ destination: { host: "app", subset }, weight });
    const mirror = { host: "app", subset: "v2" };
    const http = [{ route: [to("v1", 3), to("v2", 1)], mirror, mirrorPercentage: { value: 10 } }];
    await bed.route(namespace, "odd", { hosts: [`odd.${namespace}`], http });
    const before = await bed.live(namespace, "odd");
    const shift = await bed.confirmed(request(namespace, canary([50]), "odd"), await bed.deps(), "hold");
    const after = await bed.live(namespace, "odd");
    assert.deepEqual(weights(after, 0), [50, 50]);
    assert.deepEqual(withoutWeights(after), withoutWeights(before));
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual((await bed.live(namespace, "odd")).spec, before.spec);
  });

  it("a destination that stands twice in a route, and a route with one, are refused before anything", async () => {
    const namespace = await bed.cluster.app();
    const to = (subset: string, weight: number) => ({ destination: { host: "app", subset }, weight });
    const twice = [{ route: [to("v1", 50), to("v1", 40), to("v2", 10)] }];
    await bed.route(namespace, "twice", { hosts: [`twice.${namespace}`], http: twice });
    await bed.route(namespace, "one", { hosts: [`one.${namespace}`], http: [{ route: [to("v2", 100)] }] });
    for (const [name, why] of [
      ["twice", /names a destination twice/],
      ["one", /no route that shares its traffic/],
    ] as const) {
      const shift = await bed.start(request(namespace, canary(), name), await bed.deps());
      assert.equal(shift.view.phase, "blocked");
      assert.match(render(checkOf(shift, "verb")?.message ?? { text: "", values: {} }), why);
    }
  });

  it("a template that somebody rolls out between preview and undo is not overwritten", async () => {
    const namespace = await bed.cluster.app();
    const rollout = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts/checkout`;
    const { metadata, spec } = await bed.cluster.api.get(rollout);
    const { template } = spec as { template: { spec: { containers: { name: string; image: string }[] } } };
    const status = { currentPodHash: "abc", stableRS: "xyz" };
    await bed.cluster.api.expect("PATCH", `${rollout}/status`, { status }, MERGE_PATCH);
    const labels = { app: "checkout", "rollouts-pod-template-hash": "xyz" };
    await bed.cluster.api.expect("POST", `/apis/apps/v1/namespaces/${namespace}/replicasets`, {
      metadata: {
        name: "checkout-xyz",
        labels,
        annotations: { "rollout.argoproj.io/revision": "1" },
        ownerReferences: [
          { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name: "checkout", uid: metadata.uid },
        ],
      },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { ...template, metadata: { labels } },
      },
    });
    const images = async () =>
      (
        (await bed.cluster.api.get(rollout)).spec as { template: typeof template }
      ).template.spec.containers.map(({ image }) => image);
    const roll = (image: string) =>
      bed.cluster.api.expect(
        "PATCH",
        rollout,
        { spec: { template: { spec: { containers: [{ ...template.spec.containers[0], image }] } } } },
        MERGE_PATCH,
      );
    await roll("registry.example/checkout:2.0.0");
    const shift = await bed.start(
      request(namespace, { kind: "rollout", verb: "undo" }, "checkout", KINDS.rollout),
      await bed.deps(),
    );
    assert.equal(shift.view.phase, "previewed", explain(shift));
    await roll("registry.example/checkout:3.0.0");
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "blocked", "previewed", "hold");
    assert.deepEqual(await images(), ["registry.example/checkout:3.0.0"]);
  });
});
