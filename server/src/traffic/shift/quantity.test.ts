import assert from "node:assert/strict";
import { test } from "node:test";
import { quantityOf } from "./quantity.ts";

test("quantities as the API server reads them", () => {
  const cases: readonly [unknown, number | undefined][] = [
    ["500m", 0.5],
    ["2", 2],
    [3, 3],
    ["1.5Gi", 1.5 * 2 ** 30],
    ["1e3", 1000],
    ["2E", 2e18],
    ["10Ki", 10_240],
    ["", undefined],
    ["1 Gi", undefined],
    ["Gi", undefined],
    ["1g", undefined],
    [null, undefined],
    ["9".repeat(400), undefined],
  ];
  for (const [text, expected] of cases) assert.equal(quantityOf(text), expected, String(text));
});
