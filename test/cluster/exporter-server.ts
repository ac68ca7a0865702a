/**
 * Serves Istio's request metrics on a port of the loopback interface, as the tests dictate: `node exporter-server.ts
 * PORT`. `GET /metrics` is for Prometheus, `PUT /traffic/NAMESPACE` takes the streams of requests that flow from now on.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { Stream } from "./exporter.ts";

const BUCKETS = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

/** A counter that grows by itself. */
type Series = { namespace: string; count: number; perSecond: number; latencyMs: number };

const requests = new Map<string, Series>();
let flowedUntil = performance.now();

/** Lets the time since the last call flow into the counters. */
function flow(): void {
  const now = performance.now();
  for (const series of requests.values()) series.count += (series.perSecond * (now - flowedUntil)) / 1000;
  flowedUntil = now;
}

function setStreams(namespace: string, streams: readonly Stream[]): void {
  flow();
  for (const series of requests.values()) if (series.namespace === namespace) series.perSecond = 0;
  for (const stream of streams) {
    const { rps, errorRate = 0, latencyMs = 20, neverArriving = 0, flag = "UH" } = stream;
    const add = (reporter: string, code: string, flags: string, perSecond: number) => {
      const labels = labelsOf(namespace, stream, reporter, code, flags);
      const series = requests.get(labels) ?? { namespace, count: 0, perSecond: 0, latencyMs };
      requests.set(labels, { ...series, perSecond: series.perSecond + perSecond, latencyMs });
    };
    for (const reporter of ["source", "destination"]) {
      add(reporter, "200", "-", rps * (1 - errorRate));
      add(reporter, "500", "-", rps * errorRate);
    }
    // The client's proxy gives up, and the destination never hears of it.
    add("source", "503", flag, neverArriving);
  }
}

function labelsOf(
  namespace: string,
  { service, version, workload = `${service}-${version}` }: Stream,
  reporter: string,
  code: string,
  flags: string,
): string {
  const labels = {
    reporter,
    source_workload: "istio-ingressgateway",
    destination_service: `${service}.${namespace}.svc.cluster.local`,
    destination_service_name: service,
    destination_service_namespace: namespace,
    destination_workload: workload,
    destination_workload_namespace: namespace,
    destination_version: version,
    request_protocol: "http",
    response_code: code,
    response_flags: flags,
  };
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(",");
}

function metrics(): string {
  flow();
  const total: string[] = ["# TYPE istio_requests_total counter"];
  const duration: string[] = ["# TYPE istio_request_duration_milliseconds histogram"];
  const name = "istio_request_duration_milliseconds";
  for (const [labels, { count, latencyMs }] of requests) {
    total.push(`istio_requests_total{${labels}} ${count}`);
    for (const bucket of BUCKETS) {
      duration.push(`${name}_bucket{${labels},le="${bucket}"} ${bucket >= latencyMs ? count : 0}`);
    }
    duration.push(`${name}_bucket{${labels},le="+Inf"} ${count}`);
    duration.push(`${name}_sum{${labels}} ${count * latencyMs}`, `${name}_count{${labels}} ${count}`);
  }
  return `${[...total, ...duration].join("\n")}\n`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

createServer(async (request, answer) => {
  const namespace = /^\/traffic\/([^/]+)$/.exec(request.url ?? "")?.[1];
  if (request.method === "GET" && request.url === "/metrics") {
    answer.setHeader("content-type", "text/plain; version=0.0.4").end(metrics());
  } else if (request.method === "PUT" && namespace !== undefined) {
    setStreams(namespace, JSON.parse(await textOf(request)));
    answer.end();
  } else {
    answer.writeHead(404).end();
  }
}).listen(Number(process.argv[2]), "127.0.0.1");
