import type { Connection } from "../../cluster/connection.ts";
import { findPrometheus, prometheusNamed } from "../../cluster/find-prometheus.ts";
import { metricsOfUrl } from "../../cluster/prometheus.ts";
import { type Message, t } from "../../model/message.ts";
import type { Metrics } from "../../traffic/shift/cluster.ts";
import { explain } from "../../traffic/shift/reading/read.ts";
import { UsageError } from "../errors.ts";

/** What `--prometheus` says. */
export type MetricsOption =
  | { readonly kind: "url"; readonly url: URL }
  | {
      readonly kind: "service";
      readonly namespace: string;
      readonly name: string;
      readonly port: string | undefined;
    }
  /** One is looked for in the cluster. */
  | { readonly kind: "search" }
  | { readonly kind: "none" };

const LIMIT_MS = 15_000;

/** Reads `--prometheus`. @throws UsageError */
export function metricsOption(text: string | undefined): MetricsOption {
  if (text === undefined) return { kind: "search" };
  if (text === "none") return { kind: "none" };
  const [, namespace, name, port] =
    /^svc:([a-z0-9][-a-z0-9]*)\/([a-z0-9][-a-z0-9]*)(?::([a-z0-9][-a-z0-9]*))?$/.exec(text) ?? [];
  if (namespace !== undefined && name !== undefined) return { kind: "service", namespace, name, port };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return { kind: "url", url };
  throw new UsageError(
    t(
      "--prometheus takes the address of a Prometheus, such as http://localhost:9090, a Service of the cluster, such as svc:monitoring/prometheus:9090, or none.",
    ),
  );
}

/**
 * The Prometheus that is meant, as one context reaches it. `tell` gets what a person should know about the choice.
 * @throws UsageError where a Service was named that cannot be asked
 */
export async function metricsFor(
  option: MetricsOption,
  connection: Connection,
  tell: (message: Message) => void,
): Promise<Metrics | undefined> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  switch (option.kind) {
    case "none":
      return undefined;
    case "url":
      return metricsOfUrl(option.url);
    case "service": {
      const named = await prometheusNamed(connection, option, signal);
      if (named.ok) return named.value;
      throw new UsageError(explain(named.failure, `Service ${option.namespace}/${option.name}`));
    }
    case "search": {
      const { metrics, passedOver } = await findPrometheus(connection, signal);
      const context = connection.context.name;
      if (metrics !== undefined)
        tell(
          t(
            "The figures about the traffic come from {source} of {context}, which was found there. --prometheus names another one, or none.",
            { source: metrics.source, context },
          ),
        );
      else if (passedOver.length > 0)
        tell(
          t(
            "No Prometheus of {context} that could be asked has Istio's metrics (looked at: {sources}). Name one with --prometheus.",
            { context, sources: passedOver.join(", ") },
          ),
        );
      return metrics;
    }
  }
}
