import type { DocumentEdit } from "../../fixes/edit.ts";
import { appendItem } from "../../fixes/list-edit.ts";
import type { Value } from "../../fixes/style.ts";
import { addDocument, setPath } from "../../fixes/yaml-edit.ts";
import { entriesOf, itemsOf, nodeAt } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { mirrorsOf } from "../../traffic/istio.ts";
import { type IstioHost, istioHost, mayMeet, namespacesOf } from "../../traffic/istio-host.ts";
import { labelOfSubset } from "../../traffic/subset-labels.ts";
import { splitsOf } from "../../traffic/weighted-route.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";

/** The label key that the rule's other subsets go by, with the subset's name as its value. */
export function guessFrom(rule: Resource, subset: string): Value {
  const [first] = entriesOf(nodeAt(itemsOf(rule.get("spec.subsets"))[0], "labels"));
  return { [first?.key.source ?? "version"]: subset };
}

/** Adds a subset behind the others. */
export function addSubset(rule: Resource, subset: Value): readonly DocumentEdit[] {
  const list = rule.get("spec.subsets");
  if (list?.kind === "seq") return [appendItem(rule.document, list, subset)];
  return setPath(rule, ["spec", "subsets"], [subset]);
}

/** A rule with every subset of the host that VirtualServices ask for: one fewer would break what waits for it. */
export function createRule(
  snapshot: Snapshot,
  resource: Resource,
  host: string,
): readonly DocumentEdit[] | undefined {
  const asked = hostIn(snapshot, resource, host);
  const subsets = subsetsInUse(snapshot, asked).map((name) => ({
    name,
    labels: labelOfSubset(snapshot, asked, name),
  }));
  const labelled = subsets.flatMap(({ name, labels }) => (labels === undefined ? [] : [{ name, labels }]));
  if (labelled.length === 0 || labelled.length < subsets.length) return undefined;
  const metadata = {
    name: asked.kind === "service" ? asked.name : host,
    ...(resource.namespace === undefined ? {} : { namespace: resource.namespace }),
  };
  return [
    addDocument(resource.document, {
      apiVersion: resource.apiVersion,
      kind: "DestinationRule",
      metadata,
      spec: { host, subsets: labelled },
    }),
  ];
}

function subsetsInUse(snapshot: Snapshot, host: IstioHost): readonly string[] {
  const found = snapshot.find("type", "networking.istio.io/VirtualService").flatMap((service) => {
    const destinations = splitsOf(service).flatMap((route) => [...route.destinations, ...mirrorsOf(route)]);
    return destinations.flatMap((destination) =>
      destination.host.state === "known" &&
      destination.subset.state === "known" &&
      mayMeet(hostIn(snapshot, service, destination.host.value), host)
        ? [destination.subset.value]
        : [],
    );
  });
  return [...new Set(found)].sort();
}

/** The host as the resource that names it means it. */
export function hostIn(snapshot: Snapshot, resource: Resource, host: string) {
  return istioHost(host, namespacesOf(snapshot, resource));
}
