import assert from "node:assert/strict";
import { test } from "node:test";
import {
  failuresByVersion,
  p99ByVersion,
  rateByVersion,
  sampleByVersion,
  sentByVersion,
  sourceFailures,
  up,
} from "./promql.ts";

const service = { namespace: "shop", name: "app" };
const version = "destination_version";

test("the queries are exactly these", () => {
  const own = 'reporter="destination",destination_service_namespace="shop",destination_service_name="app"';
  assert.equal(
    rateByVersion(service, version, 120),
    `sum by (destination_version)(rate(istio_requests_total{${own}}[120s]))`,
  );
  assert.equal(
    sampleByVersion(service, "destination_workload", 300),
    `sum by (destination_workload)(increase(istio_requests_total{${own}}[300s]))`,
  );
  assert.equal(
    failuresByVersion(service, version, 120),
    `sum by (destination_version)(increase(istio_requests_total{${own},response_code=~"5.."}[120s]))`,
  );
  assert.equal(
    sourceFailures(service, version, 120),
    'sum by (response_flags,destination_version)(increase(istio_requests_total{reporter="source",destination_service_namespace="shop",destination_service_name="app",response_code=~"5..|0"}[120s]))',
  );
  assert.equal(
    sentByVersion(service, version, 120),
    'sum by (destination_version)(increase(istio_requests_total{reporter="source",destination_service_namespace="shop",destination_service_name="app"}[120s]))',
  );
  assert.equal(
    p99ByVersion(service, version, 120),
    `histogram_quantile(0.99,sum by (le,destination_version)(rate(istio_request_duration_milliseconds_bucket{${own}}[120s])))`,
  );
});

test("a name stays a name whatever it holds", () => {
  const hostile = { namespace: 'a"} or vector(1) #', name: "b\\\n" };
  assert.match(
    rateByVersion(hostile, version, 60),
    /destination_service_namespace="a\\"} or vector\(1\) #",destination_service_name="b\\\\\\n"/,
  );
  assert.match(up({ namespace: "shop", name: "a.b" }), /job=~"\(\.\*\/\)\?a\\\\\.b\(-\.\*\)\?"/);
});
