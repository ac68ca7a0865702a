import { combined, type DocumentEdit } from "../fixes/edit.ts";
import { replaceValue, setPath } from "../fixes/yaml-edit.ts";
import { type Message, t } from "../model/message.ts";
import { integerOf, itemsOf, nodeAt, present } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { OUTLIER_DETECTION } from "../traffic/failover.ts";
import { ejects, policiesOf } from "../traffic/policies.ts";
import { createHostRule, hostRuleFor } from "./host-rule.ts";
import { type Offer, type Place, type Refactoring, type World, wholeRewrite } from "./refactoring.ts";
import { routeAt } from "./single-route.ts";
import { isWritable } from "./writable.ts";

const POLICY = "spec.trafficPolicy";

/**
 * The same zone first, then the same region, then everywhere. The labels are compared in this order, and only as long
 * as those before match, so the region comes first. Istio accepts them beside neither `failover` nor `distribute`
 * (istio pkg/config/validation/agent, ValidateLocalityLbSetting).
 */
const LOCALITY = {
  enabled: true,
  failoverPriority: ["topology.kubernetes.io/region", "topology.kubernetes.io/zone"],
};

/** Near endpoints first, and the others when these fail; which only outlier detection notices. */
export const addLocalityFailover: Refactoring = {
  id: "add-locality-failover",
  types: ["networking.istio.io/DestinationRule", "networking.istio.io/VirtualService"],
  offer(place, world): Offer | undefined {
    const edits =
      place.resource.kind === "DestinationRule" ? inRule(place.resource, world) : newRule(place, world);
    if (edits === undefined || edits.length === 0) return undefined;
    return {
      title: t("Add locality failover with outlier detection"),
      rewrite: () => wholeRewrite(STEP, edits, QUESTION),
    };
  },
};

const STEP: Message = t("Prefer endpoints of the same zone and region, and leave out those that fail");
const QUESTION: Message = t(
  "Requests stay in the caller's zone as long as its endpoints answer: check that each zone can carry its own.",
);

/** What the rule lacks; undefined where it has other plans, or where a part of the host would not inherit it. */
function inRule(rule: Resource, world: World): readonly DocumentEdit[] | undefined {
  if (!isWritable(rule, POLICY, world) || rule.get("spec.host") === undefined) return undefined;
  const policy = rule.get(POLICY);
  if (policy !== undefined && policy.kind !== "map") return undefined;
  if (policiesOf(rule).some(({ path, node }) => path.length > 2 && decidesItself(node))) return undefined;
  const locality = localityEdits(rule);
  const outliers = outlierEdits(rule);
  if (locality === undefined || outliers === undefined) return undefined;
  if (policy === undefined) {
    const value = { outlierDetection: OUTLIER_DETECTION, loadBalancer: { localityLbSetting: LOCALITY } };
    return setPath(rule, POLICY, value, { after: ["host"] });
  }
  return combined([...outliers, ...locality]);
}

function decidesItself(policy: Parameters<typeof nodeAt>[0]): boolean {
  return (
    ["outlierDetection", "loadBalancer", "portLevelSettings"].some(
      (key) => present(nodeAt(policy, key)) !== undefined,
    ) || nodeAt(policy, "port") !== undefined
  );
}

/** Nothing where some failover is asked for; undefined where the setting is off, or shares instead. */
function localityEdits(rule: Resource): readonly DocumentEdit[] | undefined {
  const path = `${POLICY}.loadBalancer.localityLbSetting`;
  const setting = rule.get(path);
  if (setting === undefined) return setPath(rule, path, LOCALITY);
  if (itemsOf(nodeAt(setting, "distribute")).length > 0) return undefined;
  const enabled = present(nodeAt(setting, "enabled"));
  if (enabled?.kind === "scalar" && enabled.value !== true) return undefined;
  const isAsked = ["failover", "failoverPriority"].some((key) => itemsOf(nodeAt(setting, key)).length > 0);
  return isAsked ? [] : setPath(rule, `${path}.failoverPriority`, LOCALITY.failoverPriority);
}

/** A whole locality must be able to leave. Undefined where somebody has switched the detection off. */
function outlierEdits(rule: Resource): readonly DocumentEdit[] | undefined {
  const path = `${POLICY}.outlierDetection`;
  const detection = rule.get(path);
  if (detection === undefined) return setPath(rule, path, OUTLIER_DETECTION, { before: ["loadBalancer"] });
  if (!ejects(detection)) return undefined;
  const cap = present(nodeAt(detection, "maxEjectionPercent"));
  if (cap === undefined) return setPath(rule, `${path}.maxEjectionPercent`, 100);
  return integerOf(cap) === 100 ? [] : [replaceValue(rule.document, cap, 100)];
}

/** A rule for the first host of the route at the cursor that has none. */
function newRule(place: Place, world: World): readonly DocumentEdit[] | undefined {
  const route = routeAt(place, world);
  const hosts = (route?.destinations ?? []).flatMap(({ host }) =>
    host.state === "known" ? [host.value] : [],
  );
  const host = hosts.find((one) => hostRuleFor(place.resource, one, world).state === "none");
  // A destination with a subset has a rule somewhere.
  const isElsewhere = route?.destinations.some(
    (one) => one.host.state === "known" && one.host.value === host && one.subset.state !== "absent",
  );
  if (host === undefined || isElsewhere === true) return undefined;
  const trafficPolicy = {
    outlierDetection: OUTLIER_DETECTION,
    loadBalancer: { localityLbSetting: LOCALITY },
  };
  return createHostRule(place.resource, host, { trafficPolicy }, world);
}
