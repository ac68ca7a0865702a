import { type Message, t } from "../model/message.ts";
import { field, integerOf, type Node, nodeAt, type Step, stringOf, valueOr } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { policiesOf } from "../traffic/policies.ts";
import { shorten } from "../traffic/shares.ts";
import { type Pool, poolsOf } from "./endpoints.ts";
import { figures, type Labels, type Meaning, meaning, type World } from "./meaning.ts";
import { placeOf } from "./place.ts";

/** An outlier detection with its defaults (istio.io/api destination_rule.proto, envoy outlier_detection.proto). */
interface Detection {
  /** Errors in a row until an endpoint is ejected; undefined where none of that kind ejects. */
  readonly errors: number | undefined;
  readonly gatewayErrors: number | undefined;
  readonly interval: string;
  readonly ejection: string;
  readonly percent: number;
}

const DEFAULT_PERCENT = 10;

type Policy = ReturnType<typeof policiesOf>[number];

/** `outlierDetection` of a DestinationRule: when an endpoint is ejected, for how long, and how many at once. */
export function outlierMeanings(rule: Resource, world: World): readonly Meaning[] {
  if (rule.type !== "networking.istio.io/DestinationRule") return [];
  return policiesOf(rule).flatMap((policy) => {
    const node = nodeAt(policy.node, "outlierDetection");
    if (node?.kind !== "map" || world.snapshot.layout.isPatched(rule, policy.path.slice(0, 2))) return [];
    const detection = detectionIn(node);
    return detection === undefined ? [] : ofDetection(rule, policy, detection, world);
  });
}

function detectionIn(node: Node): Detection | undefined {
  const number = (key: string, fallback: number) => valueOr(field(nodeAt(node, key), integerOf), fallback);
  const time = (key: string, fallback: string) => valueOr(field(nodeAt(node, key), stringOf), fallback);
  const errors = number("consecutive5xxErrors", 5);
  const gatewayErrors = number("consecutiveGatewayErrors", 0);
  const interval = time("interval", "10s");
  const ejection = time("baseEjectionTime", "30s");
  const percent = number("maxEjectionPercent", DEFAULT_PERCENT);
  if (errors === undefined || gatewayErrors === undefined || percent === undefined) return undefined;
  if (errors < 0 || gatewayErrors < 0) return undefined;
  if (interval === undefined || ejection === undefined || percent < 0 || percent > 100) return undefined;
  return {
    errors: errors > 0 ? errors : undefined,
    gatewayErrors: gatewayErrors > 0 ? gatewayErrors : undefined,
    interval,
    ejection,
    // Istio passes on what is greater than 0, so an explicit 0 leaves the default.
    percent: percent === 0 ? DEFAULT_PERCENT : percent,
  };
}

function ofDetection(
  rule: Resource,
  { path }: Policy,
  detection: Detection,
  { snapshot }: World,
): readonly Meaning[] {
  const at = [...path, "outlierDetection"];
  const pools = poolsOf(snapshot, rule, subsetIndexOf(path));
  const trigger = triggerOf(detection);
  const cap = capOf(detection, pools);
  const back = t(
    "Every {interval} it takes back the endpoints whose time is over; each ejection of the same endpoint lasts {ejection} longer.",
    { interval: detection.interval, ejection: detection.ejection },
  );
  const alone = t("Each proxy counts for itself: one that sends nothing never ejects.");
  const ofField = (key: string, details: readonly Message[], short?: Message) =>
    meaning(placeOf(rule, [...at, key]), details, labelled(short));
  return [
    ...meaning(placeOf(rule, at), [trigger, cap, back, alone], labelled(summaryOf(detection))),
    ...ofField("consecutive5xxErrors", [trigger, alone]),
    ...ofField("consecutiveGatewayErrors", [trigger, alone]),
    ...ofField("interval", [back]),
    ...ofField("baseEjectionTime", [back]),
    ...ofField("maxEjectionPercent", [...unsetOf(rule, at), cap], labelOfCap(detection, pools)),
  ];
}

function unsetOf(rule: Resource, at: readonly Step[]): readonly Message[] {
  const key = "maxEjectionPercent";
  const isUnset = integerOf(rule.get([...at, key])) === 0;
  return isUnset ? [t("0 counts as unset, so {key} is {fallback}.", { key, fallback: DEFAULT_PERCENT })] : [];
}

/** A policy of a subset stands at `spec.subsets[i]`. */
function subsetIndexOf(path: Policy["path"]): number | undefined {
  const index = path[1] === "subsets" ? path[2] : undefined;
  return typeof index === "number" ? index : undefined;
}

function triggerOf({ errors, gatewayErrors, ejection }: Detection): Message {
  const values = { errors: errors ?? 0, gateway: gatewayErrors ?? 0, ejection };
  if (errors !== undefined && gatewayErrors !== undefined)
    return t(
      "A proxy ejects an endpoint after {errors} answers 5xx or {gateway} answers 502, 503 or 504 in a row from it, the first time for {ejection}.",
      values,
    );
  if (gatewayErrors !== undefined)
    return t(
      "A proxy ejects an endpoint after {gateway} answers 502, 503 or 504 in a row from it, the first time for {ejection}.",
      values,
    );
  return errors === undefined
    ? t("consecutive5xxErrors: 0 switches ejection off: no endpoint ever leaves.")
    : t(
        "A proxy ejects an endpoint after {errors} answers 5xx in a row from it, the first time for {ejection}.",
        values,
      );
}

/** A proxy ejects while (ejected + 1) / endpoints is within the percentage (envoy outlier_detection_impl.cc, ejectHost). */
function ejectable(percent: number, { endpoints }: Pool): number {
  return Math.floor((endpoints * percent) / 100);
}

function capOf({ percent }: Detection, pools: readonly Pool[] | undefined): Message {
  if (pools === undefined)
    return t("At most {percent} % of the endpoints are out at once; how many there are is not known here.", {
      percent,
    });
  const counts = pools.map((pool) => ejectable(percent, pool));
  const list = shorten(
    pools.map(
      ({ subset, endpoints }, i) => `${subset === undefined ? "" : `${subset}: `}${counts[i]} / ${endpoints}`,
    ),
  );
  return counts.includes(0)
    ? t(
        "At most {percent} % of the endpoints are out at once ({list}): where that is 0, a bad endpoint stays in (older proxies eject one all the same).",
        { percent, list },
      )
    : t("At most {percent} % of the endpoints are out at once ({list}).", { percent, list });
}

function labelOfCap({ percent }: Detection, pools: readonly Pool[] | undefined): Message | undefined {
  const [pool] = pools ?? [];
  if (pool === undefined || pools?.length !== 1) return undefined;
  return t("= {count} of {pods}", { count: ejectable(percent, pool), pods: pool.endpoints });
}

function labelled(short: Message | undefined): Labels {
  return short === undefined ? {} : { short };
}

function summaryOf({ errors, gatewayErrors, ejection, percent }: Detection): Message {
  const count = errors ?? gatewayErrors;
  if (count === undefined) return t("ejects nothing");
  return figures(`${count} × ${errors === undefined ? "502–504" : "5xx"} → ${ejection}, ≤ ${percent} %`);
}
