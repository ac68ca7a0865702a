import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { resourceIn } from "../testing/resource.ts";
import { formatShare, labelsOf, scaleTo, sharesOf } from "./shares.ts";
import { routesOf, type SplitRoute } from "./weighted-route.ts";

function istio(...items: readonly string[]): SplitRoute {
  const route = items.map((item) => `        - { destination: { ${item}`).join("\n");
  return split(`apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  http:
    - route:
${route}
`);
}

function gateway(...items: readonly string[]): SplitRoute {
  return split(`apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
spec:
  rules:
    - backendRefs: [${items.map((item) => `{ ${item} }`).join(", ")}]
`);
}

function split(text: string): SplitRoute {
  const [route] = routesOf(resourceIn(text));
  assert.ok(route?.kind === "split");
  return route;
}

const parts = (route: SplitRoute) => {
  const shares = sharesOf(route);
  return shares.state === "shared" ? shares.parts : shares;
};

test("Istio shares in proportion; an absent weight among several is 0", () => {
  assert.deepEqual(parts(istio("host: a }, weight: 75 }", "host: b }, weight: 75 }")), [0.5, 0.5]);
  assert.deepEqual(parts(istio("host: a }, weight: 9 }", "host: b } }")), [1, 0]);
});

test("a single Istio destination gets everything, whatever its weight", () => {
  assert.deepEqual(parts(istio("host: a }, weight: 0 }")), [1]);
  assert.deepEqual(parts(istio("host: a }, weight: 50 }")), [1]);
  assert.deepEqual(parts(istio("host: a } }")), [1]);
});

test("Istio refuses negative weights and several that add up to nothing", () => {
  assert.deepEqual(parts(istio("host: a }, weight: -1 }")), { state: "rejected", reason: "negative" });
  assert.deepEqual(parts(istio("host: a } }", "host: b } }")), { state: "rejected", reason: "nothing" });
});

test("the Gateway API counts an absent weight as 1, and a single 0 as nothing", () => {
  assert.deepEqual(parts(gateway("name: a, weight: 3", "name: b")), [0.75, 0.25]);
  assert.deepEqual(parts(gateway("name: a, weight: 0")), [0]);
  assert.deepEqual(parts(gateway("name: a, weight: 0", "name: b, weight: 0")), [0, 0]);
});

test("one unreadable weight makes every share unknown", () => {
  assert.deepEqual(parts(istio('host: a }, weight: "9" }', "host: b }, weight: 1 }")), { state: "unknown" });
});

test("destinations are called by what keeps them apart", () => {
  const names = (...items: string[]) => labelsOf(istio(...items));
  assert.deepEqual(names("host: a, subset: v1 } }", "host: a, subset: v2 } }"), ["v1", "v2"]);
  assert.deepEqual(names("host: a, subset: v1 } }", "host: b, subset: v1 } }"), ["a", "b"]);
  assert.deepEqual(names("host: a, subset: v1 } }", "host: a } }"), ["a/v1", "a"]);
  assert.deepEqual(names("host: a, port: { number: 1 } } }", "host: a, port: { number: 2 } } }"), [
    "a:1",
    "a:2",
  ]);
  assert.deepEqual(names("host: a } }", "host: a } }"), ["a #1", "a #2"]);
});

test("shares are rounded to a tenth of a percent, and never to all or nothing", () => {
  assert.equal(formatShare(95 / 101), "94.1 %");
  assert.equal(formatShare(1), "100 %");
  assert.equal(formatShare(0), "0 %");
  assert.equal(formatShare(1 / 100_000), "< 0.1 %");
  assert.equal(formatShare(99_999 / 100_000), "> 99.9 %");
});

test("scaled weights add up, stay within one of the exact share, and are their own scaling", () => {
  assert.deepEqual(scaleTo([95, 6], 100), [94, 6]);
  assert.deepEqual(scaleTo([1, 1, 1], 100), [34, 33, 33]);
  const weights = fc
    .array(fc.nat(1000), { minLength: 1, maxLength: 8 })
    .filter((all) => all.some((one) => one > 0));
  fc.assert(
    fc.property(weights, (given) => {
      const scaled = scaleTo(given, 100);
      const sum = given.reduce((a, b) => a + b, 0);
      assert.equal(
        scaled.reduce((a, b) => a + b, 0),
        100,
      );
      scaled.forEach((weight, i) => {
        assert.ok(Math.abs(weight - ((given[i] ?? 0) * 100) / sum) < 1);
      });
      assert.deepEqual(scaleTo(scaled, 100), scaled);
    }),
  );
});
