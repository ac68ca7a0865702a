import assert from "node:assert/strict";
import { test } from "node:test";
import type { Probe } from "../../workspace/probes.ts";
import { eagerTiming, patientThreshold } from "./probe-timing.ts";

function probe(periodSeconds: number | undefined, failureThreshold: number, timeoutSeconds = 1): Probe {
  const node = { kind: "map", range: { start: 0, end: 0 }, flow: true, entries: [] } as const;
  return { name: "livenessProbe", node, handler: undefined, periodSeconds, failureThreshold, timeoutSeconds };
}

test("liveness waits at least twice as long as readiness", () => {
  assert.equal(patientThreshold(probe(10, 3), probe(10, 3)), 6);
  assert.equal(patientThreshold(probe(20, 1), probe(5, 3)), 2);
  assert.equal(patientThreshold(probe(1, 1), probe(1, 1)), 2);
  assert.equal(patientThreshold(probe(60, 1, 1), probe(10, 3, 40)), 2, "the timeouts count too");
  assert.equal(patientThreshold(probe(1, 1), probe(1, 1, 1_000_000_000)), 1_000_000_001, "at once");
  assert.equal(patientThreshold(probe(undefined, 1), probe(10, 3)), undefined);
});

test("readiness gives up before liveness, whatever its numbers", () => {
  assert.deepEqual(eagerTiming(probe(10, 3)), { periodSeconds: 5, failureThreshold: 3 });
  assert.deepEqual(eagerTiming(probe(5, 3)), { periodSeconds: 5, failureThreshold: 2 });
  assert.deepEqual(eagerTiming(probe(3, 1)), { periodSeconds: 2, failureThreshold: 1 });
  assert.equal(eagerTiming(probe(1, 1)), undefined);
  for (let period = 1; period < 40; period++) {
    for (let failures = 1; failures < 10; failures++) {
      const timing = eagerTiming(probe(period, failures));
      if (timing === undefined) continue;
      assert.ok(timing.periodSeconds * timing.failureThreshold < period * failures);
      assert.ok(timing.failureThreshold >= 1);
    }
  }
});
