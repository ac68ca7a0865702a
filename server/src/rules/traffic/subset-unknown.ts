import { replaceValue } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import type { Node } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { closest } from "../../text/closest.ts";
import {
  allSubsets,
  isForMany,
  lookUpRules,
  type RuleLookup,
  subsetNames,
} from "../../traffic/destination-rules.ts";
import { servicesOfFlagger } from "../../traffic/flagger.ts";
import { mirrorsOf } from "../../traffic/istio.ts";
import { istioHost, mayMeet, namespacesOf } from "../../traffic/istio-host.ts";
import { subsetsOfRollout } from "../../traffic/rollout.ts";
import { sharesOf } from "../../traffic/shares.ts";
import { labelOfSubset } from "../../traffic/subset-labels.ts";
import type { Destination } from "../../traffic/weighted-route.ts";
import { isTogether } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRouteRule } from "../route-rule.ts";
import { ROOT_NAMESPACE, type RootNamespace } from "./root-namespace.ts";
import { addSubset, createRule, guessFrom, hostIn } from "./subset-edit.ts";
import { verdictOf } from "./subset-verdict.ts";
import { isReplaced } from "./written.ts";

/** A destination with a subset that no DestinationRule gives it. */
interface Unknown {
  readonly host: string;
  readonly hostNode: Node;
  readonly subset: string;
  readonly node: Node;
  /** Whether requests depend on it now. */
  readonly isServed: boolean;
  /** The rules that serve this very host; empty when there is none. */
  readonly rules: readonly Resource[];
  /** The host in full, where it was cut short and a rule for the full name has the subset. */
  readonly fullHost: string | undefined;
}

export default defineRouteRule<"split", Unknown, RootNamespace>({
  id: "subset-unknown",
  title: "Subset that no DestinationRule defines",
  severity: "error",
  kinds: ["split"],
  types: ["networking.istio.io/VirtualService"],
  needsWholeWorkspace: true,
  inCluster: ["networking.istio.io/DestinationRule"],
  options: ROOT_NAMESPACE,
  docs: {
    why: "Without the subset in a DestinationRule there is no group of pods behind the destination: the proxy answers every request for it with 503, without trying a pod. It happens after a typing error, after a clean-up of old versions, and when the DestinationRule is in a namespace where nobody looks.",
    how: "Istio looks in the client's namespace, then in the service's, then in the root namespace (`rootNamespace`, `istio-system` unless set); the first that has a rule for the host wins, and `exportTo` hides rules. A host without a dot is a Service of the VirtualService's own namespace; with any dot it is taken as a full name, so `web.shop` is not Service `web` of namespace `shop`. An error when a DestinationRule of the host is there and lacks the subset, a warning when none is in the workspace: then it may be kept elsewhere. Subsets that Argo Rollouts or Flagger care for are left alone.",
    sources: [
      "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
      "https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration",
      "https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule",
      "https://github.com/istio/istio/blob/1.28.0/pilot/pkg/model/push_context.go",
    ],
  },
  check(route, context) {
    const { snapshot, options } = context;
    const { resource } = route;
    if (isReplaced(snapshot, resource, `spec.${route.protocol}`)) return;
    const shares = sharesOf(route);
    const lookups = new Map<string, RuleLookup>();
    const lookUp = (host: string): RuleLookup => {
      const lookup = lookups.get(host) ?? lookUpRules(snapshot, resource, host, options.rootNamespace);
      lookups.set(host, lookup);
      return lookup;
    };
    const judge = (destination: Destination, share: number | undefined, isMirror: boolean) => {
      const { host, subset } = destination;
      if (host.state !== "known" || subset.state !== "known" || subset.value === "") return;
      const lookup = lookUp(host.value);
      if (lookup.serving.some((rule) => mayHave(snapshot, rule, subset.value))) return;
      if (isCaredFor(snapshot, host.value, subset.value, resource)) return;
      // A rule for many hosts says nothing about the one for this host, which may be kept elsewhere.
      const rules = lookup.serving.filter((rule) => !isForMany(rule));
      const isBeside = (rule: Resource) => rules.length === 0 || isTogether(snapshot, resource, rule);
      if (lookup.unreadable.some(isBeside)) return;
      const { message, severity } = verdictOf(
        { ...lookup, serving: rules },
        { subset: subset.value, share, isMirror },
      );
      const fullHost = fullNameWith(snapshot, resource, host.value, subset.value, options.rootNamespace);
      context.report(
        resource.locate(subset.node),
        message,
        {
          host: host.value,
          hostNode: host.node,
          subset: subset.value,
          node: subset.node,
          isServed: severity === "error",
          rules,
          fullHost,
        },
        {
          severity,
          evidence: [host.node, subset.node],
          related: [...rules, ...lookup.passedOver.map(({ rule }) => rule)].map((rule) => ({
            location: rule.at("spec.subsets"),
            message: t("A DestinationRule for this host"),
          })),
        },
      );
    };
    route.destinations.forEach((destination, i) => {
      judge(destination, shares.state === "shared" ? shares.parts[i] : undefined, false);
    });
    for (const mirror of mirrorsOf(route)) judge(mirror, undefined, true);
  },
  fixes: [
    {
      id: "nearest-subset",
      title: (payload) => t("Use the subset {name}", { name: nearestOf(payload) ?? "" }),
      preferred: false,
      edits(payload, { resource }) {
        const name = nearestOf(payload);
        return name === undefined ? undefined : [replaceValue(resource.document, payload.node, name)];
      },
    },
    {
      id: "full-host",
      title: ({ fullHost }) => t("Write the host in full: {host}", { host: fullHost ?? "" }),
      preferred: false,
      edits: ({ fullHost, hostNode }, { resource }) =>
        fullHost === undefined ? undefined : [replaceValue(resource.document, hostNode, fullHost)],
    },
    {
      id: "add-subset",
      title: ({ subset, rules }) =>
        t("Add the subset {subset} to DestinationRule {rule}", { subset, rule: rules[0]?.name ?? "" }),
      preferred: false,
      needsConfirmation: true,
      edits(payload, { resource }, snapshot) {
        const { host, subset, isServed } = payload;
        const [rule] = payload.rules;
        if (rule === undefined) return undefined;
        const isNew = isServed && nearestOf(payload) === undefined;
        const guess = isNew ? guessFrom(rule, subset) : undefined;
        const labels = labelOfSubset(snapshot, hostIn(snapshot, resource, host), subset) ?? guess;
        return labels === undefined ? undefined : addSubset(rule, { name: subset, labels });
      },
    },
    {
      id: "create-destination-rule",
      title: ({ host }) => t("Add a DestinationRule for {host} with the labels of its pods", { host }),
      preferred: false,
      needsConfirmation: true,
      edits({ host, rules, fullHost }, route, snapshot) {
        if (rules.length > 0 || fullHost !== undefined || route.destinations.length > 20) return undefined;
        return createRule(snapshot, route.resource, host);
      },
    },
  ],
});

