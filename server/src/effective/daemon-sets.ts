import { formatAmount, type IntOrPercent, resolveCount } from "../model/int-or-percent.ts";
import { type Message, t } from "../model/message.ts";
import { type Field, valueOr } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { isEverywhere } from "../workspace/node-places.ts";
import type { Strategy } from "../workspace/rollout-strategy.ts";
import { workloadOf } from "../workspace/workload.ts";
import { type Meaning, meaning, type World } from "./meaning.ts";
import { placeOf } from "./place.ts";

type Rolling = Extract<Strategy, { kind: "rolling" }>;

const DEFAULTS = {
  maxUnavailable: { unit: "count", value: 1 },
  maxSurge: { unit: "count", value: 0 },
} as const;

/** A DaemonSet's rolling update: percentages of its nodes round up (pkg/controller/daemon/util/daemonset_util.go). */
export function daemonSetMeanings(
  resource: Resource,
  strategy: Rolling,
  { topology }: World,
): readonly Meaning[] {
  const workload = workloadOf(resource);
  const nodes = workload !== undefined && isEverywhere(workload) ? topology.nodes : undefined;
  return (["maxUnavailable", "maxSurge"] as const).flatMap((key) => {
    const field: Field<IntOrPercent> = strategy[key];
    const amount = valueOr(field, DEFAULTS[key]);
    const place = placeOf(resource, `${strategy.path}.${key}`);
    if (amount === undefined || amount.value < 0 || place === undefined) return [];
    const written = formatAmount(amount);
    if (amount.unit === "count") return meaning(place, [perNodes(key, amount.value)]);
    if (nodes === undefined)
      return meaning(place, [
        t("{amount} of the nodes it runs on, rounded up; how many those are is not known here.", {
          amount: written,
        }),
      ]);
    const count = resolveCount(amount, nodes, "up");
    return meaning(
      place,
      [t("{amount} of {nodes} nodes rounds up to {count}.", { amount: written, nodes, count })],
      { short: t("= {count} of {nodes}", { count, nodes }) },
    );
  });
}

function perNodes(key: "maxUnavailable" | "maxSurge", count: number): Message {
  if (key === "maxUnavailable")
    return t("The pods of up to {count} nodes are replaced at a time.", { count });
  return count === 0
    ? t("On each node the old pod stops before the new one starts.")
    : t("Up to {count} nodes run the new pod beside the old one until it is ready.", { count });
}
