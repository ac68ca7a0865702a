import { t } from "../model/message.ts";
import { field, integerOf, itemsOf, nodeAt, stringOf, valueOr } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { podSpecPath } from "../workspace/spread.ts";
import { workloadOf } from "../workspace/workload.ts";
import { type Meaning, meaning, type World } from "./meaning.ts";
import { placeIn } from "./place.ts";

/** Taints that a lost node gets (k8s.io/api/core/v1/well_known_taints.go). */
const LOST = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/** Seconds until a silent node counts as lost: the controller manager's default, and that of newer releases. */
const NOTICED = { soonest: 40, latest: 50 } as const;

/** Tolerations of a lost node: when its pods are evicted. */
export function tolerationMeanings(resource: Resource, { snapshot }: World): readonly Meaning[] {
  const workload = workloadOf(resource);
  // A DaemonSet's pods stay where they are.
  if (workload === undefined || resource.kind === "DaemonSet") return [];
  if (snapshot.layout.isPatched(resource, podSpecPath(workload, "tolerations"))) return [];
  return itemsOf(nodeAt(workload.podSpec, "tolerations")).flatMap((item) => {
    const key = stringOf(nodeAt(item, "key"));
    const effect = valueOr(field(nodeAt(item, "effect"), stringOf), "NoExecute");
    if (key === undefined || !LOST.includes(key) || effect !== "NoExecute") return [];
    const seconds = field(nodeAt(item, "tolerationSeconds"), integerOf);
    if (seconds.state === "unknown") return [];
    if (seconds.state === "absent")
      return meaning(placeIn(resource.document, item, "key"), [
        t(
          "Without tolerationSeconds the pod is never evicted from a lost node: nothing replaces it elsewhere.",
        ),
      ]);
    const after = Math.max(seconds.value, 0);
    const values = {
      ...NOTICED,
      seconds: after,
      from: NOTICED.soonest + after,
      to: NOTICED.latest + after,
    };
    return meaning(
      placeIn(resource.document, item, "tolerationSeconds"),
      [
        t(
          "The pod is evicted {from} to {to} s after its node is lost: {soonest} s ({latest} s in newer releases) until the node counts as lost, then {seconds} s. Its successor has to be scheduled and start after that.",
          values,
        ),
      ],
      { short: t("evicted after ≤ {to} s", values) },
    );
  });
}
