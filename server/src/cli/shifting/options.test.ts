import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../errors.ts";
import { metricsOption } from "./metrics.ts";
import { requestOf, type ShiftOptions } from "./options.ts";
import { readTarget } from "./target.ts";

const BASE: ShiftOptions = { format: "pretty", onHold: "stop", context: "a" };

function changes(targets: readonly string[], options: Partial<ShiftOptions>) {
  const read = targets.map((text) => readTarget(text, "/"));
  return requestOf(read, { ...BASE, ...options }, () => "shop").intents.map(
    ({ context, ref: { namespace, name }, ...change }) => [`${context}/${namespace}/${name}`, change],
  );
}

test("a switchover: one database is demoted, the other promoted with its token", () => {
  const targets = ["cluster/db=db-b@site-a", "cluster/db-b@site-b"];
  const given = changes(targets, { tokenFrom: "site-a/shop/db" });
  assert.deepEqual(
    given.map(([where, change]) => [where, JSON.stringify(change).includes("promoteDatabase")]),
    [
      ["site-a/shop/db", false],
      ["site-b/shop/db-b", true],
    ],
  );
  assert.match(JSON.stringify(given[0]), /"kind":"demoteDatabase","newPrimary":"db-b"/);
  assert.match(JSON.stringify(changes(["cluster/db"], { demote: "db-b" })), /"newPrimary":"db-b"/);
  assert.throws(() => changes(targets, { demote: "db-b" }), UsageError);
  assert.throws(() => changes(["cluster/db=x,y"], {}), UsageError);
  assert.throws(() => changes(["cluster/db=x"], { demote: "db-b" }), UsageError);
});

test("subsets of a DestinationRule, before the routes that lead to them", () => {
  const [rule, routes] = changes(["dr/app", "app"], {
    subset: ["blue=version=v2,tier=web"],
    header: "group",
    variant: ["B=app/blue"],
  });
  assert.match(
    JSON.stringify(rule),
    /"subsets":\[\{"name":"blue","labels":\{"version":"v2","tier":"web"\}\}\]/,
  );
  assert.match(JSON.stringify(routes), /"kind":"ab"/);
  for (const subset of [undefined, ["blue"], ["blue="], ["=a=b"], ["Blue=a=b"], ["blue=a"]])
    assert.throws(() => changes(["dr/app"], subset === undefined ? {} : { subset }), UsageError, subset?.[0]);
});

test("where the figures about the traffic come from", () => {
  assert.deepEqual(metricsOption("svc:monitoring/prometheus:9090"), {
    kind: "service",
    namespace: "monitoring",
    name: "prometheus",
    port: "9090",
  });
  assert.equal(metricsOption("http://localhost:9090").kind, "url");
  assert.equal(metricsOption(undefined).kind, "search");
  assert.equal(metricsOption("none").kind, "none");
  for (const text of ["svc:prometheus", "svc:a/b/c", "svc:a/b:", "ftp://x", "localhost:9090", ""])
    assert.throws(() => metricsOption(text), UsageError, text);
});
