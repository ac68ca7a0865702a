import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { KINDS } from "../../../server/src/traffic/shift/kinds.ts";
import { explain, MERGE_PATCH, reaches, request, ShiftBed } from "../shift-bed.ts";

describe("Argo Rollouts through their own controller, against a real API server and Prometheus", () => {
  let bed: ShiftBed;

  before(async () => {
    bed = await ShiftBed.open();
  });
  afterEach(() => bed.settle());
  after(() => bed?.close());

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
