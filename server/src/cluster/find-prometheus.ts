import {
  type Cluster,
  failure,
  type KubeObject,
  type Metrics,
  type Outcome,
  success,
} from "../traffic/shift/cluster.ts";
import { at, listOf, numberAt, textAt } from "../traffic/shift/json.ts";
import { KINDS } from "../traffic/shift/kinds.ts";
import type { PrometheusService } from "./prometheus.ts";

/** What is needed of a connection. */
export interface Searched {
  readonly cluster: Pick<Cluster, "list" | "get">;
  metricsOf(service: PrometheusService): Metrics;
}

/** What a search for a Prometheus came to. */
export interface Search {
  /** One that has Istio's metrics; undefined where there is none. */
  readonly metrics: Metrics | undefined;
  /** Those that look like a Prometheus but were not taken: without Istio's metrics, or without an answer. */
  readonly passedOver: readonly string[];
}

/** Where a Prometheus usually runs, for those who may not list the Services of all namespaces. */
const USUAL_NAMESPACES = ["istio-system", "monitoring", "prometheus", "observability"];
const PROBE = 'count(istio_requests_total{reporter="destination"})';
const PROBE_MS = 5000;
/** Of so many candidates at the most a probe is asked. */
const MOST = 8;

/**
 * Looks for a Service of the cluster behind which a Prometheus knows Istio's requests. Never fails: who may not look
 * finds nothing.
 */
export async function findPrometheus({ cluster, metricsOf }: Searched, signal: AbortSignal): Promise<Search> {
  const candidates = (await candidatesIn(cluster, signal)).toSorted(byRank).slice(0, MOST);
  const probed = await Promise.all(
    candidates.map(async ({ service }) => {
      const metrics = metricsOf(service);
      const answer = await metrics.query(PROBE, AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]));
      return { metrics, knowsIstio: answer.ok && (answer.value[0]?.value ?? 0) > 0 };
    }),
  );
  const chosen = probed.find(({ knowsIstio }) => knowsIstio)?.metrics;
  return {
    metrics: chosen,
    passedOver: probed.filter(({ knowsIstio }) => !knowsIstio).map(({ metrics }) => metrics.source),
  };
}

/** The Prometheus behind a Service that was named, at the port that is most likely its own where none was. */
export async function prometheusNamed(
  { cluster, metricsOf }: Searched,
  { namespace, name, port }: Omit<PrometheusService, "port"> & { readonly port: string | undefined },
  signal: AbortSignal,
): Promise<Outcome<Metrics>> {
  if (port !== undefined) return success(metricsOf({ namespace, name, port }));
  const found = await cluster.get({ type: KINDS.service, namespace, name }, signal);
  if (!found.ok) return found;
  const own = portOf(found.value);
  return own === undefined
    ? failure(
        "invalid",
        `Service ${namespace}/${name} has several ports, none of which is known as Prometheus's`,
      )
    : success(metricsOf({ namespace, name, ...own }));
}

interface Candidate {
  readonly service: PrometheusService;
  readonly rank: number;
}

async function candidatesIn(
  cluster: Searched["cluster"],
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  const inPlace = (namespace: string | undefined) =>
    cluster.list(KINDS.service, { namespace }, candidateOf, signal);
  const everywhere = await inPlace(undefined);
  if (everywhere.ok) return everywhere.value;
  const some = await Promise.all(USUAL_NAMESPACES.map(inPlace));
  return some.flatMap((outcome) => (outcome.ok ? outcome.value : []));
}

/** Services of Prometheus as its own chart, the operator's, Istio's samples and Thanos call them. */
function candidateOf(object: KubeObject): Candidate | undefined {
  const { name, namespace, labels = {} } = object.metadata;
  const rank = rankOf(name, labels);
  const port = portOf(object);
  const isElsewhere = textAt(object, "spec", "type") === "ExternalName";
  if (rank === undefined || port === undefined || namespace === undefined || isElsewhere) return undefined;
  return { service: { namespace, name, ...port }, rank };
}

/** The smaller, the more likely; undefined for what is no Prometheus. */
function rankOf(name: string, labels: Readonly<Record<string, string>>): number | undefined {
  if (/alertmanager|exporter|operator$|pushgateway|adapter|kube-state-metrics/.test(name)) return undefined;
  // Thanos's querier sees all Prometheus instances, each of which may see a part only.
  if (labels["app.kubernetes.io/name"] === "thanos-query" || /(^|-)thanos-query$/.test(name)) return 0;
  if (/^prometheus(-server|-k8s)?$/.test(name) || /-prometheus$/.test(name)) return 1;
  const isCalledSo = [labels["app.kubernetes.io/name"], labels.app].includes("prometheus");
  if (isCalledSo && labels["operated-prometheus"] !== "true" && name !== "prometheus-operated") return 2;
  return name === "prometheus-operated" || labels["operated-prometheus"] === "true" ? 3 : undefined;
}

function byRank(a: Candidate, b: Candidate): number {
  const key = ({ service }: Candidate) => `${service.namespace}/${service.name}`;
  return a.rank - b.rank || (key(a) < key(b) ? -1 : 1);
}

/** The port of the web interface; undefined where several could be it. */
function portOf(object: KubeObject): Pick<PrometheusService, "port" | "scheme"> | undefined {
  const ports = listOf(at(object, "spec", "ports")).flatMap((item) => {
    const number = numberAt(item, "port");
    return number === undefined ? [] : [{ number, name: textAt(item, "name") ?? "" }];
  });
  const known = ["http-web", "https-web", "web", "http", "https", "http-query", "http-prometheus"];
  const port =
    ports.find(({ number }) => number === 9090) ??
    ports.find(({ name }) => known.includes(name)) ??
    (ports.length === 1 ? ports[0] : undefined);
  return port && { port: port.number, ...(port.name.startsWith("https") && { scheme: "https" as const }) };
}
