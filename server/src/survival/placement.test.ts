import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fullest, type Limit, mostIn, type Placement, running } from "./placement.ts";

/** Every way to put pods on nodes, as counts by node. */
function* placements(pods: number, nodes: number): Generator<number[]> {
  if (nodes === 1) {
    yield [pods];
    return;
  }
  for (let first = 0; first <= pods; first++)
    for (const rest of placements(pods - first, nodes - 1)) yield [first, ...rest];
}

/** Every way to give each zone some of the nodes, as the zone of each node; zones are interchangeable. */
function zonings(nodes: number, zones: number): number[][] {
  const sizes = [...placements(nodes - zones, zones)].map((extra) => extra.map((count) => count + 1));
  return sizes.map((each) => each.flatMap((count, zone) => Array.from({ length: count }, () => zone)));
}

function byZone(counts: readonly number[], zoneOf: readonly number[], zones: number): number[] {
  const sums = Array.from({ length: zones }, () => 0);
  counts.forEach((count, node) => {
    const zone = zoneOf[node] ?? 0;
    sums[zone] = (sums[zone] ?? 0) + count;
  });
  return sums;
}

/** Whether a placement keeps a limit, straight from what the scheduler compares. */
function keeps(limit: Limit, domains: readonly number[]): boolean {
  const most = Math.max(...domains);
  if (limit.kind === "apart") return most <= 1;
  const least = domains.length < limit.minDomains ? 0 : Math.min(...domains);
  return most - least <= limit.skew;
}

/** The worst that brute force finds among the placements of the pods that run; undefined where there is none. */
function worst(place: "node" | "zone", placement: Placement): number | undefined {
  const { nodes = 1, zones = 1, limits } = placement;
  let most: number | undefined;
  for (const zoneOf of zonings(nodes, zones))
    for (const counts of placements(running(placement), nodes)) {
      const sums = byZone(counts, zoneOf, zones);
      if (!limits.every((limit) => keeps(limit, limit.width === "node" ? counts : sums))) continue;
      most = Math.max(most ?? 0, ...(place === "node" ? counts : sums));
    }
  return most;
}

const width = fc.constantFrom("node" as const, "zone" as const);
const limit: fc.Arbitrary<Limit> = fc.oneof(
  fc.record({ kind: fc.constant("apart" as const), width }),
  fc.record({
    kind: fc.constant("skew" as const),
    width,
    skew: fc.integer({ min: 1, max: 3 }),
    minDomains: fc.integer({ min: 1, max: 4 }),
  }),
);
const sized = (limits: fc.Arbitrary<Limit[]>) =>
  fc
    .record({
      pods: fc.integer({ min: 1, max: 7 }),
      nodes: fc.integer({ min: 1, max: 5 }),
      zones: fc.integer({ min: 1, max: 4 }),
      limits,
    })
    .filter(({ nodes, zones }) => nodes >= zones);

test("with one limit the closed formula is exactly what brute force finds", () => {
  fc.assert(
    fc.property(
      sized(fc.tuple(limit)),
      fc.constantFrom("node" as const, "zone" as const),
      (placement, place) => {
        const found = worst(place, placement);
        assert.notEqual(found, undefined, "the pods that run have a placement");
        assert.equal(mostIn(place, placement).pods, found);
      },
    ),
    { numRuns: 400 },
  );
});

test("with several limits it never promises more than brute force allows", () => {
  fc.assert(
    fc.property(
      sized(fc.array(limit, { minLength: 0, maxLength: 3 })),
      fc.constantFrom("node" as const, "zone" as const),
      (placement, place) => {
        const found = worst(place, placement);
        if (found !== undefined) assert.ok(mostIn(place, placement).pods >= found);
      },
    ),
    { numRuns: 400 },
  );
});

test("what is not known never makes a promise stronger", () => {
  fc.assert(
    fc.property(
      sized(fc.array(limit, { minLength: 0, maxLength: 3 })),
      fc.constantFrom("node" as const, "zone" as const),
      (placement, place) => {
        const blind = { ...placement, nodes: undefined, zones: undefined };
        const [known, guessed] = [placement, blind].map((each) => mostIn(place, each).pods);
        assert.ok((guessed ?? 0) >= (known ?? 0));
      },
    ),
  );
});

test("one domain holds what the formula of the semantics says", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e9 }),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 5000 }),
      (pods, skew, domains) => {
        const formula = Math.min(pods, Math.floor((pods + skew * (domains - 1)) / domains));
        assert.equal(fullest({ pods, skew, domains, taken: 1 }), formula);
      },
    ),
  );
});

const BLIND = { nodes: undefined, zones: undefined };

test("anti-affinity holds without a topology, a skew needs the number of domains", () => {
  const apart: Limit = { kind: "apart", width: "node" };
  const skew: Limit = { kind: "skew", width: "zone", skew: 1, minDomains: 1 };
  assert.equal(mostIn("node", { pods: 3, ...BLIND, limits: [apart] }).pods, 1);
  assert.equal(mostIn("zone", { pods: 3, ...BLIND, limits: [apart] }).pods, 3);
  assert.equal(mostIn("zone", { pods: 3, ...BLIND, limits: [skew] }).pods, 3);
  assert.equal(mostIn("zone", { pods: 3, ...BLIND, limits: [{ ...skew, minDomains: 3 }] }).pods, 1);
  assert.equal(mostIn("zone", { pods: 3, nodes: 3, zones: 3, limits: [apart] }).pods, 1);
});

test("domains of a label of somebody's own hold nodes, and say nothing about zones", () => {
  const limits: Limit[] = [{ kind: "skew", width: "other", skew: 1, minDomains: 3 }];
  assert.equal(mostIn("node", { pods: 6, nodes: 9, zones: 3, limits }).pods, 2);
  assert.equal(mostIn("zone", { pods: 6, nodes: 9, zones: 3, limits }).pods, 6);
});
