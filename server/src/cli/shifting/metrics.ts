import {
  choosePrometheus,
  type PrometheusChoice,
  readPrometheusChoice,
} from "../../cluster/choose-prometheus.ts";
import type { Connection } from "../../cluster/connection.ts";
import { type Message, t } from "../../model/message.ts";
import type { Metrics } from "../../traffic/shift/cluster.ts";
import { explain } from "../../traffic/shift/reading/read.ts";
import { UsageError } from "../errors.ts";

const LIMIT_MS = 15_000;

/** Reads `--prometheus`. @throws UsageError */
export function metricsOption(text: string | undefined): PrometheusChoice {
  const choice = text === "" ? undefined : readPrometheusChoice(text ?? "");
  if (choice !== undefined) return choice;
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
