import assert from "node:assert/strict";
import { test } from "node:test";
import { isSlip } from "./slip.ts";

test("a letter too many, too few, wrong or changed round is a slip", () => {
  for (const slip of ["ordrs", "orderss", "oeders", "odrers"]) assert.ok(isSlip(slip, "orders"), slip);
  assert.ok(isSlip("pubilc-gateway", "public-gateway"));
});

test("other names are no slips", () => {
  assert.ok(!isSlip("orders", "orders"));
  assert.ok(!isSlip("app-v1", "app-v2"));
  assert.ok(!isSlip("web2", "web"));
  assert.ok(!isSlip("web-a", "web-b"));
  assert.ok(!isSlip("internal-gateway", "external-gateway"));
  assert.ok(!isSlip("app-blue", "app-green"));
});
