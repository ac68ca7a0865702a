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
  const alone = { contexts: ["a"], home: "a" };
  assert.deepEqual(metricsOption("svc:monitoring/prometheus:9090", "a", alone), {
    kind: "service",
    namespace: "monitoring",
    name: "prometheus",
    port: "9090",
  });
  assert.equal(metricsOption("http://localhost:9090", "a", alone).kind, "url");
  assert.equal(metricsOption("http://localhost:9090/?a=b,c=d", "a", alone).kind, "url");
  assert.equal(metricsOption(undefined, "a", alone).kind, "search");
  assert.equal(metricsOption("none", "a", alone).kind, "none");
  for (const text of [
    "svc:prometheus",
    "svc:a/b/c",
    "svc:a/b:",
    "ftp://x",
    "localhost:9090",
    "a=none,b",
    "=none",
    "",
  ])
    assert.throws(() => metricsOption(text, "a", alone), UsageError, text);
});

test("an address measures one cluster; each context may have its own", () => {
  const kinds = (text: string, home: string | undefined) =>
    ["a", "b"].map((context) => metricsOption(text, context, { contexts: ["a", "b"], home }).kind);
  assert.deepEqual(kinds("http://localhost:9090", "b"), ["search", "url"]);
  assert.deepEqual(kinds("http://localhost:9090", undefined), ["search", "search"]);
  assert.deepEqual(kinds("monitoring/prometheus", "a"), ["service", "service"]);
  assert.deepEqual(kinds("none", "a"), ["none", "none"]);
  assert.deepEqual(kinds("a=http://localhost:9090, b=monitoring/prometheus", undefined), ["url", "service"]);
  assert.deepEqual(kinds("b=none", "a"), ["search", "none"]);
});
