import { t } from "../../../model/message.ts";
import type { Metrics, Sample } from "../cluster.ts";
import {
  failuresByVersion,
  type MeteredService,
  p99ByVersion,
  rateByVersion,
  sampleByVersion,
  sentByVersion,
  sourceFailures,
  up,
  type VersionLabel,
} from "../promql.ts";
import { known, mapRead, type Read, readOf, unknown, valueIfKnown } from "./read.ts";
import type { Side } from "./sides.ts";

/** What Prometheus says about one side of a route. Each figure may be unknown by itself. */
export interface SideTraffic {
  /** Requests per second. */
  readonly rate: Read<number>;
  /** Requests in the window. */
  readonly sample: Read<number>;
  /** Of those, failed ones as its own proxies saw them. */
  readonly failures: Read<number>;
  /** Failed ones in the window as the clients' proxies saw them, by flag: `UH` no healthy upstream, `NR` no route … */
  readonly sourceFailures: Read<ReadonlyMap<string, number>>;
  /** Whether any client's proxy reports what it sends to the Service: else nobody sees what fails on the way. */
  readonly isReportedAtSource: Read<boolean>;
  /** The same of those that reached no Pod and so belong to no version: it may have been any side of the Service. */
  readonly strayFailures: Read<ReadonlyMap<string, number>>;
  /** Milliseconds; undefined value: no requests to measure. */
  readonly p99: Read<number | undefined>;
  /** Whether the targets are scraped; says nothing about traffic. */
  readonly up: Read<{ readonly up: number; readonly targets: number }>;
  /** The versions cannot be told apart by their `version` label; by what they are instead. */
  readonly label: VersionLabel | "service";
  readonly queries: Readonly<
    Record<"rate" | "sample" | "failures" | "sourceFailures" | "p99" | "up", string>
  >;
}

/** Asks about every side at once. `window` is in seconds. */
export function readTraffic(
  metrics: Read<Metrics>,
  sides: readonly Side[],
  window: number,
  signal: AbortSignal,
): Promise<readonly SideTraffic[]> {
  const asked = metrics.known ? known(remembering(metrics.value)) : metrics;
  return Promise.all(sides.map((side) => tellApart(asked, side, sharersOf(side, sides), window, signal)));
}

/** How a side is told from the others of its Service; `none`: not at all. */
type Label = VersionLabel | "service" | "none";

interface Answer {
  readonly traffic: SideTraffic;
  /** Requests per second to the Service: of Pods without a version, and all. */
  readonly nameless: number;
  readonly all: number;
}

/**
 * By version where that tells the sides apart, else by workload, else not at all. Requests of version `unknown`, or
 * of none of the sides, are some side's, whichever: counting them for none would be counting them as nothing.
 */
async function tellApart(
  metrics: Read<Metrics>,
  side: Side,
  sharers: readonly Side[],
  window: number,
  signal: AbortSignal,
): Promise<SideTraffic> {
  const first = labelOf(side, sharers);
  const labels: readonly Label[] =
    first === "destination_version" && differ(sharers, "workload")
      ? [first, "destination_workload"]
      : [first];
  for (const label of labels) {
    const answers = await Promise.all(sharers.map((one) => trafficOf(metrics, one, label, window, signal)));
    const own = answers.reduce((sum, { traffic }) => sum + (valueIfKnown(traffic.rate) ?? 0), 0);
    const isTold = answers.every(
      ({ nameless, all }) => nameless === 0 && (own > 0 || all === 0 || sharers.length === 1),
    );
    const answer = answers[sharers.indexOf(side)];
    if (isTold && answer !== undefined) return answer.traffic;
  }
  return (await trafficOf(metrics, side, "none", window, signal)).traffic;
}

/** Sides of one Service ask the same. */
function remembering(metrics: Metrics): Metrics {
  const answers = new Map<string, ReturnType<Metrics["query"]>>();
  return {
    source: metrics.source,
    query: (promql, signal) => {
      const answer = answers.get(promql) ?? metrics.query(promql, signal);
      answers.set(promql, answer);
      return answer;
    },
  };
}

