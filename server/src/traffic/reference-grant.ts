import { itemsOf, type Node, nodeAt, present, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { mayIntersect, namespacesOf } from "./istio-host.ts";

/** A Service that a route of another namespace wants to use. */
interface Target {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Whether a ReferenceGrant in the Service's namespace lets a route of namespace `here` use it, or may as far as
 * templates and overlays decide it (sigs.k8s.io/gateway-api apis/v1beta1/referencegrant_types.go: one entry of
 * `from` and one of `to` have to fit; a `to` without a name is every name).
 */
export function isGranted(snapshot: Snapshot, route: Resource, here: string, target: Target): boolean {
  return snapshot
    .find("type", "gateway.networking.k8s.io/ReferenceGrant")
    .some(
      (grant) =>
        mayIntersect(namespacesOf(snapshot, grant), new Set([target.namespace])) &&
        (snapshot.layout.isPatched(grant, "spec") ||
          (fitsAny(grant.get("spec.from"), { group: route.group, kind: route.kind, namespace: here }) &&
            fitsAny(grant.get("spec.to"), { group: "", kind: "Service", name: target.name }))),
    );
}

function fitsAny(list: Node | undefined, wanted: Readonly<Record<string, string>>): boolean {
  // What is no list was filled in by a template.
  if (list !== undefined && list.kind !== "seq") return true;
  return itemsOf(list).some((item) =>
    Object.entries(wanted).every(([key, value]) => {
      const node = present(nodeAt(item, key));
      if (node === undefined) return key === "name" || value === "";
      const text = stringOf(node);
      return text === undefined || text === value || (key === "name" && text === "");
    }),
  );
}
