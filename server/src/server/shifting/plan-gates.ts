import type { Session } from "../../features/session.ts";
import { SHIFT_TYPES, type ShiftTarget } from "../../features/shift-targets.ts";
import { type Message, t } from "../../model/message.ts";
import { nodeAt } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { PLAN_TYPE, type Plan, planOf } from "../../recovery/plan.ts";
import { isAbout, namesRoutes } from "../../recovery/routes-of-plan.ts";
import { planLayer, type ThresholdLayer } from "../../shifting/basis.ts";
import { valuesOf } from "../../shifting/written-settings.ts";
import type { Check } from "../../traffic/shift/gates/check.ts";
import type { Thresholds } from "../../traffic/shift/thresholds.ts";
import { readGates } from "../../traffic/shift/written-gates.ts";
import { isWithin, parentOf } from "../../workspace/uri.ts";

/** Gates that a plan may state. */
const GATES = ["successRate", "p99", "minRequests", "soak"] as const;
type Gate = (typeof GATES)[number];

/** An object whose traffic is shifted; its namespace is known. */
export type ShiftedObject = Pick<ShiftTarget, "kind" | "name"> & { readonly namespace: string };

/** What the workspace's recovery plans demand of a shift. */
export interface PlanGates {
  readonly layers: readonly ThresholdLayer[];
  /** Why it is not clear what they demand. */
  readonly objections: readonly Check[];
}

type Asked = Pick<Session, "snapshot" | "isEnabled">;

/** A plan with gates, and how people call it. */
interface GatedPlan {
  readonly plan: Plan;
  readonly title: string;
  readonly thresholds: Partial<Thresholds>;
  readonly problems: readonly string[];
}

/**
 * The gates of the plans that the shifted objects are about: those that name one of the VirtualServices; for an object that
 * none names, those of the nearest folder above its manifest that name no VirtualService at all. `decided` are gates that
 * come before those of plans, so that it does not matter what plans say.
 */
export function planGates(
  session: Asked,
  objects: readonly ShiftedObject[],
  decided: Partial<Thresholds>,
  titleOf: (resource: Resource) => string,
): PlanGates {
  const plans = gatedPlans(session, titleOf);
  const meant = new Set(objects.flatMap((object) => plansFor(session, object, plans)));
  const concerned = plans.filter((plan) => meant.has(plan));
  const open = GATES.filter((gate) => decided[gate] === undefined);
  const unread = concerned.flatMap(({ title, problems }) =>
    problems.flatMap((name) => (open.some((gate) => gate === name) ? [unreadGate(name, title)] : [])),
  );
  const disputed = open.filter((gate) => valuesIn(concerned, gate).length > 1);
  return {
    layers: concerned.map(({ thresholds, title }) => {
      const agreed = Object.entries(thresholds).filter(([gate]) => !disputed.some((each) => each === gate));
      return planLayer(title, Object.fromEntries(agreed));
    }),
    objections: [...unread, ...disputed.map((gate) => disputedGate(gate, concerned))],
  };
}

function gatedPlans(session: Asked, titleOf: (resource: Resource) => string): readonly GatedPlan[] {
  const snapshot = session.snapshot();
  return snapshot.find("type", PLAN_TYPE).flatMap((resource): GatedPlan[] => {
    const plan = planOf(resource);
    const gates = plan?.release?.gates;
    if (plan === undefined || gates === undefined || !session.isEnabled(resource.document.uri)) return [];
    if (snapshot.layout.completenessOf(resource) === "patch") return [];
    const { thresholds, problems } = readGates(valuesOf(gates));
    return [{ plan, title: titleOf(resource), thresholds, problems }];
  });
}

function plansFor(session: Asked, object: ShiftedObject, plans: readonly GatedPlan[]): readonly GatedPlan[] {
  const naming = object.kind === "VirtualService" ? plans.filter(({ plan }) => isAbout(plan, object)) : [];
  if (naming.length > 0) return naming;
  const general = plans.filter(({ plan }) => !namesRoutes(plan));
  const folders = manifestsOf(session, object).map(({ document }) => parentOf(document.uri));
  const above = general.flatMap((plan) => {
    const folder = parentOf(plan.plan.resource.document.uri);
    return folders.some((each) => isWithin(folder, each)) ? [{ plan, depth: folder.length }] : [];
  });
  const nearest = Math.max(...above.map(({ depth }) => depth));
  return above.filter(({ depth }) => depth === nearest).map(({ plan }) => plan);
}

function manifestsOf(session: Asked, { kind, namespace, name }: ShiftedObject): readonly Resource[] {
  const { group } = SHIFT_TYPES[kind];
  const snapshot = session.snapshot();
  return snapshot
    .find("name", `${group}/${SHIFT_TYPES[kind].kind}/${name}`)
    .filter((resource) => resource.namespace === undefined || resource.namespace === namespace);
}

function valuesIn(plans: readonly GatedPlan[], gate: Gate): readonly (number | undefined)[] {
  return [...new Set(plans.map(({ thresholds }) => thresholds[gate]))].filter((value) => value !== undefined);
}

function unreadGate(name: string, plan: string): Check {
  return objection(
    t(
      "The gate {name} of recovery plan {plan} is not understood, so it is not clear what the shift has to keep to. Correct it, or set nines.shift.{name}; then preview again.",
      { name, plan },
    ),
  );
}

function disputedGate(gate: Gate, plans: readonly GatedPlan[]): Check {
  const stating = plans.filter(({ plan }) => nodeAt(plan.release?.gates, gate) !== undefined);
  return objection(
    t(
      "Several recovery plans are about this traffic and state different values of the gate {name}: {plans}. Make them agree, or set nines.shift.{name}; then preview again.",
      { name: gate, plans: stating.map(({ title }) => title).join(", ") },
    ),
  );
}

function objection(message: Message): Check {
  return { id: "gates", effect: "wait", level: "block", message, evidence: [] };
}
