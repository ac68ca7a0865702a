import { replaceText } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { entryOf, itemsOf, type MapNode, nodeAt, stringMapOf, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { formatSelector, matches, selectorOf } from "../../model/selector.ts";
import { closest } from "../../text/closest.ts";
import { type Backend, backendsOf } from "../../traffic/backends.ts";
import { servicesOfFlagger } from "../../traffic/flagger.ts";
import { formatHost, istioHost, mayMeet, namespacesOf } from "../../traffic/istio-host.ts";
import { subsetsOfRollout } from "../../traffic/rollout.ts";
import { type HostLookup, isCertain, lookUpHost } from "../../traffic/service-lookup.ts";
import { shorten } from "../../traffic/shares.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { isAllVisible } from "../../workspace/surroundings.ts";
import { defineRule } from "../rule.ts";
import { isReplaced } from "./written.ts";

type Labels = ReadonlyMap<string, string>;

/** A subset without endpoints. */
interface Empty {
  readonly subset: MapNode;
  /** The one label to change, and what the endpoints meant have instead. */
  readonly closest: { readonly from: string; readonly key: string; readonly value: string } | undefined;
}

export default defineRule<Empty>({
  id: "subset-selects-nothing",
  title: "Subset that selects no pods",
  severity: "warning",
  appliesTo: ["networking.istio.io/*/DestinationRule"],
  needsWholeWorkspace: true,
  inCluster: [
    "apps/Deployment",
    "apps/StatefulSet",
    "apps/DaemonSet",
    "argoproj.io/Rollout",
    "networking.istio.io/WorkloadEntry",
  ],
  docs: {
    why: "A subset is made of the host's endpoints that carry all of its labels. One that no pod carries is accepted and has no endpoints: every request that is routed to it gets 503, be it one in twenty of a canary or everything after a switch from blue to green. Usual causes are a label that stands on the Deployment but not on its pod template, a version that was renamed, and a typing error.",
    how: "Ask for labels of the pod templates (or WorkloadEntries) behind the host. The finding stands only where the Service and some of its pods are in the workspace, and where everything deployed together with them is visible. Labels that Kubernetes or Istio add to running pods, subsets that Argo Rollouts or Flagger care for, and templated labels are left alone.",
    sources: [
      "https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset",
      "https://istio.io/latest/docs/reference/config/analysis/ist0173/",
      "https://github.com/istio/istio/blob/1.28.0/pkg/config/analysis/analyzers/destinationrule/subset.go",
    ],
  },
  check(rule, context) {
    const { snapshot } = context;
    const text = stringOf(rule.get("spec.host"));
    const subsets = itemsOf(rule.get("spec.subsets"));
    if (text === undefined || subsets.length === 0) return;
    if (isReplaced(snapshot, rule, "spec.subsets") || isReplaced(snapshot, rule, "spec.host")) return;
    const lookup = lookUpHost(snapshot, rule, text);
    const behind = certainBackends(snapshot, rule, lookup);
    if (behind.length === 0) return;
    subsets.forEach((subset, i) => {
      const name = stringOf(nodeAt(subset, "name"));
      const asked = stringMapOf(nodeAt(subset, "labels"));
      if (subset.kind !== "map" || name === undefined || asked === undefined || asked.size === 0) return;
      if (behind.some(({ labels }) => matches(selectorOf(asked), labels))) return;
      if (isDecidedLater(snapshot, behind, asked) || isManaged(snapshot, name)) return;
      const wrong = [...asked].find(([key, value]) =>
        behind.every(({ labels }) => labels.get(key) !== value),
      );
      const key = wrong?.[0];
      context.report(
        rule.at(["spec", "subsets", i, "labels", ...(key === undefined ? [] : [key])]),
        messageOf(formatHost(lookup.host), name, asked, key, behind),
        { subset, closest: closestLabel(rule, subset, name, asked, key, behind) },
        { evidence: [subset], related: relatedOf(behind) },
      );
    });
  },
  fixes: [
    {
      id: "closest-labels",
      title: ({ closest: label }) =>
        t("Ask for {label}", { label: label === undefined ? "" : `${label.key}=${label.value}` }),
      preferred: false,
      edits({ subset, closest: label }, { document }) {
        const old = label === undefined ? undefined : entryOf(nodeAt(subset, "labels"), label.from);
        if (label === undefined || old === undefined || old.inherited) return undefined;
        return [
          ...(label.key === label.from ? [] : [replaceText(document, old.key, label.key)]),
          ...(label.value === stringOf(old.value) ? [] : [replaceText(document, old.value, label.value)]),
        ];
      },
    },
  ],
});

/** The endpoints behind the host, where the workspace shows all of them; else none. */
function certainBackends(snapshot: Snapshot, rule: Resource, lookup: HostLookup): readonly Backend[] {
  const { host, found } = lookup;
  if (host.kind === "wildcard" || !isCertain(snapshot, rule, lookup)) return [];
  const byFlagger = snapshot.find("type", "flagger.app/Canary").some((canary) => {
    const namespaces = namespacesOf(snapshot, canary);
    return servicesOfFlagger(canary).some((name) => mayMeet(istioHost(name, namespaces), host));
  });
  if (byFlagger || ![rule, ...found].every((resource) => isAllVisible(snapshot, resource))) return [];
  const { known, uncertain } = backendsOf(snapshot, found);
  return uncertain ? [] : known;
}

/** Labels that controllers, nodes and the sidecar injector put on running pods or their endpoints. */
const ADDED =
  /(?:^|\.)istio\.io\/|^topology\.|^kubernetes\.io\/|^(?:statefulset|apps)\.kubernetes\.io\/|kubevirt\.io\/|(?:pod-template|controller-revision)-hash$/;

function isDecidedLater(snapshot: Snapshot, behind: readonly Backend[], asked: Labels): boolean {
  const keys = [...asked.keys()];
  if (keys.some((key) => ADDED.test(key))) return true;
  return behind.some(({ resource }) => {
    const added = snapshot.layout.podLabelsAdded(resource.document.uri);
    return keys.some((key) => added.has(key));
  });
}

function isManaged(snapshot: Snapshot, subset: string): boolean {
  return snapshot
    .find("type", "argoproj.io/Rollout")
    .some((rollout) => subsetsOfRollout(rollout).includes(subset));
}

function messageOf(
  host: string,
  subset: string,
  asked: Labels,
  key: string | undefined,
  behind: readonly Backend[],
): Message {
  const values = { host, subset, labels: formatSelector(selectorOf(asked)), count: behind.length };
  if (key === undefined) {
    return t(
      "No pod behind {host} carries all of {labels} ({count} pod templates or endpoints looked at): subset {subset} is empty, and every request sent to it gets 503. Ask for labels of one of them.",
      values,
    );
  }
  const present = new Set(behind.flatMap(({ labels }) => labels.get(key) ?? []));
  if (present.size === 0) {
    return t(
      "No pod behind {host} has a label {key} ({count} pod templates or endpoints looked at): subset {subset} is empty, and every request sent to it gets 503. Put the label on the pod template, or ask for one that is there.",
      { ...values, key },
    );
  }
  return t(
    "No pod behind {host} carries {labels}; their {key} is {present}. Subset {subset} is empty, and every request sent to it gets 503. Ask for one of these, or put the label on a pod template.",
    { ...values, key, present: shorten(present) },
  );
}

function relatedOf(behind: readonly Backend[]) {
  return behind.slice(0, 5).map(({ resource }) => ({
    location: resource.title,
    message: t("It is behind this host"),
  }));
}

/**
 * The label most likely meant: another value of the same key that no other subset asks for, or the same value
 * under another key.
 */
function closestLabel(
  rule: Resource,
  subset: MapNode,
  name: string,
  asked: Labels,
  key: string | undefined,
  behind: readonly Backend[],
): Empty["closest"] {
  if (key === undefined) return undefined;
  const rest = new Map([...asked].filter(([other]) => other !== key));
  const others = itemsOf(rule.get("spec.subsets")).filter((other) => other !== subset);
  const taken = others.flatMap((other) => {
    const labels = stringMapOf(nodeAt(other, "labels"));
    return labels === undefined || labels.size === 0 ? [] : [selectorOf(labels)];
  });
  const free = behind
    .map(({ labels }) => labels)
    .filter((labels) => matches(selectorOf(rest), labels) && !taken.some((one) => matches(one, labels)));
  const value = asked.get(key) ?? "";
  const values = new Set(free.flatMap((labels) => labels.get(key) ?? []));
  const near = closest(value, values) ?? (values.size === 1 ? [...values][0] : undefined);
  if (near !== undefined) return { from: key, key, value: near };
  for (const wanted of new Set([value, name])) {
    const [other] = free.flatMap((labels) => [...labels].filter(([, text]) => text === wanted));
    if (other !== undefined) return { from: key, key: other[0], value: other[1] };
  }
  return undefined;
}
