import { entriesOf, itemsOf, type Node, nodeAt, present, stringMapOf, stringOf } from "./node.ts";

/** One condition of a label selector. */
export type Requirement =
  | { readonly key: string; readonly operator: "In" | "NotIn"; readonly values: readonly string[] }
  | { readonly key: string; readonly operator: "Exists" | "DoesNotExist" };

/** Conditions that must all hold. None at all selects everything. */
export type Selector = readonly Requirement[];

/** The selector that asks for exactly these labels. */
export function selectorOf(labels: ReadonlyMap<string, string>): Selector {
  return [...labels].map(([key, value]) => ({ key, operator: "In", values: [value] }));
}

/**
 * Reads a `metav1.LabelSelector` (matchLabels and matchExpressions are ANDed). Undefined when it is unreadable
 * or a template decides part of it; whether an absent one selects all or nothing is the field's own rule.
 */
export function labelSelectorOf(node: Node | undefined): Selector | undefined {
  if (node?.kind !== "map") return undefined;
  const labels = stringMapOf(nodeAt(node, "matchLabels"));
  if (labels === undefined) return undefined;
  const expressions = present(nodeAt(node, "matchExpressions"));
  if (expressions !== undefined && expressions.kind !== "seq") return undefined;
  const requirements: Requirement[] = [...selectorOf(labels)];
  for (const expression of itemsOf(expressions)) {
    const requirement = requirementOf(expression);
    if (requirement === undefined) return undefined;
    requirements.push(requirement);
  }
  return requirements;
}

function requirementOf(node: Node): Requirement | undefined {
  const key = stringOf(nodeAt(node, "key"));
  const operator = stringOf(nodeAt(node, "operator"));
  if (key === undefined) return undefined;
  if (operator === "Exists" || operator === "DoesNotExist") return { key, operator };
  if (operator !== "In" && operator !== "NotIn") return undefined;
  const values = itemsOf(nodeAt(node, "values")).map((value) => stringOf(value));
  return values.every((value) => value !== undefined) ? { key, operator, values } : undefined;
}

/** Whether the labels fulfil every requirement (k8s.io/apimachinery/pkg/labels/selector.go). */
export function matches(selector: Selector, labels: ReadonlyMap<string, string>): boolean {
  return selector.every((requirement) => fulfils(labels.get(requirement.key), requirement));
}

function fulfils(value: string | undefined, requirement: Requirement): boolean {
  switch (requirement.operator) {
    case "In":
      return value !== undefined && requirement.values.includes(value);
    case "NotIn":
      return value === undefined || !requirement.values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}

/** The selector in kubectl's short form, for messages: `app=web,tier in (a,b)`. */
export function formatSelector(selector: Selector): string {
  return selector.map(formatRequirement).join(",");
}

function formatRequirement(requirement: Requirement): string {
  if (!("values" in requirement))
    return requirement.operator === "Exists" ? requirement.key : `!${requirement.key}`;
  const { key, operator, values } = requirement;
  if (operator === "In" && values.length === 1) return `${key}=${values[0]}`;
  return `${key} ${operator.toLowerCase()} (${values.join(",")})`;
}

/** Whether a selector node is there and asks for nothing (`{}`). */
export function isEmptySelector(node: Node | undefined): boolean {
  return (
    node?.kind === "map" &&
    entriesOf(node).every(({ value }) => present(value) === undefined || isEmpty(value))
  );
}

function isEmpty(node: Node): boolean {
  return (
    (node.kind === "map" && node.entries.length === 0) || (node.kind === "seq" && node.items.length === 0)
  );
}
