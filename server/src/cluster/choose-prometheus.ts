import { type Metrics, type Outcome, success } from "../traffic/shift/cluster.ts";
import { findPrometheus, prometheusNamed, type Searched } from "./find-prometheus.ts";
import { metricsOfUrl } from "./prometheus.ts";

/** What a person says about the Prometheus to ask. */
export type PrometheusChoice =
  | { readonly kind: "url"; readonly url: URL }
  | {
      readonly kind: "service";
      readonly namespace: string;
      readonly name: string;
      /** Its name or number; undefined: the one that is most likely Prometheus's. */
      readonly port: string | undefined;
    }
  /** One is looked for in the cluster. */
  | { readonly kind: "search" }
  | { readonly kind: "none" };

/**
 * Reads it: an address, `namespace/service:port` (with `svc:` before it or without, with the port or without), `none`,
 * or nothing. Undefined where it is none of these.
 */
export function readPrometheusChoice(text: string): PrometheusChoice | undefined {
  if (text === "") return { kind: "search" };
  if (text === "none") return { kind: "none" };
  const [, namespace, name, port] =
    /^(?:svc:)?([a-z0-9][-a-z0-9]*)\/([a-z0-9][-a-z0-9]*)(?::([a-z0-9][-a-z0-9]*))?$/.exec(text) ?? [];
  if (namespace !== undefined && name !== undefined) return { kind: "service", namespace, name, port };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) ? { kind: "url", url } : undefined;
}

/**
 * What a text says about one of the contexts of a shift, to be read by `readPrometheusChoice`; empty: nothing. It may name
 * one for each context: `site-a=http://…,site-b=monitoring/prometheus`. An address alone measures one cluster, which is
 * `home` where there are several: figures of one site must not stand for another.
 */
export function saidOfContext(
  text: string,
  context: string,
  { contexts, home }: { readonly contexts: readonly string[]; readonly home: string | undefined },
): string {
  const choice = readPrometheusChoice(text);
  if (choice !== undefined)
    return choice.kind === "url" && contexts.length > 1 && context !== home ? "" : text;
  const named = byContext(text);
  return named === undefined ? text : (named.get(context) ?? "");
}

/** Whether every part of the text can be understood. */
export function isUnderstood(text: string): boolean {
  return [...(byContext(text)?.values() ?? [text])].every((said) => readPrometheusChoice(said) !== undefined);
}

function byContext(text: string): ReadonlyMap<string, string> | undefined {
  if (readPrometheusChoice(text) !== undefined) return undefined;
  const named = new Map<string, string>();
  for (const part of text.split(",")) {
    const [context, ...said] = part.split("=");
    if (context === undefined || context.trim() === "" || said.length === 0) return undefined;
    named.set(context.trim(), said.join("=").trim());
  }
  return named;
}

/** The Prometheus that is meant, as one cluster's connection reaches it. */
export interface Chosen {
  /** Undefined where none is wanted, or none was found. */
  readonly metrics: Metrics | undefined;
  /** What a search looked at and did not take. */
  readonly passedOver: readonly string[];
}

/** Goes and gets it. Fails where a Service was named that cannot be asked for its port. */
export async function choosePrometheus(
  choice: PrometheusChoice,
  connection: Searched,
  signal: AbortSignal,
): Promise<Outcome<Chosen>> {
  const chosen = (metrics: Metrics | undefined) => ({ metrics, passedOver: [] });
  switch (choice.kind) {
    case "none":
      return success(chosen(undefined));
    case "url":
      return success(chosen(metricsOfUrl(choice.url)));
    case "search":
      return success(await findPrometheus(connection, signal));
    case "service": {
      const named = await prometheusNamed(connection, choice, signal);
      return named.ok ? success(chosen(named.value)) : named;
    }
  }
}