/** Whether a rule has the subset, or may have it once a template or an overlay has had its say. */
function mayHave(snapshot: Snapshot, rule: Resource, subset: string): boolean {
  const names = subsetNames(rule);
  if (names === undefined || names.has(subset) || rule.document.hasTemplateStructure) return true;
  return isReplaced(snapshot, rule, "spec.subsets");
}

/** Whether a controller makes the subset, or the rule for this host. */
function isCaredFor(snapshot: Snapshot, host: string, subset: string, resource: Resource): boolean {
  const rollouts = snapshot.find("type", "argoproj.io/Rollout");
  if (rollouts.some((rollout) => subsetsOfRollout(rollout).includes(subset))) return true;
  return snapshot.find("type", "flagger.app/Canary").some((canary) => {
    const namespaces = namespacesOf(snapshot, canary);
    const asked = hostIn(snapshot, resource, host);
    return servicesOfFlagger(canary).some((name) => mayMeet(istioHost(name, namespaces), asked));
  });
}

/** The subset most likely meant. Names that differ in nothing but digits are other versions, not slips. */
function nearestOf({ subset, rules }: Unknown): string | undefined {
  const letters = (name: string) => name.replace(/\d+/g, "0");
  const names = allSubsets(rules);
  // Among hundreds of names nobody means the nearest one.
  if (names.size > 100) return undefined;
  return closest(
    subset,
    [...names].filter((name) => letters(name) !== letters(subset)),
  );
}

/** `web.shop` written in full, when there is a rule for that name with this subset. */
function fullNameWith(
  snapshot: Snapshot,
  resource: Resource,
  host: string,
  subset: string,
  rootNamespace: string,
): string | undefined {
  if (!/^[^.*]+\.[^.*]+$/.test(host)) return undefined;
  const full = `${host}.svc.cluster.local`;
  const { serving } = lookUpRules(snapshot, resource, full, rootNamespace);
  return serving.some((rule) => subsetNames(rule)?.has(subset)) ? full : undefined;
}
