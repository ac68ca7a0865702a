import { removeEntry, replaceValue, setIn } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { entryOf, itemsOf, nodeAt, present } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { type Failover, failoversOf, OUTLIER_DETECTION, partsOf } from "../../traffic/failover.ts";
import { ejects, policiesOf } from "../../traffic/policies.ts";
import { shorten } from "../../traffic/shares.ts";
import type { Fix } from "../rule.ts";
import { defineRule } from "../rule.ts";
import { isPolicyReplaced } from "./policy-written.ts";

interface Inert {
  readonly failover: Failover;
  /** `both`: failover and distribute exclude each other; `outliers`: nothing ever counts as failed. */
  readonly problem: "both" | "outliers";
}

export default defineRule<Inert>({
  id: "failover-inert",
  title: "Locality failover that never happens",
  severity: "error",
  appliesTo: ["networking.istio.io/*/DestinationRule"],
  docs: {
    why: "Locality failover moves requests to another region or zone when the endpoints of the near one fail. Only outlier detection tells a proxy that they fail: without it every endpoint that is listed counts as healthy, and requests keep going to the region that is down. `distribute` without it keeps its percentages whatever happens. `failover` and `distribute` in one setting exclude each other: Istio rejects the DestinationRule, and what was there before stays.",
    how: "Add `outlierDetection` to the same traffic policy, with `maxEjectionPercent: 100` so that a whole locality may leave. A subset inherits it from the host's policy, an entry of `portLevelSettings` does not. `consecutive5xxErrors: 0` without another counter switches it off. A setting with nothing but `enabled: true` is a warning: it asks for failover by region and zone, and has no effect either. Readiness probes take single pods out of the endpoints, but need the node and its kubelet to be there to say so.",
    sources: [
      "https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/failover/",
      "https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting",
      "https://github.com/istio/istio/blob/1.28.0/pkg/config/validation/agent/validation.go",
      "https://github.com/istio/istio/blob/1.28.0/pilot/pkg/networking/core/loadbalancer/loadbalancer.go",
    ],
  },
  check(rule, context) {
    for (const failover of failoversOf(rule)) {
      const { policy, setting, outlierDetection } = failover;
      if (isPolicyReplaced(context.snapshot, rule, policy)) continue;
      const path = [...policy.path, "loadBalancer", "localityLbSetting"];
      if (failover.isBoth) {
        context.report(
          rule.at([...path, "failover"]),
          t(
            "failover and distribute exclude each other: Istio rejects this DestinationRule, so neither counts and what was applied before stays in force. Keep one of the two.",
          ),
          { failover, problem: "both" },
          { evidence: [setting] },
        );
      }
      if (ejects(outlierDetection) || isGuardedInSubsets(rule, failover)) continue;
      const key = failover.kind === "enabled" ? "enabled" : failover.kind;
      context.report(
        rule.at([...path, key]),
        messageOf(failover),
        { failover, problem: "outliers" },
        { evidence: [policy.node], ...(failover.kind === "enabled" ? { severity: "warning" as const } : {}) },
      );
    }
  },
  fixes: [addOutlierDetection(), keepOnly("failover"), keepOnly("distribute")],
});

/** Whether every subset has outlier detection of its own, to which the host's locality setting is added. */
function isGuardedInSubsets(rule: Resource, { policy }: Failover): boolean {
  const subsets = itemsOf(rule.get("spec.subsets"));
  if (policy.isForPort || policy.subset !== undefined || subsets.length === 0) return false;
  return subsets.every((subset) =>
    policiesOf(rule).some(
      (own) =>
        own.subset === subset && !own.isForPort && ejects(present(nodeAt(own.node, "outlierDetection"))),
    ),
  );
}

function messageOf(failover: Failover): Message {
  const values = { parts: shorten(partsOf(failover)) };
  if (failover.outlierDetection !== undefined) {
    return t(
      "With consecutive5xxErrors: 0 and no other counter outlierDetection never leaves an endpoint out: requests stay with a locality that fails, and this setting has no effect then. Set consecutive5xxErrors: 5.",
    );
  }
  if (failover.policy.isForPort) {
    return t(
      "A policy of a port inherits nothing, and this one has no outlierDetection: no endpoint ever counts as failed, and requests stay with a locality that fails. Add outlierDetection to it.",
    );
  }
  switch (failover.kind) {
    case "failover":
      return t(
        "Without outlierDetection no endpoint ever counts as failed, so the failover {parts} never happens: all requests stay with the region that fails. Add outlierDetection.",
        values,
      );
    case "failoverPriority":
      return t(
        "Without outlierDetection no endpoint ever counts as failed, so failoverPriority ({parts}) has no effect: requests are shared among all endpoints, near or far, also those that fail. Add outlierDetection.",
        values,
      );
    case "distribute":
      return t(
        "Without outlierDetection no endpoint ever counts as failed, so distribute (from {parts}) keeps sending each locality its percentage while it fails. Add outlierDetection.",
        values,
      );
    case "enabled":
      return t(
        "Locality load balancing needs outlierDetection to have an effect: without it requests are shared among all endpoints, near or far, also those that fail. Add outlierDetection.",
      );
  }
}

function addOutlierDetection(): Fix<Resource, Inert> {
  return {
    id: "add-outlier-detection",
    title: ({ failover }) =>
      failover.outlierDetection === undefined
        ? t("Add outlierDetection: out for 30 s after 5 errors in a row, a whole locality if need be")
        : t("Set consecutive5xxErrors to 5"),
    // From now on endpoints that answer with errors are left out: that is for a person to want.
    preferred: false,
    edits({ failover, problem }, { document }) {
      const { policy, outlierDetection } = failover;
      if (problem !== "outliers") return undefined;
      const errors = entryOf(outlierDetection, "consecutive5xxErrors")?.value;
      if (errors !== undefined) return [replaceValue(document, errors, 5)];
      return setIn(document, policy.node, ["outlierDetection"], OUTLIER_DETECTION, {
        before: ["loadBalancer"],
      });
    },
  };
}

function keepOnly(kept: "failover" | "distribute"): Fix<Resource, Inert> {
  return {
    id: `keep-${kept}`,
    title: () =>
      kept === "failover"
        ? t("Keep failover: the near region serves, the other one only when it fails")
        : t("Keep distribute: the localities share the requests all the time"),
    preferred: false,
    edits({ failover, problem }, { document }) {
      if (problem !== "both") return undefined;
      const removed = kept === "failover" ? "distribute" : "failover";
      const edit = removeEntry(document, failover.setting, removed);
      return edit === undefined ? undefined : [edit];
    },
  };
}
