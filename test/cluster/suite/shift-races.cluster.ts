import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { failure } from "../../../server/src/traffic/shift/cluster.ts";
import { bound, canary, log, reaches, request, ShiftBed, watching, weights } from "../shift-bed.ts";

describe("shifts while others write and answers are lost, against a real API server and Prometheus", () => {
  let bed: ShiftBed;

  before(async () => {
    bed = await ShiftBed.open();
  });
  afterEach(() => bed.settle());
  after(() => bed?.close());

  it("a stale resourceVersion is refused with 409, and the preview is made again", async () => {
    const namespace = await bed.cluster.app({ replicas: { v2: 3 } });
    let isFirst = true;
    const answers: string[] = [];
    const using = await bed.deps({
      change: (real) => ({
        ...bound(real),
        patch: async (ref, operations, options, signal) => {
          if (!options.dryRun && isFirst) {
            isFirst = false;
            await bed.edit(namespace, [{ op: "replace", path: "/spec/http/1/timeout", value: "9s" }]);
          }
          const outcome = await real.patch(ref, operations, options, signal);
          if (!options.dryRun) answers.push(outcome.ok ? "written" : outcome.failure.kind);
          return outcome;
        },
      }),
    });
    const shift = await bed.start(request(namespace, canary()), using);
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "previewed");
    assert.deepEqual(answers, ["conflict"]);
    assert.deepEqual(weights(await bed.live(namespace)), [95, 5]);
  });

  it("a moved route is found again by its destinations; one whose destination changed is refused with 422", async () => {
    const namespace = await bed.cluster.app({ replicas: { v2: 3 } });
    const answers: string[] = [];
    let change: object[] = [
      {
        op: "add",
        path: "/spec/http/0",
        value: {
          name: "new",
          match: [{ uri: { prefix: "/new" } }],
          route: [{ destination: { host: "app", subset: "v1" } }],
        },
      },
    ];
    const using = await bed.deps({
      change: (real) => ({
        ...bound(real),
        patch: async (ref, operations, options, signal) => {
          if (options.dryRun) return real.patch(ref, operations, options, signal);
          // Behind the back of the resourceVersion: the tests alone have to notice.
          await bed.edit(namespace, change);
          const outcome = await real.patch(ref, operations.slice(1), options, signal);
          answers.push(outcome.ok ? "written" : outcome.failure.kind);
          return outcome;
        },
      }),
    });
    const shift = await bed.start(request(namespace, canary()), using);
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "previewed");
    assert.deepEqual(answers, ["invalid"]);
    assert.deepEqual(weights(await bed.live(namespace), 2), [95, 5]);
    // Two routes stand in front of it now: it is written where it is.
    change = [{ op: "test", path: "/kind", value: "VirtualService" }];
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "soaking", "hold");
    assert.deepEqual(weights(await bed.live(namespace), 2), [75, 25]);
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual(weights(await bed.live(namespace), 2), [95, 5]);
  });

  it("two people shift at once: here the second is refused, elsewhere nobody is overwritten", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    await bed.traffic(namespace, 60, 60);
    const using = await bed.deps({ metrics: bed.prometheus(), thresholds: { soak: 60 } });
    const mine = await bed.start(request(namespace, canary()), using);
    await mine.dispatch({ type: "confirm" });
    await reaches(mine, "soaking");
    const second = await bed.start(
      request(namespace, canary([60, 100])),
      await bed.deps({ metrics: bed.prometheus() }),
    );
    await second.dispatch({ type: "confirm" });
    await reaches(second, "blocked");
    assert.match(log(second), /Another shift of the same object/);
    await bed.edit(
      namespace,
      [
        { op: "add", path: "/spec/http/1/route/0/weight", value: 40 },
        { op: "add", path: "/spec/http/1/route/1/weight", value: 60 },
      ],
      "kubectl-edit",
    );
    await reaches(mine, "hold");
    assert.match(log(mine), /changed by somebody else \(kubectl-edit/);
    assert.deepEqual(weights(await bed.live(namespace)), [40, 60]);
    await mine.dispatch({ type: "leave" });
    assert.equal(mine.view.phase, "left");
    assert.equal((await bed.journal(mine.view.id)).control.phase, "left");
  });

  it("a write whose answer is lost is read back, whether it has arrived or arrives later", async () => {
    for (const arrives of ["before", "later"]) {
      const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
      await bed.traffic(namespace, 60, 60);
      let isFirst = true;
      let late = async () => {};
      const using = await bed.deps({
        metrics: bed.prometheus(),
        change: (real) => ({
          ...bound(real),
          patch: async (ref, operations, options, signal) => {
            if (options.dryRun) return real.patch(ref, operations, options, signal);
            if (!isFirst) {
              await late();
              return real.patch(ref, operations, options, signal);
            }
            isFirst = false;
            const send = async () =>
              void (await real.patch(ref, operations, options, AbortSignal.timeout(9000)));
            if (arrives === "before") await send();
            else late = send;
            return failure("unclear", "no answer in time");
          },
        }),
      });
      const shift = await bed.confirmed(request(namespace, canary([50, 100])), using, "completed");
      assert.doesNotMatch(log(shift), /changed by somebody else/, arrives);
      assert.deepEqual(weights(await bed.live(namespace)), [0, 100]);
      assert.equal((await bed.journal(shift.view.id)).control.written, 2);
    }
  });

  it("who aborts while a write is under way gets back what was there, even if it arrives after", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    const before = await bed.live(namespace);
    let isFirst = true;
    let began = () => {};
    const writing = new Promise<void>((resolve) => {
      began = resolve;
    });
    const using = await bed.deps({
      change: (real) => ({
        ...bound(real),
        patch: async (ref, operations, options, signal) => {
          if (options.dryRun || !isFirst) return real.patch(ref, operations, options, signal);
          isFirst = false;
          began();
          await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
          setTimeout(() => void real.patch(ref, operations, options, AbortSignal.timeout(9000)), 200);
          return failure("cancelled", "The request was cancelled.");
        },
      }),
    });
    const shift = await bed.start(request(namespace, canary()), using);
    await shift.dispatch({ type: "confirm" });
    await writing;
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    const after = await bed.live(namespace);
    assert.deepEqual(after.spec, before.spec);
    assert.match(log(shift), /written back to what it was/);
  });

  it("a pause lets the step be judged and writes nothing more until it is resumed", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    await bed.traffic(namespace, 60, 60);
    const using = await bed.deps({ metrics: bed.prometheus() });
    const shift = await bed.confirmed(request(namespace, canary([50, 100])), using, "soaking");
    await shift.dispatch({ type: "pause" });
    await reaches(shift, "preGate");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.deepEqual(weights(await bed.live(namespace)), [50, 50]);
    assert.equal((await bed.journal(shift.view.id)).control.paused, true);
    await shift.dispatch({ type: "resume" });
    await reaches(shift, "completed");
  });

  it("what somebody puts back at once is not fought over", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    let writes = 0;
    const using = await bed.deps({
      change: (real) =>
        watching(real, async () => {
          writes++;
          const weight = (index: number, value: number) => ({
            op: "add",
            path: `/spec/http/1/route/${index}/weight`,
            value,
          });
          await bed.edit(namespace, [weight(0, 95), weight(1, 5)], "argocd-controller");
        }),
    });
    const shift = await bed.confirmed(request(namespace, canary()), using, "hold");
    assert.equal(writes, 1);
    assert.match(log(shift), /changed by somebody else \(argocd-controller/);
  });

  it("journals are private and hold no tokens, header values or Secrets", async () => {
    const shiftsFolder = join(bed.folder, "shifts");
    const names = (await readdir(shiftsFolder)).filter((name) => name.endsWith(".json"));
    assert.ok(names.length > 0);
    for (const name of names) {
      const text = await readFile(join(shiftsFolder, name), "utf8");
      for (const token of Object.values(bed.cluster.tokens)) assert.ok(!text.includes(token), name);
      assert.ok(!text.includes("always"), "the header's value of the internal route");
      assert.equal((await stat(join(shiftsFolder, name))).mode & 0o777, 0o600);
    }
  });
});
