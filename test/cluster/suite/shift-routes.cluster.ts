import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { render } from "../../../server/src/model/message.ts";
import type { Change } from "../../../server/src/traffic/shift/intent.ts";
import { KINDS } from "../../../server/src/traffic/shift/kinds.ts";
import { canary, checkOf, reaches, request, ShiftBed, weights, withoutWeights } from "../shift-bed.ts";

describe("routes of every form, against a real API server and Prometheus", () => {
  let bed: ShiftBed;

  before(async () => {
    bed = await ShiftBed.open();
  });
  afterEach(() => bed.settle());
  after(() => bed?.close());

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
});
