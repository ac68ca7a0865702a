import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { render } from "../../../server/src/model/message.ts";
import type { Change } from "../../../server/src/traffic/shift/intent.ts";
import { KINDS } from "../../../server/src/traffic/shift/kinds.ts";
import { blocked, canary, checkOf, explain, reaches, request, ShiftBed } from "../shift-bed.ts";

describe("what a preview of a shift finds out, against a real API server and Prometheus", () => {
  let bed: ShiftBed;

  before(async () => {
    bed = await ShiftBed.open();
  });
  afterEach(() => bed.settle());
  after(() => bed?.close());

  it("without the permission to patch, applying is blocked and the patch can be copied", async () => {
    const namespace = await bed.cluster.app({ replicas: { v2: 3 } });
    const shift = await bed.start(
      request(namespace, canary(), "app", KINDS.virtualService, "viewer"),
      await bed.deps({ context: "viewer" }),
    );
    assert.equal(shift.view.phase, "blocked");
    assert.deepEqual(blocked(shift), ["permission"]);
    assert.match(
      shift.view.members[0]?.kubectl?.apply ?? "",
      /^kubectl --context=viewer .* --type=json '--patch=/,
    );
    await shift.dispatch({ type: "confirm" });
    assert.equal(shift.view.phase, "blocked");
  });

  it("unknown credentials read nothing and call nothing all right", async () => {
    const namespace = await bed.cluster.app();
    const shift = await bed.start(
      request(namespace, canary(), "app", KINDS.virtualService, "stranger"),
      await bed.deps({ context: "stranger" }),
    );
    assert.equal(shift.view.phase, "blocked");
    assert.deepEqual(
      shift.view.members[0]?.checks.map(({ level }) => level),
      ["block"],
    );
  });

  it("objects that somebody applies from a repository are blocked, and say who would revert the shift", async () => {
    const namespace = await bed.cluster.app({ replicas: { v2: 3 } });
    const marks = [
      [
        "annotations",
        "argocd.argoproj.io/tracking-id",
        "web:networking.istio.io/VirtualService:shop/app",
        "Argo CD",
      ],
      ["labels", "kustomize.toolkit.fluxcd.io/name", "web", "Flux"],
      ["labels", "helm.toolkit.fluxcd.io/name", "web", "Flux"],
      ["annotations", "meta.helm.sh/release-name", "web", "Helm"],
      ["labels", "app.kubernetes.io/instance", "web", "Argo CD"],
    ] as const;
    for (const [place, key, value, tool] of marks) {
      await bed.merge(namespace, { metadata: { [place]: { [key]: value } } });
      const shift = await bed.start(request(namespace, canary()), await bed.deps());
      assert.equal(shift.view.phase, "blocked", key);
      assert.deepEqual(blocked(shift), ["gitops"], key);
      assert.match(
        shift.view.members[0]?.reverts.map((message) => render(message)).join() ?? "",
        new RegExp(tool),
        key,
      );
      assert.deepEqual(shift.view.members[0]?.edit?.weights, [0, 100]);
      await bed.merge(namespace, { metadata: { [place]: { [key]: null } } });
    }
  });

  it("a route that an Argo Rollout steers is left to it", async () => {
    const namespace = await bed.cluster.app();
    const change: Change = { kind: "weights", to: [{ leg: "app-v2", weight: 100 }], steps: [100] };
    const shift = await bed.start(request(namespace, change, "checkout"), await bed.deps());
    assert.equal(shift.view.phase, "blocked");
    assert.ok(blocked(shift).includes("controller"));
  });

  it("a chart's instance label alone is told where the cluster serves no Argo CD", async () => {
    const namespace = await bed.cluster.app({ replicas: { v2: 3 } });
    const labels = { "app.kubernetes.io/instance": "web", "app.kubernetes.io/managed-by": "Helm" };
    await bed.merge(namespace, { metadata: { labels } });
    const shift = await bed.start(request(namespace, canary()), await bed.deps());
    assert.equal(shift.view.phase, "previewed", explain(shift));
    assert.equal(checkOf(shift, "gitops")?.level, "warn");
  });

  it("follows a root VirtualService to the delegate that has the route", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    const collection = `/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices`;
    const create = (name: string, spec: object) =>
      bed.cluster.api.expect("POST", collection, {
        apiVersion: "networking.istio.io/v1",
        kind: "VirtualService",
        metadata: { name },
        spec,
      });
    const to = (subset: string, weight: number) => ({ destination: { host: "app", subset }, weight });
    const hosts = [`${namespace}.example.com`];
    await create("inner", { http: [{ name: "all", route: [to("v1", 95), to("v2", 5)] }] });
    await create("root", {
      hosts,
      gateways: ["edge"],
      http: [{ match: [{ uri: { prefix: "/" } }], delegate: { name: "inner" } }],
    });
    await create("rival", { hosts, gateways: ["edge"], http: [{ route: [to("v1", 100)] }] });
    const before = await bed.live(namespace, "inner");
    const shift = await bed.start(request(namespace, canary([100]), "root"), await bed.deps());
    assert.equal(shift.view.phase, "previewed", explain(shift));
    assert.equal(shift.view.members[0]?.name, "inner");
    const rivals = shift.view.members[0]?.checks.find(({ id }) => id === "rivals");
    assert.equal(rivals?.message.values.names, `${namespace}/rival`);
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "hold", "soaking");
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual((await bed.live(namespace, "inner")).spec, before.spec);
  });
});
