import type { Field, Node } from "../../model/node.ts";
import { type Location, titleOf } from "../../model/resource.ts";
import { PLAN_TYPE, type Plan, planOf, type Site } from "../../recovery/plan.ts";
import { compile, type Rule, type RuleSource } from "../rule.ts";

/** A rule over a disaster-recovery plan, read field by field. */
export function definePlanRule<Payload = void, Options = object>(
  source: RuleSource<Plan, Payload, Options>,
): Rule {
  return compile(source, [PLAN_TYPE], (resource) => planOf(resource));
}

/** Where to show a finding about a node of a plan: a value itself, of an entry its name. */
export function placeOf({ resource }: Plan, node: Node): Location {
  return resource.locate(node.kind === "map" ? titleOf(node) : node.range);
}

/** Where to show a finding about a field: its value, or the entry that lacks it. */
export function placeOfField(plan: Plan, field: Field<unknown>, entry: Node): Location {
  return placeOf(plan, field.state === "absent" ? entry : field.node);
}

/** The sites that hold data in daily work: neither witnesses nor the remote one that waits. */
export function dataSites(plan: Plan): readonly Site[] {
  return plan.sites.items.filter(
    ({ role }) => role.state === "known" && (role.value === "Primary" || role.value === "Secondary"),
  );
}

/** Whether some site's part is not known: then there may be one more of any. */
export function hasUnknownSite(plan: Plan): boolean {
  return !plan.sites.complete || plan.sites.items.some(({ role }) => role.state === "unknown");
}
