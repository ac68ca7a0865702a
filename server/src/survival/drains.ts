import { type Message, t } from "../model/message.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import type { Workload } from "../workspace/workload.ts";
import { type Protection, protectionOf } from "./budgets.ts";
import { certainLoss, lossOf, type Pods } from "./losses.ts";
import { plain, type Verdict } from "./verdict.ts";

/** A drain of one node: it evicts the pods there as far as the budgets let it. */
export function drainOf(snapshot: Snapshot, workload: Workload, pods: Pods): Verdict {
  const { pods: of, needed } = pods;
  const protection = protectionOf(snapshot, workload, of);
  if (protection.kind === "blocked") {
    const text = t("The drain never ends: no eviction is allowed, and all {pods} pods stay.", { pods: of });
    return { state: "blocked", stay: of, of, sentences: [text, protection.why] };
  }
  const stay = protection.kind === "limit" ? protection.stay : 0;
  if (stay >= needed) {
    const text = t("At least {stay} of {pods} pods stay, however many nodes are drained at once.", {
      ...{ stay, pods: of },
    });
    return { state: "guaranteed", stay, of, sentences: [text, ...reasonOf(protection)] };
  }
  const node = lossOf("node", pods);
  if (node.state === "guaranteed") return ofOneNode(pods, protection);
  if (protection.kind === "unknown") return plain("unknown", protection.why);
  if (node.state === "unknown") return plain("unknown", ...node.sentences, ...reasonOf(protection));
  return notGuaranteed(pods, Math.max(stay, node.stay ?? 0), protection);
}

/** The budget lets too many go, yet one node does not hold so many. */
function ofOneNode(pods: Pods, protection: Protection): Verdict {
  const { most, stay } = certainLoss("node", pods);
  const text = t("At least {stay} of {pods} pods stay while one node is drained: it holds at most {most}.", {
    ...{ stay, pods: pods.pods, most: most.pods },
  });
  return { state: "guaranteed", stay, of: pods.pods, sentences: [text, ...reasonOf(protection)] };
}

function notGuaranteed({ pods, system = "", needed }: Pods, stay: number, protection: Protection): Verdict {
  const result = (text: Message, ...why: readonly Message[]): Verdict => ({
    ...{ state: "notGuaranteed", stay, of: pods },
    sentences: [text, ...why],
  });
  if (pods === 1) return result(t("No pod is left until the next one has started: there is only 1."));
  const why = reasonOf(protection);
  if (stay === 0)
    return result(t("No pod may be left: a drain may evict all {pods} at once.", { pods }), ...why);
  return result(
    t("Only {stay} of {pods} pods may be left, and {system} needs {needed} to decide.", {
      ...{ stay, pods, system, needed },
    }),
    ...why,
  );
}

function reasonOf(protection: Protection): readonly Message[] {
  return "why" in protection
    ? [protection.why]
    : [t("No PodDisruptionBudget limits how many are evicted when several nodes are drained at once.")];
}
