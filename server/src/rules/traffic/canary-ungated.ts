import { type Message, t } from "../../model/message.ts";
import { booleanOf, entryOf, type MapNode, type Node, nodeAt, present, stringOf } from "../../model/node.ts";
import { defineRule } from "../rule.ts";
import { hasUnknown, isReplaced } from "./written.ts";

/** Hooks that stop the canary until they answer 200: somebody or something decides. */
const GATES = new Set(["confirm-traffic-increase", "confirm-promotion", "confirm-rollout", "pre-rollout"]);

export default defineRule({
  id: "canary-ungated",
  title: "Flagger Canary that nothing measures",
  severity: "warning",
  appliesTo: ["flagger.app/*/Canary"],
  docs: {
    why: "Flagger promotes a Canary when its steps are through and not more checks failed than `threshold` allows. Without a metric (or with `skipAnalysis`) no check can fail: a version that answers every request with 500 is promoted as long as its pods are ready. A `request-success-rate` without a threshold is no check either, because no rate is below 0.",
    how: "Add at least one metric with a `thresholdRange`, such as `request-success-rate` with `min: 99`. A hook that confirms the promotion or the increase of traffic counts as a gate, and so does an acceptance test; one that only makes load does not. An absent `analysis.threshold` means 1: the first failed check rolls back.",
    sources: [
      "https://docs.flagger.app/usage/metrics",
      "https://docs.flagger.app/usage/webhooks",
      "https://github.com/fluxcd/flagger/blob/v1.41.0/pkg/controller/scheduler_metrics.go",
      "https://github.com/fluxcd/flagger/blob/v1.41.0/pkg/apis/flagger/v1beta1/canary.go",
    ],
  },
  check(resource, context) {
    if (isReplaced(context.snapshot, resource, "spec")) return;
    const skip = resource.get("spec.skipAnalysis");
    if (skip !== undefined && booleanOf(skip) === true) {
      context.report(
        resource.locate(skip),
        t(
          "skipAnalysis promotes each new version without a single check: it gets 100 % of the traffic as soon as its pods are ready. Remove it, and let metrics decide.",
        ),
      );
      return;
    }
    if (skip !== undefined && booleanOf(skip) === undefined) return;
    const key = resource.get("spec.analysis") === undefined ? "canaryAnalysis" : "analysis";
    const node = resource.get(["spec", key]);
    const message = node?.kind === "map" ? problemOf(node) : undefined;
    if (message === undefined || node === undefined) return;
    const at = resource.at(["spec", key, "metrics"]);
    context.report(at, message, undefined, { evidence: [node] });
  },
});

function problemOf(analysis: MapNode): Message | undefined {
  if (analysis.entries.some(({ key }) => key.unknown)) return undefined;
  const metrics = listOf(analysis, "metrics");
  const hooks = listOf(analysis, "webhooks");
  if (metrics === undefined || hooks === undefined || hooks.some(mayGate)) return undefined;
  if (metrics.length === 0) {
    return t(
      "This Canary has no metric, so no check can fail: a version that answers every request with an error gets 100 % of the traffic. Add a metric with a thresholdRange, such as request-success-rate with min 99.",
    );
  }
  if (!metrics.every(neverFails)) return undefined;
  return t(
    "The only metric of this Canary is request-success-rate without a threshold, and no rate is below 0: no check can fail, and a version that answers every request with an error gets 100 % of the traffic. Add a thresholdRange such as min 99.",
  );
}

/** The items; undefined when a template decides them. */
function listOf(map: MapNode, key: string): readonly Node[] | undefined {
  const node = present(entryOf(map, key)?.value);
  if (node === undefined) return [];
  return node.kind === "seq" ? node.items : undefined;
}

/** The built-in success rate fails below its threshold, which is 0 unless stated; other metrics fail above theirs. */
function neverFails(metric: Node): boolean {
  if (hasUnknown(metric) || stringOf(nodeAt(metric, "name")) !== "request-success-rate") return false;
  return ["threshold", "thresholdRange", "templateRef", "query"].every(
    (key) => present(nodeAt(metric, key)) === undefined,
  );
}

/** Anything but an alert, an event, a rollback, and a `cmd` that the load tester starts without waiting for it. */
function mayGate(hook: Node): boolean {
  const type = present(nodeAt(hook, "type"));
  const name = type === undefined ? "rollout" : stringOf(type);
  if (name === undefined || GATES.has(name)) return true;
  if (name !== "rollout") return false;
  const started = present(nodeAt(hook, "metadata.type"));
  const isLoad = started === undefined || stringOf(started) === "cmd";
  return !(isLoad && present(nodeAt(hook, "metadata.cmd")) !== undefined);
}
