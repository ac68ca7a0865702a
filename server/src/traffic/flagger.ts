import { type Field, field, integerOf, type MapNode, nodeAt, present, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import type { Schedule, SteppedRoute } from "./weighted-route.ts";

/**
 * The analysis of a Flagger Canary: by `stepWeight` up to `maxWeight`, which is 100
 * unless stated, or `stepWeights` one by one (flagger pkg/apis/flagger/v1beta1/canary.go, pkg/controller/scheduler.go). A Canary that switches
 * after a number of iterations or by header has no steps.
 */
export function stepsOfFlagger(resource: Resource): readonly SteppedRoute[] {
  const key = resource.get("spec.analysis") === undefined ? "canaryAnalysis" : "analysis";
  const node = resource.get(["spec", key]);
  const name = apexOf(resource);
  if (node?.kind !== "map") return [];
  const schedule = scheduleOf(node);
  if (schedule === undefined) return [];
  return [
    {
      kind: "steps",
      platform: "flagger",
      resource,
      path: ["spec", key],
      node,
      stable: suffixed(name, "-primary"),
      canary: suffixed(name, "-canary"),
      total: { state: "absent" },
      schedule,
    },
  ];
}

/** `stepWeight` comes first where both are written. */
function scheduleOf(node: MapNode): Schedule | undefined {
  if (present(nodeAt(node, "stepWeight")) !== undefined) {
    return {
      kind: "ramp",
      step: field(nodeAt(node, "stepWeight"), integerOf),
      end: field(nodeAt(node, "maxWeight"), integerOf),
    };
  }
  const list = nodeAt(node, "stepWeights");
  if (list?.kind !== "seq") return undefined;
  return {
    kind: "list",
    steps: list.items.map((item, index) => ({ index, node: item, weight: field(item, integerOf) })),
  };
}

/** Name of the Service a Canary is about: `service.name`, else its target's. */
function apexOf(canary: Resource): Field<string> {
  const named = field(canary.get("spec.service.name"), stringOf);
  return named.state === "absent" ? field(canary.get("spec.targetRef.name"), stringOf) : named;
}

function suffixed(name: Field<string>, suffix: string): Field<string> {
  return name.state === "known" ? { ...name, value: name.value + suffix } : name;
}

/** Names of the Services that a Canary makes and routes to by itself, Service of its target included. */
export function servicesOfFlagger(canary: Resource): readonly string[] {
  const name = apexOf(canary);
  return name.state === "known" ? [name.value, `${name.value}-primary`, `${name.value}-canary`] : [];
}
