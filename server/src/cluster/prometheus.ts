import { failure, type Metrics, type Outcome, type Sample, success } from "../traffic/shift/cluster.ts";
import { at, recordOf, textAt } from "../traffic/shift/json.ts";
import type { ApiClient } from "./api-client.ts";
import { failureOfError, parseJson } from "./failures.ts";
import { type HttpAnswer, textOf } from "./http.ts";
import { arrayAt, objectsAt } from "./lists.ts";
import { oneLine, redacted } from "./redact.ts";

/** A Service of the cluster that Prometheus answers behind. */
export interface PrometheusService {
  readonly namespace: string;
  readonly name: string;
  /** Its name or number. */
  readonly port: string | number;
  readonly scheme?: "http" | "https";
}

/** For one query, in milliseconds. */
const TIMEOUT_MS = 10_000;
const FORM = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };

/** A Prometheus at an address, which may begin with `user:password@` and end with a path. */
export function metricsOfUrl(url: URL): Metrics {
  const source = `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, "")}`;
  const authorization =
    url.username === ""
      ? undefined
      : `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString("base64")}`;
  const headers = { ...FORM, ...(authorization !== undefined && { authorization }) };
  const post = async (body: string, signal: AbortSignal): Promise<Outcome<HttpAnswer>> => {
    const either = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const first = await send(body, signal, either);
    // A query changes nothing: one whose connection, kept from the last one, broke down is sent again on a new one.
    const isWorthAnother = !first.ok && first.failure.kind === "unclear" && !either.aborted;
    return isWorthAnother ? send(body, signal, either) : first;
  };
  const send = async (
    body: string,
    signal: AbortSignal,
    either: AbortSignal,
  ): Promise<Outcome<HttpAnswer>> => {
    try {
      // A redirect leads to a login page at best, and must not carry the credentials elsewhere.
      const request = { method: "POST", headers, body, redirect: "manual", signal: either } as const;
      const answer = await fetch(`${source}/api/v1/query`, request);
      const text = await textOf(answer.body);
      return success({ status: answer.status, headers: {}, body: text });
    } catch (error) {
      return { ok: false, failure: failureOfError(error, source, signal) };
    }
  };
  return { source, query: async (promql, signal) => samplesOf(await post(form(promql), signal), source) };
}

/** A Prometheus behind a Service, through the API server's proxy: the user needs `create` for `services/proxy`. */
export function metricsOfService(client: ApiClient, service: PrometheusService): Metrics {
  const { namespace, name, port, scheme } = service;
  const target = [...(scheme === "https" ? ["https"] : []), name, String(port)]
    .map(encodeURIComponent)
    .join(":");
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${target}/proxy/api/v1/query`;
  const source = `Service ${namespace}/${name}:${port}`;
  return {
    source,
    query: async (promql, signal) => {
      const request = { method: "POST", path, headers: FORM, body: form(promql) } as const;
      const answer = await client.answer(request, signal);
      // What is no answer of Prometheus is one of the API server, which tells why it could not ask.
      if (
        answer.ok &&
        answer.value.status >= 300 &&
        textAt(parseJson(answer.value.body), "kind") === "Status"
      ) {
        const failed = client.read(answer, "POST");
        if (!failed.ok) return failed;
      }
      return samplesOf(answer, source);
    },
  };
}

/** `partial_response`: Thanos is to fail rather than to leave something out. Prometheus does not know the word. */
function form(promql: string): string {
  return new URLSearchParams({
    query: promql,
    timeout: `${TIMEOUT_MS / 1000}s`,
    partial_response: "false",
  }).toString();
}

function samplesOf(outcome: Outcome<HttpAnswer>, source: string): Outcome<readonly Sample[]> {
  if (!outcome.ok) return outcome;
  const { status, body } = outcome.value;
  const answer = parseJson(body);
  const said = oneLine(redacted(textAt(answer, "error") ?? ""));
  switch (textAt(answer, "status")) {
    case "success": {
      const samples = readSamples(at(answer, "data"));
      return samples === undefined ? notPrometheus(source, status) : success(samples);
    }
    case "error":
      return textAt(answer, "errorType") === "bad_data"
        ? failure("invalid", `${source} does not understand the query: ${said}`)
        : failure("unclear", `${source} could not answer the query: ${said}`);
    default:
      return notPrometheus(source, status);
  }
}

function notPrometheus(
  source: string,
  status: number,
): { ok: false; failure: { kind: "unauthorized" | "unclear"; message: string } } {
  const message = `${source} did not answer as Prometheus does (HTTP status ${status}). Check the address; a login page may have answered.`;
  return {
    ok: false,
    failure: { kind: status === 401 || status === 403 ? "unauthorized" : "unclear", message },
  };
}

/** The samples of an instant vector or a scalar; undefined where the data are something else. */
function readSamples(data: unknown): readonly Sample[] | undefined {
  const result = arrayAt(data, "result");
  if (result === undefined) return undefined;
  switch (textAt(data, "resultType")) {
    case "scalar": {
      const value = numberOf(result[1]);
      return value === undefined ? undefined : [{ labels: {}, value }];
    }
    case "vector": {
      const samples = objectsAt(data, "result").map(({ metric, value }) => ({
        labels: labelsOf(metric),
        value: numberOf(Array.isArray(value) ? value[1] : undefined),
      }));
      const whole = samples.flatMap(({ labels, value }) => (value === undefined ? [] : [{ labels, value }]));
      return whole.length === result.length ? whole : undefined;
    }
    default:
      return undefined;
  }
}

function labelsOf(metric: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(recordOf(metric) ?? {});
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

/** Prometheus writes numbers as strings, with words for what JSON cannot say. */
function numberOf(value: unknown): number | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  if (value === "NaN") return Number.NaN;
  const number = Number(value.replace("Inf", "Infinity"));
  return Number.isNaN(number) ? undefined : number;
}
