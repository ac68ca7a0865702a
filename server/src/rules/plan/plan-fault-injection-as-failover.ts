import { type Message, t } from "../../model/message.ts";
import { itemsOf, type Node, nodeAt, present, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { known } from "../../recovery/fields.ts";
import type { Plan } from "../../recovery/plan.ts";
import type { Strategy } from "../../recovery/plan-failover.ts";
import { referred } from "../../recovery/references.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { definePlanRule, placeOf } from "./plan-rule.ts";

export default definePlanRule({
  id: "plan-fault-injection-as-failover",
  title: "Fault injection taken for a failover",
  severity: "error",
  docs: {
    why: "Fault injection makes requests fail on purpose, to see what their callers do. It notices no failure and moves nothing: a plan that counts on it has no failover at all, and a fault that is left in a route fails requests at the standby too, while its timeouts and retries are switched off.",
    how: "What moves traffic away from endpoints that fail is outlierDetection together with locality failover in the DestinationRule; what moves it on purpose are the weights of the VirtualService. Remove `fault` from the routes that the plan switches.",
    sources: [
      "https://istio.io/latest/docs/tasks/traffic-management/fault-injection/",
      "https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/failover/",
    ],
  },
  check(plan, context) {
    for (const strategy of plan.strategies.items) {
      const asked = asksForFault(strategy);
      if (asked !== undefined) {
        context.report(
          placeOf(plan, asked),
          t(
            "Strategy {name} injects faults: that makes requests fail on purpose, notices no failure and moves no traffic, so nothing fails over. Use outlierDetection with locality failover, or shift the weights.",
            { name: known(strategy.name) ?? "" },
          ),
        );
        continue;
      }
      const message = faultInRoute(plan, strategy, context.snapshot);
      if (message === undefined || strategy.virtualService.state !== "known") continue;
      context.report(placeOf(plan, strategy.virtualService.node), message);
    }
  },
});

/** Where a strategy says that it injects faults. */
function asksForFault({ node }: Strategy): Node | undefined {
  const type = nodeAt(node, "type");
  if (/^(?:istio)?fault(?:injection)?$/i.test(stringOf(type) ?? "")) return type;
  return present(nodeAt(node, "fault")) ?? present(nodeAt(node, "faultInjection"));
}

/** A route of the strategy's VirtualService that fails requests on purpose. */
function faultInRoute(plan: Plan, strategy: Strategy, snapshot: Snapshot): Message | undefined {
  if (known(strategy.type) !== "ServiceMesh") return undefined;
  const service = referred(snapshot, plan, strategy.virtualService, "VirtualService");
  const faults = service === undefined ? 0 : routesWithFault(service);
  if (faults === 0) return undefined;
  return t(
    "The VirtualService that this strategy switches injects faults in {count} of its routes: requests fail on purpose, at the standby too, and their timeouts and retries are off. Remove the fault; what fails over is outlierDetection.",
    { count: faults },
  );
}

function routesWithFault(service: Resource): number {
  return itemsOf(service.get("spec.http")).filter(
    (route) => present(nodeAt(route, "fault")) !== undefined && itemsOf(nodeAt(route, "match")).length === 0,
  ).length;
}
