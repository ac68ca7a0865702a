import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  maxSafeWeight,
  maxSafeWeightByPods,
  perPodCapacity,
  secondsToSee,
  utilisation,
  worstDemandAt,
} from "./capacity.ts";
import { mergeThresholds, minimumSample, windowOf } from "./thresholds.ts";
import { readGates } from "./written-gates.ts";

const plain = { weighted: 100, pinned: 0, attempts: 2 };

test("the largest safe weight is what 90 % of the ready Pods carry", () => {
  assert.equal(maxSafeWeight(plain, { ready: 1, perPod: 50 }, 0.9), 45);
  assert.equal(maxSafeWeight(plain, { ready: 3, perPod: 50 }, 0.9), 100);
  assert.equal(maxSafeWeight(plain, { ready: 0, perPod: 50 }, 0.9), 0);
  // 20 rps are pinned by a header route: (0.9 * 50 - 20) / 100.
  assert.equal(maxSafeWeight({ ...plain, pinned: 20 }, { ready: 1, perPod: 50 }, 0.9), 25);
  assert.equal(maxSafeWeight({ ...plain, pinned: 60 }, { ready: 1, perPod: 50 }, 0.9), 0);
  // 0.9 * 3 * 10 = 27.000000000000004 in binary.
  assert.equal(maxSafeWeight({ ...plain, weighted: 90 }, { ready: 3, perPod: 10 }, 0.9), 30);
});

test("no more than the largest safe weight is safe", () => {
  const positive = fc.double({ min: 0.1, max: 1e5, noNaN: true });
  fc.assert(
    fc.property(positive, positive, fc.nat(200), positive, (weighted, pinned, ready, perPod) => {
      const demand = { weighted, pinned, attempts: 0 };
      const supply = { ready, perPod };
      const safe = maxSafeWeight(demand, supply, 0.9);
      assert.ok(safe >= 0 && safe <= 100 && Number.isInteger(safe));
      if (safe > 0) assert.ok(utilisation(demand, safe / 100, supply) <= 0.9 + 1e-6);
      if (safe < 100) assert.ok(utilisation(demand, (safe + 1) / 100, supply) > 0.9 - 1e-6);
    }),
  );
});

test("without figures Pods are compared with those that carry the traffic today", () => {
  assert.equal(maxSafeWeightByPods(1, 3), 33);
  assert.equal(maxSafeWeightByPods(3, 3), 100);
  assert.equal(maxSafeWeightByPods(0, 3), 0);
  assert.equal(maxSafeWeightByPods(2, 0), 100);
});

test("soaking lasts until enough was seen: 20 rps at 5 % and 1 % budget take 300 s", () => {
  const sample = minimumSample(mergeThresholds());
  assert.equal(sample, 300);
  assert.equal(secondsToSee(sample, 20 * 0.05), 300);
  assert.equal(secondsToSee(sample, 0), Number.POSITIVE_INFINITY);
  assert.equal(minimumSample(mergeThresholds({ successRate: 0.999 })), 3000);
  assert.equal(minimumSample(mergeThresholds({ successRate: 0.999, minRequests: 50 })), 50);
});

test("a Pod's capacity follows from its load and utilisation", () => {
  assert.equal(perPodCapacity(60, 3, 40, 80), 40);
  assert.equal(perPodCapacity(60, 3, 0, 80), undefined);
  assert.equal(perPodCapacity(undefined, 3, 40, 80), undefined);
  assert.equal(worstDemandAt(plain, 0.5), 150);
});

test("windows are at least four scrapes long", () => {
  assert.equal(windowOf(mergeThresholds({ scrapeInterval: 60 })), 240);
  assert.equal(windowOf(mergeThresholds()), 120);
});

test("gates as plans write them", () => {
  assert.deepEqual(readGates({ successRate: ">=99%", p99: "<=500ms", minRequests: 300, soak: "5m" }), {
    thresholds: { successRate: 0.99, p99: 500, minRequests: 300, soak: 300 },
    problems: [],
  });
  assert.deepEqual(readGates({ successRate: "most", p99: -1, minRequests: 0.5, soak: 5 }).problems, [
    "successRate",
    "p99",
    "minRequests",
    "soak",
  ]);
  assert.equal(readGates({ successRate: 0.995 }).thresholds.successRate, 0.995);
});
