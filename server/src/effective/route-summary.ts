import { type Message, t } from "../model/message.ts";
import { valueOr } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { allSubsets, lookUpRules } from "../traffic/destination-rules.ts";
import { lookUpHost } from "../traffic/service-lookup.ts";
import { formatShare, labelsOf, sharesOf, shorten } from "../traffic/shares.ts";
import {
  type LocalitySplit,
  routesOf,
  type SplitRoute,
  type SteppedRoute,
  type WeightedRoute,
} from "../traffic/weighted-route.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { figures } from "./meaning.ts";
import type { Summary } from "./workload-summary.ts";

/** The routes of a resource that share their traffic out, in their order. */
export function sharingRoutesOf(snapshot: Snapshot, resource: Resource): readonly WeightedRoute[] {
  const routes = routesOf(resource).filter((route) =>
    route.kind === "steps" ? true : route.destinations.length > 1,
  );
  return routes.length > 0 && snapshot.layout.completenessOf(resource) === "complete" ? routes : [];
}

/** The shares of a route at a glance: `v1 95 % · v2 5 %`. */
export function summaryOfRoute(snapshot: Snapshot, route: WeightedRoute): Summary {
  if (snapshot.layout.isPatched(route.resource, route.path.slice(0, 2)))
    return { parts: [t("an overlay decides the shares")], about: [] };
  if (route.kind === "steps") return { parts: [ofSteps(route)], about: [] };
  return { parts: [ofShares(route)], about: route.kind === "split" ? behind(snapshot, route) : [] };
}

function ofShares(route: SplitRoute | LocalitySplit): Message {
  const shares = sharesOf(route);
  if (shares.state === "unknown") return t("a template decides the shares");
  if (shares.state === "rejected") return t("Istio rejects these weights");
  const names = labelsOf(route);
  const list = shorten(
    shares.parts.map((part, i) => `${names[i] ?? ""} ${formatShare(part)}`),
    " · ",
  );
  if (route.kind === "split") return figures(list);
  const from = valueOr(route.from, "*") ?? "?";
  return t("from {from}: {list}", { from, list });
}

function ofSteps(route: SteppedRoute): Message {
  const { schedule } = route;
  if (schedule.kind === "ramp") {
    const step = valueOr(schedule.step, 0);
    const end = valueOr(schedule.end, 100);
    return step === undefined || end === undefined
      ? t("a template decides the steps")
      : t("canary: {step} % at a time up to {end} %, then promoted", { step, end });
  }
  const total = valueOr(route.total, 100);
  const parts = schedule.steps.map(({ weight }) =>
    weight.state === "known" && weight.value >= 0 && total !== undefined && total > 0
      ? formatShare(weight.value / total)
      : "?",
  );
  return parts.length === 0
    ? t("canary: all at once")
    : t("canary: {steps}", { steps: shorten(parts, " → ") });
}

/** The DestinationRules that define the subsets of an Istio route, and the Services behind its hosts. */
function behind(snapshot: Snapshot, route: SplitRoute): readonly Resource[] {
  const found = new Set<Resource>();
  for (const { host, subset } of route.destinations) {
    if (host.state !== "known") continue;
    if (route.platform === "gateway-api") {
      for (const service of snapshot.find("name", `/Service/${host.value}`)) found.add(service);
      continue;
    }
    for (const service of lookUpHost(snapshot, route.resource, host.value).found) found.add(service);
    if (subset.state !== "known") continue;
    for (const rule of lookUpRules(snapshot, route.resource, host.value, ROOT_NAMESPACE).serving)
      if (allSubsets([rule]).has(subset.value)) found.add(rule);
  }
  return [...found];
}

/** Istio's default; whoever set another one finds one rule less. */
const ROOT_NAMESPACE = "istio-system";
