import type { Resource } from "../model/resource.ts";
import type { Rule } from "../rules/rule.ts";

/** Called when a rule threw: which one, about what, and the error. */
export type RuleFailed = (ruleId: string, resource: Resource, error: unknown) => void;

/** The rules, each of which loses its findings about one resource instead of everything when it throws. */
export function guarded(rules: readonly Rule[], failed: RuleFailed): readonly Rule[] {
  return rules.map((rule) => ({
    ...rule,
    run(resource, snapshot, settings) {
      try {
        return rule.run(resource, snapshot, settings);
      } catch (error) {
        failed(rule.id, resource, error);
        return [];
      }
    },
  }));
}
