import { t } from "../model/message.ts";
import { field, integerOf, nodeAt, valueOr } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { effective, ejects, policiesOf } from "../traffic/policies.ts";
import { exactly, NEVER, UNKNOWN } from "./estimate.ts";
import { known } from "./fields.ts";
import type { Failover } from "./plan-failover.ts";
import { referred } from "./references.ts";
import { leaf, named, type Term } from "./term.ts";
import type { World } from "./world.ts";

/** Envoy's default (envoy outlier_detection.proto). */
const ERRORS = 5;

/**
 * Until a proxy of the mesh leaves out an endpoint that fails: it counts errors in a row as they come, so the time is
 * the errors needed ÷ errors per second through that proxy, whatever `interval` says.
 */
export function outlierTerm(world: World, failover: Failover): Term {
  const { resource } = world.plan;
  const name = named("outlierDetection");
  const rule = ruleOf(world, failover);
  const rate = failover.detection?.errorsPerSecond;
  if (rule === undefined)
    return leaf("detection", name, UNKNOWN, {
      kind: "unknown",
      reason: t(
        "No DestinationRule is known from which to read outlierDetection: the strategies of the failover's steps name none that is in the workspace.",
      ),
      at: resource.locate(failover.node),
    });
  const policy = policiesOf(rule).find(({ subset, isForPort }) => subset === undefined && !isForPort);
  const node = policy === undefined ? undefined : effective(policy, "outlierDetection");
  const isOpen =
    world.snapshot.layout.completenessOf(rule) !== "complete" ||
    world.snapshot.layout.isPatched(rule, "spec.trafficPolicy");
  const errors = isOpen ? undefined : valueOr(field(nodeAt(node, "consecutive5xxErrors"), integerOf), ERRORS);
  if (!isOpen && !ejects(node)) return leaf("detection", name, NEVER, { kind: "declared", at: rule.title });
  const perSecond = rate === undefined ? undefined : known(rate);
  if (errors === undefined || errors <= 0 || perSecond === undefined || perSecond <= 0)
    return leaf("detection", name, UNKNOWN, {
      kind: "unknown",
      reason: t(
        "How soon outlierDetection leaves out an endpoint depends on the errors that one proxy sees; a proxy without traffic never does. State `detection.errorsPerSecond`.",
      ),
      at: rule.locate(node ?? rule.root),
    });
  const at = rule.locate(node ?? rule.root);
  return leaf("detection", name, exactly(errors / perSecond), { kind: "declared", at });
}

/** The DestinationRule of the mesh strategy that the failover uses. */
function ruleOf({ plan, snapshot }: World, { steps }: Failover): Resource | undefined {
  const used = new Set(steps.items.map(({ strategy }) => known(strategy)));
  const strategies = plan.strategies.items.filter(({ type }) => known(type) === "ServiceMesh");
  const strategy = strategies.find(({ name }) => used.has(known(name))) ?? strategies[0];
  return referred(snapshot, plan, strategy?.destinationRule, "DestinationRule");
}