async function trafficOf(
  metrics: Read<Metrics>,
  side: Side,
  label: Label,
  window: number,
  signal: AbortSignal,
): Promise<Answer> {
  const { service } = side;
  const by: VersionLabel = label === "destination_workload" ? label : "destination_version";
  const value = label === "destination_version" ? side.version : side.workload;
  const asked = service ?? { namespace: "", name: side.leg.host };
  const queries = queriesFor(asked, by, window);
  const ask = async (query: string): Promise<Read<readonly Sample[]>> => {
    if (!metrics.known) return metrics;
    if (service === undefined)
      return unknown(
        t("Which Service answers for {host} is not known, so its figures are not either.", {
          host: side.leg.host,
        }),
      );
    const { value } = metrics;
    return readOf(await value.query(query, signal), `Prometheus (${value.source})`);
  };
  const [rate, sample, failures, source, sent, p99, scraped] = await Promise.all([
    ask(queries.rate),
    ask(queries.sample),
    ask(queries.failures),
    ask(queries.sourceFailures),
    ask(sentByVersion(asked, by, window)),
    ask(queries.p99),
    ask(queries.up),
  ]);
  const isMine = ({ labels }: Sample) => label === "service" || labels[by] === value;
  const isApart = label !== "none";
  const sum = (read: Read<readonly Sample[]>, whole: Read<readonly Sample[]>): Read<number> => {
    if (!read.known) return read;
    if (!whole.known) return whole;
    if (!isApart)
      return unknown(
        t(
          "Istio's metrics do not tell the sides apart: their Pods have neither a version label nor a workload of their own, or the requests are counted under other ones.",
        ),
      );
    // Without any series of the Service nothing is measured; with some, a side that has none gets nothing.
    if (whole.value.length === 0)
      return unknown(
        t(
          "Prometheus knows no requests to {service} in {namespace}. Either there is no traffic, or nothing measures it.",
          {
            service: asked.name,
            namespace: asked.namespace,
          },
        ),
      );
    const total = read.value.filter(isMine).reduce((sum, { value: v }) => sum + v, 0);
    return Number.isFinite(total)
      ? known(total)
      : unknown(
          t(
            "Prometheus has no number for the requests to {service} in {namespace}: its counters are broken.",
            {
              service: asked.name,
              namespace: asked.namespace,
            },
          ),
        );
  };
  const traffic = {
    rate: sum(rate, rate),
    sample: sum(sample, sample),
    failures: sum(failures, sample),
    sourceFailures: flagged(
      source,
      by,
      (version) => label === "service" || (version === value && value !== undefined),
    ),
    isReportedAtSource: mapRead(sent, (series) => series.length > 0),
    strayFailures: flagged(source, by, (version) => label !== "service" && isNobodys(version)),
    p99: quantile(p99, isMine),
    up: scrapes(scraped),
    label: label === "none" ? "service" : label,
    queries,
  } as const;
  const total = (of: (labels: Sample["labels"]) => boolean) =>
    (valueIfKnown(rate) ?? []).reduce((sum, sample) => sum + (of(sample.labels) ? sample.value : 0), 0);
  const isSplit = label === "destination_version" || label === "destination_workload";
  return {
    traffic,
    nameless: isSplit ? total((labels) => isNobodys(labels[by])) : 0,
    all: isSplit ? total(() => true) : 0,
  };
}

/**
 * One side of a Service is told apart by version, else by workload. A Service with one side needs neither, unless
 * that one is a subset: other routes may lead to the rest of it.
 */
function labelOf(side: Side, sharers: readonly Side[]): Label {
  if (sharers.length === 1 && (side.leg.subset === undefined || side.version === undefined)) return "service";
  if (differ(sharers, "version")) return "destination_version";
  return differ(sharers, "workload") ? "destination_workload" : "none";
}

/** The sides of the same Service. */
function sharersOf({ service }: Side, sides: readonly Side[]): readonly Side[] {
  return sides.filter(
    (other) => other.service?.name === service?.name && other.service?.namespace === service?.namespace,
  );
}

function differ(sides: readonly Side[], key: "version" | "workload"): boolean {
  return (
    sides.every((side) => side[key] !== undefined) &&
    new Set(sides.map((side) => side[key])).size === sides.length
  );
}

function queriesFor(service: MeteredService, label: VersionLabel, window: number): SideTraffic["queries"] {
  return {
    rate: rateByVersion(service, label, window),
    sample: sampleByVersion(service, label, window),
    failures: failuresByVersion(service, label, window),
    sourceFailures: sourceFailures(service, label, window),
    p99: p99ByVersion(service, label, window),
    up: up(service),
  };
}

/** What Istio writes for a request that reached no Pod. */
function isNobodys(version: string | undefined): boolean {
  return version === undefined || version === "" || version === "unknown";
}

/** Failures by flag, of the versions that are meant. */
function flagged(
  read: Read<readonly Sample[]>,
  by: VersionLabel,
  isMeant: (version: string | undefined) => boolean,
): Read<ReadonlyMap<string, number>> {
  if (!read.known) return read;
  const counts = new Map<string, number>();
  for (const { labels, value } of read.value) {
    if (!Number.isFinite(value) || value <= 0 || !isMeant(labels[by])) continue;
    const flag = labels.response_flags ?? "-";
    counts.set(flag, (counts.get(flag) ?? 0) + value);
  }
  return known(counts);
}

function quantile(
  read: Read<readonly Sample[]>,
  isMine: (sample: Sample) => boolean,
): Read<number | undefined> {
  if (!read.known) return read;
  const values = read.value.filter(isMine).flatMap(({ value }) => (Number.isNaN(value) ? [] : [value]));
  return known(values.length === 0 ? undefined : Math.max(...values));
}

function scrapes(read: Read<readonly Sample[]>): SideTraffic["up"] {
  if (!read.known) return read;
  if (read.value.length === 0) return unknown(t("Prometheus has no scrape target of this Service."));
  return known({ up: read.value.filter(({ value }) => value === 1).length, targets: read.value.length });
}
