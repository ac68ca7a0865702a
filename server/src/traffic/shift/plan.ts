import type { KubeObject } from "./cluster.ts";
import type { Intent } from "./intent.ts";
import { planAb } from "./steps/ab.ts";
import { chooseRoute } from "./steps/choose-route.ts";
import { planDnsStep } from "./steps/dns.ts";
import { planDrill } from "./steps/drill.ts";
import { planRolloutSteps } from "./steps/rollout.ts";
import { type MemberPlan, single } from "./steps/step.ts";
import { planWeightSteps } from "./steps/weights.ts";

/** Works out the steps for one object as it is now. */
export function planMember(object: KubeObject, intent: Intent, formerReplicaSet?: string): MemberPlan {
  switch (intent.kind) {
    case "weights":
      return planWeightSteps(object, intent);
    case "ab":
      return planAb(object, intent);
    case "drill":
      return planDrill(object, intent);
    case "rollout":
      return planRolloutSteps(object, intent, formerReplicaSet);
    case "subsets":
      return single(object, { kind: "subsets", action: "add", subsets: intent.subsets }, "settle", 10);
    case "dns":
      return planDnsStep(object, intent);
    case "promoteDatabase":
      return single(
        object,
        { kind: "database", action: "promote", tokenFrom: intent.tokenFrom },
        "database",
        0,
      );
    case "demoteDatabase":
      return single(
        object,
        { kind: "database", action: "demote", newPrimary: intent.newPrimary },
        "database",
        0,
      );
  }
}

/** Whether the object itself has a route that the intent can mean. */
export function hasRouteFor(object: KubeObject, intent: Intent): boolean {
  switch (intent.kind) {
    case "weights":
      return !("problem" in chooseRoute(object, intent.route, intent.to));
    case "drill":
      return !("problem" in chooseRoute(object, intent.route, [{ leg: intent.to, weight: 100 }]));
    case "ab":
      return planAb(object, intent).ok;
    default:
      return true;
  }
}
