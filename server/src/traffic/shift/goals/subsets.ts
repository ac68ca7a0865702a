import { isDeepStrictEqual } from "node:util";
import type { Operation } from "rfc6902";
import { t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import { at, labelsAt, listOf, pointer, textAt } from "../json.ts";
import { type Planned, planned } from "../patch.ts";

/** Adds subsets to a DestinationRule, or takes them away. */
export interface SubsetsGoal {
  readonly kind: "subsets";
  readonly action: "add" | "remove";
  readonly subsets: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[];
}

/** The patch. Only subsets that carry nothing but the labels are removed: a traffic policy in one is somebody's work. */
export function planSubsets(object: KubeObject, goal: SubsetsGoal): Planned {
  const present = listOf(at(object, "spec", "subsets"));
  const host: Operation = { op: "test", path: "/spec/host", value: at(object, "spec", "host") };
  const list: readonly Operation[] =
    goal.action === "add" && at(object, "spec", "subsets") === undefined
      ? [{ op: "add", path: "/spec/subsets", value: [] }]
      : [];
  const additions: Operation[] = [];
  const wanted = goal.action === "add" ? goal.subsets : goal.subsets.toReversed();
  const removals: Operation[] = [];
  for (const { name, labels } of wanted) {
    const index = present.findIndex((item) => textAt(item, "name") === name);
    const found = labelsAt(present[index], "labels");
    const same = found !== undefined && isDeepStrictEqual(Object.fromEntries(found), labels);
    if (index >= 0 && !same)
      return {
        ok: false,
        reason: t("Subset “{name}” of DestinationRule {rule} has other labels now. Look at it by hand.", {
          name,
          rule: object.metadata.name,
        }),
      };
    if (goal.action === "add" && index < 0)
      additions.push({ op: "add", path: "/spec/subsets/-", value: { name, labels } });
    if (goal.action === "remove" && index >= 0)
      removals.push(
        { op: "test", path: pointer("spec", "subsets", index, "name"), value: name },
        { op: "remove", path: pointer("spec", "subsets", index) },
      );
  }
  if (additions.length > 0) return planned(object, [host, ...list, ...additions]);
  return planned(object, [host, ...byIndexDescending(removals)]);
}

function byIndexDescending(removals: readonly Operation[]): Operation[] {
  const indexOf = ({ path }: Operation) => Number(path.split("/")[3]);
  return removals.toSorted((a, b) => indexOf(b) - indexOf(a) || (a.op === "test" ? -1 : 1));
}

/** The opposite. */
export function oppositeOf(goal: SubsetsGoal): SubsetsGoal {
  return { ...goal, action: goal.action === "add" ? "remove" : "add" };
}
