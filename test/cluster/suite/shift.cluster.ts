import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import type { Change } from "../../../server/src/traffic/shift/intent.ts";
import { Shift } from "../../../server/src/traffic/shift/shift.ts";
import {
  canary,
  explain,
  log,
  reaches,
  request,
  ShiftBed,
  watching,
  weights,
  withoutWeights,
} from "../shift-bed.ts";

describe("traffic shifts, step by step and back, against a real API server and Prometheus", () => {
  let bed: ShiftBed;

  before(async () => {
    bed = await ShiftBed.open();
  });
  afterEach(() => bed.settle());
  after(() => bed?.close());

  it("promotes in steps; header routes, timeouts and retries stay deep-equal after each", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    await bed.traffic(namespace, 60, 60);
    const before = await bed.live(namespace);
    const seen: unknown[] = [];
    const using = await bed.deps({
      metrics: bed.prometheus(),
      change: (real) =>
        watching(real, async () => {
          const object = await bed.live(namespace);
          assert.deepEqual(withoutWeights(object), withoutWeights(before));
          seen.push(weights(object));
        }),
    });
    const shift = await bed.start(request(namespace, canary()), using);
    assert.equal(shift.view.phase, "previewed", explain(shift));
    assert.deepEqual(weights(await bed.live(namespace)), [95, 5], "a preview writes nothing");
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "completed");
    assert.deepEqual(seen, [
      [75, 25],
      [50, 50],
      [0, 100],
    ]);
    const managers = ((await bed.live(namespace)).metadata as { managedFields?: { manager: string }[] })
      .managedFields;
    assert.ok(managers?.some(({ manager }) => manager === "nines"));
  });

  it("a shift that completed can be rolled back from its journal, to exactly what was there", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    await bed.traffic(namespace, 60, 60);
    const before = await bed.live(namespace);
    const using = await bed.deps({ metrics: bed.prometheus() });
    const shift = await bed.start(request(namespace, canary([100])), using);
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "completed");
    const journal = await bed.journal(shift.view.id);
    const again = Shift.resume(journal, await bed.deps());
    bed.keep(again);
    await again.dispatch({ type: "abort" });
    await reaches(again, "rolledBack");
    assert.deepEqual((await bed.live(namespace)).spec, before.spec);
  });

  it("fails over from machines to the cluster where the standby's weight is absent, and back", async () => {
    const namespace = await bed.cluster.app();
    const before = await bed.live(namespace, "app-failover");
    const change: Change = { kind: "weights", to: [{ leg: "app-v1", weight: 100 }], steps: [100] };
    const shift = await bed.start(request(namespace, change, "app-failover"), await bed.deps());
    assert.equal(shift.view.phase, "previewed", explain(shift));
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "hold");
    assert.deepEqual(weights(await bed.live(namespace, "app-failover"), 0), [0, 100]);
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual((await bed.live(namespace, "app-failover")).spec, before.spec);
  });

  it("ramps back in steps to an old side that was shrunk meanwhile", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    await bed.traffic(namespace, 120, 120);
    const seen: unknown[] = [];
    const using = await bed.deps({
      metrics: bed.prometheus(),
      change: (real) => watching(real, async () => void seen.push(weights(await bed.live(namespace)))),
    });
    const shift = await bed.start(request(namespace, canary([50, 100])), using);
    assert.equal(shift.view.phase, "previewed", explain(shift));
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "completed");
    await bed.scale(namespace, "app-v1", 1);
    seen.length = 0;
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rampWait");
    await bed.scale(namespace, "app-v1", 3);
    await reaches(shift, "rolledBack");
    assert.ok(seen.length >= 2, JSON.stringify(seen));
    assert.deepEqual(seen.at(-1), [95, 5]);
    const [first] = seen as number[][];
    assert.ok((first?.[0] ?? 100) < 95, JSON.stringify(seen));
  });

  it("failing requests abort within one interval, and the spec is what it was", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    await bed.traffic(namespace, 60, 60);
    const before = await bed.live(namespace);
    const shift = await bed.start(
      request(namespace, canary()),
      await bed.deps({ metrics: bed.prometheus(), thresholds: { soak: 60 } }),
    );
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "soaking");
    await bed.traffic(namespace, 60, 60, { errorRate: 0.2 });
    const began = Date.now();
    await reaches(shift, "rolledBack");
    assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`);
    assert.deepEqual((await bed.live(namespace)).spec, before.spec);
  });

  it("requests that only their senders see fail abort too", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    await bed.traffic(namespace, 60, 60);
    const before = await bed.live(namespace);
    const shift = await bed.start(
      request(namespace, canary()),
      await bed.deps({ metrics: bed.prometheus(), thresholds: { soak: 60 } }),
    );
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "soaking");
    await bed.traffic(namespace, 60, 60, { neverArriving: 10 });
    await reaches(shift, "rolledBack");
    assert.match(log(shift), /failed on their way/);
    assert.deepEqual((await bed.live(namespace)).spec, before.spec);
  });

  it("a Prometheus that is down holds, and abort works without it", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    await bed.traffic(namespace, 60, 60);
    const before = await bed.live(namespace);
    const shift = await bed.start(
      request(namespace, canary()),
      await bed.deps({ metrics: bed.prometheus(), thresholds: { soak: 60 } }),
    );
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "soaking");
    await bed.cluster.prometheus.stop();
    try {
      await reaches(shift, "hold");
      await shift.dispatch({ type: "abort" });
      await reaches(shift, "rolledBack");
    } finally {
      await bed.cluster.prometheus.start();
    }
    assert.deepEqual((await bed.live(namespace)).spec, before.spec);
  });
});
