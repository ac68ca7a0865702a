import assert from "node:assert/strict";
import { test } from "node:test";
import { render, t } from "../../../model/message.ts";
import { known, unknown } from "../reading/read.ts";
import { DEFAULTS } from "../thresholds.ts";
import { trafficChecks } from "./traffic-gates.ts";

const queries = { rate: "", sample: "", failures: "", sourceFailures: "", p99: "", up: "" };

function said(seen: number, failed: number, successRate: number, onTheWay = 0) {
  const traffic = {
    rate: known(seen / 120),
    sample: known(seen),
    failures: known(failed),
    sourceFailures: known(new Map(onTheWay > 0 ? [["UH", onTheWay]] : [])),
    strayFailures: known(new Map()),
    isReportedAtSource: known(true),
    p99: known(undefined),
    up: unknown(t("not asked")),
    label: "destination_version",
    queries,
  } as const;
  const leg = { host: "app", subset: "v2", weight: 5, written: 5, path: [] };
  const checks = trafficChecks({ leg, traffic }, { ...DEFAULTS, successRate }, 120, 0);
  const of = (id: string) => {
    const check = checks.find((each) => each.id === id);
    assert.ok(check);
    return [check.level, render(check.message), ...check.evidence.map((line) => render(line))].join(" | ");
  };
  return { rate: of("success-rate"), way: of("source-failures") };
}

const ESTIMATE =
  "Prometheus extrapolates what it scraped to the whole time range, so its numbers of requests need not be whole.";

test("a fraction of a request is neither none nor one, and why there is one is said", () => {
  assert.equal(
    said(120, 0.12, 0.99).rate,
    `pass | 0.1 of 120 requests to app/v2 failed (0.1 %); 1 % may. | ${ESTIMATE}`,
  );
  assert.equal(
    said(1000, 0.03, 0.99).rate,
    `pass | < 0.1 of 1000 requests to app/v2 failed (0.003 %); 1 % may. | ${ESTIMATE}`,
  );
  assert.equal(said(1000, 0, 0.99).rate, "pass | 0 of 1000 requests to app/v2 failed (0 %); 1 % may.");
  assert.equal(said(1000, 3, 0.99).rate, "pass | 3 of 1000 requests to app/v2 failed (0.3 %); 1 % may.");
  assert.equal(
    said(1000, 0, 0.99, 0.4).way,
    `pass | 0.4 requests to app/v2 failed on their way (0.04 %); 1 % may. | 0.4 with the response flag UH | ${ESTIMATE}`,
  );
});

test("what goes back for more than may fail never reads as if it were the same", () => {
  assert.match(
    said(100_000, 80, 0.9995).rate,
    /80 of 100000 .*\(0\.08 %\); 0\.05 % may\. Traffic goes back\./,
  );
  assert.match(said(1_000_000, 10_004, 0.99).rate, /\(> 1 %\); 1 % may\. Traffic goes back\./);
  assert.match(said(1_000_000, 9_997, 0.99).rate, /^pass .*\(< 1 %\); 1 % may/);
  assert.match(said(100_000, 99_990, 0.99).rate, /\(> 99\.9 %\); 1 % may/);
  assert.match(said(400, 400, 0.99).rate, /\(100 %\); 1 % may/);
});
