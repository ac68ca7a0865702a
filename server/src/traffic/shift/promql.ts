/** The Service that a route's requests are counted for. */
export interface MeteredService {
  readonly namespace: string;
  readonly name: string;
}

/** By which label the two versions are told apart. */
export type VersionLabel = "destination_version" | "destination_workload";

/** A PromQL string literal: whatever a name holds, it stays a string. */
function quote(text: string): string {
  return `"${text.replace(/[\\"\n]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`))}"`;
}

function selector(
  reporter: "source" | "destination",
  { namespace, name }: MeteredService,
  ...more: readonly string[]
): string {
  const parts = [
    `reporter="${reporter}"`,
    `destination_service_namespace=${quote(namespace)}`,
    `destination_service_name=${quote(name)}`,
    ...more,
  ];
  return `{${parts.join(",")}}`;
}

const FAILED = 'response_code=~"5.."';
/** What a client's proxy counts for requests that never reached a Pod: 503 with a flag, or 0. */
const FAILED_AT_SOURCE = 'response_code=~"5..|0"';

/** Requests per second by version. */
export function rateByVersion(service: MeteredService, label: VersionLabel, window: number): string {
  return `sum by (${label})(rate(istio_requests_total${selector("destination", service)}[${window}s]))`;
}

/** Requests in the window by version. */
export function sampleByVersion(service: MeteredService, label: VersionLabel, window: number): string {
  return `sum by (${label})(increase(istio_requests_total${selector("destination", service)}[${window}s]))`;
}

/** Failed requests in the window by version, as their own proxies saw them. */
export function failuresByVersion(service: MeteredService, label: VersionLabel, window: number): string {
  return `sum by (${label})(increase(istio_requests_total${selector("destination", service, FAILED)}[${window}s]))`;
}

/** Failed requests in the window as the clients' proxies saw them, by what went wrong and where: those that never reached a Pod too. */
export function sourceFailures(service: MeteredService, label: VersionLabel, window: number): string {
  return `sum by (response_flags,${label})(increase(istio_requests_total${selector("source", service, FAILED_AT_SOURCE)}[${window}s]))`;
}

/** Requests in the window as the clients' proxies saw them, by version: none where no client has a proxy that reports. */
export function sentByVersion(service: MeteredService, label: VersionLabel, window: number): string {
  return `sum by (${label})(increase(istio_requests_total${selector("source", service)}[${window}s]))`;
}

/** Milliseconds that 99 of 100 requests stay under, by version. */
export function p99ByVersion(service: MeteredService, label: VersionLabel, window: number): string {
  return `histogram_quantile(0.99,sum by (le,${label})(rate(istio_request_duration_milliseconds_bucket${selector("destination", service)}[${window}s])))`;
}

/** Whether the targets are scraped. Health of the scrape, not of the traffic: shown, never a gate by itself. */
export function up({ namespace, name }: MeteredService): string {
  return `up{namespace=${quote(namespace)},job=~${quote(`(.*/)?${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(-.*)?`)}}`;
}
