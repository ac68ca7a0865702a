import assert from "node:assert/strict";
import { test } from "node:test";
import { formatHost, istioHost, mayMeet } from "./istio-host.ts";

const shop = new Set(["shop"]);
const open = undefined;
const meet = (a: string, b: string) => mayMeet(istioHost(a, shop), istioHost(b, shop));

test("a short name is a Service of its own resource's namespace", () => {
  assert.equal(formatHost(istioHost("web", shop)), "web.shop.svc.cluster.local");
  assert.ok(meet("web", "web.shop.svc.cluster.local"));
  assert.ok(!meet("web", "web.other.svc.cluster.local"));
  assert.ok(!mayMeet(istioHost("web", shop), istioHost("web", new Set(["other"]))));
  assert.ok(
    mayMeet(istioHost("web", open), istioHost("web", shop)),
    "where the namespace is open, it may be the same",
  );
});

test("any dot makes a full name", () => {
  assert.equal(istioHost("web.shop", shop).kind, "name");
  assert.ok(!meet("web.shop", "web"));
  assert.ok(!meet("web.shop", "web.shop.svc.cluster.local"));
  assert.ok(meet("web.shop", "web.shop"));
  assert.ok(!meet("web.shop.svc", "web"));
});

test("wildcards take in what ends like them", () => {
  assert.ok(meet("*.shop.svc.cluster.local", "web"));
  assert.ok(!meet("*.other.svc.cluster.local", "web"));
  assert.ok(mayMeet(istioHost("*.other.svc.cluster.local", shop), istioHost("web", open)));
  assert.ok(meet("*", "api.example.com"));
  assert.ok(meet("*.example.com", "api.example.com"));
  assert.ok(meet("*.example.com", "*.eu.example.com"));
  assert.ok(!meet("*.example.com", "example.com"));
  assert.ok(!mayMeet(istioHost("*.example.com", shop), istioHost("web", open)));
});
