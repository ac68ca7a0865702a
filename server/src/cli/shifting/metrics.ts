import {
  choosePrometheus,
  isUnderstood,
  type PrometheusChoice,
  readPrometheusChoice,
  saidOfContext,
} from "../../cluster/choose-prometheus.ts";
import type { Connection } from "../../cluster/connection.ts";
import { type Message, t } from "../../model/message.ts";
import type { Metrics } from "../../traffic/shift/cluster.ts";
import { explain } from "../../traffic/shift/reading/read.ts";
import { UsageError } from "../errors.ts";

const LIMIT_MS = 15_000;

/** Reads `--prometheus` for one of the contexts of a shift. @throws UsageError where it is not understood for any of them */
export function metricsOption(
  text: string | undefined,
  context: string,
  among: { readonly contexts: readonly string[]; readonly home: string | undefined },
): PrometheusChoice {
  assertMetricsOption(text);
  return readPrometheusChoice(saidOfContext(text ?? "", context, among)) ?? { kind: "search" };
}

/** @throws UsageError where `--prometheus` is not understood */
export function assertMetricsOption(text: string | undefined): void {
  if (text === undefined || (text !== "" && isUnderstood(text))) return;
  throw new UsageError(
    t(
      "--prometheus takes the address of a Prometheus, such as http://localhost:9090, a Service of the cluster, such as svc:monitoring/prometheus:9090, or none. CONTEXT=… says it for one context; several of these stand with commas between them.",
    ),
  );
}

/**
 * The Prometheus that is meant, as one context reaches it. `tell` gets what a person should know about the choice.
 * @throws UsageError where a Service was named that cannot be asked
 */
export async function metricsFor(
  choice: PrometheusChoice,
  connection: Connection,
  tell: (message: Message) => void,
): Promise<Metrics | undefined> {
  const chosen = await choosePrometheus(choice, connection, AbortSignal.timeout(LIMIT_MS));
  if (!chosen.ok)
    throw new UsageError(
      explain(
        chosen.failure,
        choice.kind === "service" ? `Service ${choice.namespace}/${choice.name}` : "Prometheus",
      ),
    );
  const { metrics, passedOver } = chosen.value;
  if (choice.kind !== "search") return metrics;
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
