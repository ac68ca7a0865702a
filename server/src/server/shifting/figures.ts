import { choosePrometheus, readPrometheusChoice } from "../../cluster/choose-prometheus.ts";
import type { Searched } from "../../cluster/find-prometheus.ts";
import { type Message, t } from "../../model/message.ts";
import type { Metrics } from "../../traffic/shift/cluster.ts";
import { explain } from "../../traffic/shift/reading/read.ts";

/** Where the figures about the traffic of a cluster come from. */
export interface Figures {
  readonly metrics: Metrics | undefined;
  /** Which one it is and who says so; or that there is none, and what follows. */
  readonly from: Message;
  /** Whether the setting cannot be understood, so that a person may be mistaken about it. */
  readonly isMisunderstood?: true;
}

/** The Prometheus of each connection: that of the settings, else one that is found in the cluster, which is remembered. */
export class FigureSources {
  readonly #found = new WeakMap<Searched, Metrics>();

  /** Never fails: without figures a shift can be previewed and rolled back all the same. */
  async of(connection: Searched, setting: string, signal: AbortSignal): Promise<Figures> {
    const choice = readPrometheusChoice(setting);
    if (choice === undefined)
      return {
        metrics: undefined,
        isMisunderstood: true,
        from: t(
          "The setting nines.prometheus is neither an address, such as http://localhost:9090, nor a Service of the cluster, such as monitoring/prometheus:9090. Correct it, empty it to have one looked for, or set it to none to go without figures about the traffic.",
        ),
      };
    const known = choice.kind === "search" ? this.#found.get(connection) : undefined;
    if (known !== undefined) return { metrics: known, from: foundThere(known) };
    const chosen = await choosePrometheus(choice, connection, signal);
    if (!chosen.ok)
      return { metrics: undefined, from: explain(chosen.failure, `nines.prometheus: ${setting}`) };
    const { metrics, passedOver } = chosen.value;
    if (choice.kind === "none") return { metrics, from: t("none, as nines.prometheus says") };
    if (choice.kind !== "search" && metrics !== undefined)
      return { metrics, from: t("{source}, which nines.prometheus names", { source: metrics.source }) };
    if (metrics === undefined) return { metrics, from: nothingFound(passedOver, signal.aborted) };
    this.#found.set(connection, metrics);
    return { metrics, from: foundThere(metrics) };
  }
}

function foundThere({ source }: Metrics): Message {
  return t("{source}, which was found in the cluster; nines.prometheus names another one, or none", {
    source,
  });
}

function nothingFound(passedOver: readonly string[], isCut: boolean): Message {
  if (isCut)
    return t(
      "unknown: the search for a Prometheus in the cluster took too long; name one in nines.prometheus",
    );
  return passedOver.length === 0
    ? t(
        "unknown: no Prometheus was found in the cluster, or you may not look for one; name one in nines.prometheus",
      )
    : t(
        "unknown: no Prometheus of the cluster that could be asked has Istio's metrics (looked at: {sources}); name one in nines.prometheus",
        { sources: passedOver.join(", ") },
      );
}
