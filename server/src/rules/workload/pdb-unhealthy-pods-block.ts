import { setPath } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { stringOf } from "../../model/node.ts";
import { podsBehind } from "../../workspace/budget.ts";
import { podSelectorOf } from "../../workspace/indexes.ts";
import { defineRule } from "../rule.ts";

const FIELD = "spec.unhealthyPodEvictionPolicy";

interface Payload {
  /** The author has chosen the policy. */
  readonly stated: boolean;
}

export default defineRule<Payload>({
  id: "pdb-unhealthy-pods-block",
  title: "Pods that are not ready hold up node drains",
  severity: "info",
  // The field is younger than policy/v1beta1's last release.
  appliesTo: ["policy/v1/PodDisruptionBudget"],
  needsWholeWorkspace: true,
  docs: {
    why: "By default (`IfHealthyBudget`) a running pod that is not ready may be evicted only while enough others are healthy. A crash loop, a wrong image or a dependency that is down makes too few of them healthy, and from then on no drain evicts even the pods that serve nothing: the repair of the very node that causes it hangs.",
    how: "Set `unhealthyPodEvictionPolicy: AlwaysAllow`: pods that are not ready may always go, ready ones stay protected by the budget. Keep the default only where a pod that is not ready yet must not be disturbed, for instance while it copies data that exists nowhere else. Generally available since Kubernetes 1.31.",
    sources: [
      "https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/registry/core/pod/storage/eviction.go",
    ],
    peers: { "kube-linter": "pdb-unhealthy-pod-eviction-policy" },
  },
  check(budget, context) {
    const { snapshot } = context;
    const policy = budget.get(FIELD);
    // Without a selector it holds nothing up.
    if (podSelectorOf(budget) === undefined || snapshot.layout.isPatched(budget, FIELD)) return;
    const value = stringOf(policy);
    if (policy !== undefined && value !== "IfHealthyBudget") return;
    context.report(budget.at(FIELD), messageOf(podsBehind(snapshot, budget)), {
      stated: policy !== undefined,
    });
  },
  fixes: [
    {
      id: "always-allow",
      title: () => t("Set unhealthyPodEvictionPolicy to AlwaysAllow"),
      preferred: ({ stated }) => !stated,
      edits: (_, budget) =>
        setPath(budget, FIELD, "AlwaysAllow", { after: ["maxUnavailable", "minAvailable"] }),
    },
  ],
});

function messageOf(pods: number | undefined): Message {
  return pods === undefined || pods < 2
    ? t(
        "With the policy IfHealthyBudget a pod that is not ready may be evicted only while enough others are healthy: when they crash, no drain gets rid of them. Set unhealthyPodEvictionPolicy: AlwaysAllow.",
      )
    : t(
        "With the policy IfHealthyBudget a pod that is not ready may be evicted only while enough of the {pods} are healthy: when they crash, no drain gets rid of them. Set unhealthyPodEvictionPolicy: AlwaysAllow.",
        { pods },
      );
}
