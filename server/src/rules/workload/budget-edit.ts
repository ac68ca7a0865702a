import type { DocumentEdit } from "../../fixes/edit.ts";
import { replaceValue } from "../../fixes/yaml-edit.ts";
import { entryOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import type { BudgetLimit } from "../../workspace/budget.ts";

/** Makes the limit `maxUnavailable: 1`; undefined where the budget writes both fields, be one of them null. */
export function oneAtATime(
  budget: Resource,
  { field, node }: BudgetLimit,
): readonly DocumentEdit[] | undefined {
  const { document } = budget;
  const value = replaceValue(document, node, 1);
  if (field === "maxUnavailable") return [value];
  const spec = budget.get("spec");
  const key = entryOf(spec, "minAvailable")?.key;
  if (key === undefined || entryOf(spec, "maxUnavailable") !== undefined) return undefined;
  const { range } = key;
  const newText = document.text.slice(range.start, range.end).replace("minAvailable", "maxUnavailable");
  return [{ document, range, newText }, value];
}
