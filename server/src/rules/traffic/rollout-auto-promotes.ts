import { type Message, t } from "../../model/message.ts";
import {
  booleanOf,
  entryOf,
  field,
  integerOf,
  nodeAt,
  present,
  stringOf,
  valueOr,
} from "../../model/node.ts";
import { defineRule } from "../rule.ts";
import { isReplaced } from "./written.ts";

const PATH = "spec.strategy.blueGreen";

export default defineRule({
  id: "rollout-auto-promotes",
  title: "Blue/green switch that nothing decides",
  severity: "warning",
  appliesTo: ["argoproj.io/*/Rollout"],
  docs: {
    why: "A blue/green Rollout of Argo switches the active Service to the new version as soon as its pods are ready (`autoPromotionEnabled` is true by default): 100 % of the traffic at once, without a look through the preview Service and without a measurement. Readiness says that a pod answers, not that it answers right.",
    how: "Set `autoPromotionEnabled: false` and promote by hand (`kubectl argo rollouts promote`), or add a `prePromotionAnalysis` that has to succeed first.",
    sources: [
      "https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/",
      "https://github.com/argoproj/argo-rollouts/blob/v1.8.3/rollout/bluegreen.go",
      "https://github.com/argoproj/argo-rollouts/blob/v1.8.3/utils/defaults/defaults.go",
    ],
  },
  check(resource, context) {
    const node = resource.get(PATH);
    if (node?.kind !== "map") return;
    const automatic = valueOr(field(nodeAt(node, "autoPromotionEnabled"), booleanOf), true);
    if (automatic !== true || present(entryOf(node, "prePromotionAnalysis")?.value) !== undefined) return;
    if (node.entries.some(({ key }) => key.unknown) || isReplaced(context.snapshot, resource, PATH)) return;
    const wait = field(nodeAt(node, "autoPromotionSeconds"), integerOf);
    const values = {
      active: stringOf(nodeAt(node, "activeService")) ?? "activeService",
      when: [whenOf(valueOr(wait, 0))],
    };
    context.report(
      resource.at(`${PATH}.autoPromotionEnabled`),
      t(
        "{when}, {active} sends it 100 % of the traffic: nobody decides and nothing is measured. Set autoPromotionEnabled to false or add a prePromotionAnalysis.",
        values,
      ),
    );
  },
});

/** `autoPromotionSeconds` counts from when the new pods are ready (rollout/pause.go, CompletedBlueGreenPause). */
function whenOf(seconds: number | undefined): Message {
  return seconds === undefined || seconds <= 0
    ? t("As soon as the pods of a new version are ready")
    : t("{seconds} s after the pods of a new version are ready", { seconds });
}
