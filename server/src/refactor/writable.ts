import { settingsFor } from "../config/config.ts";
import { itemsOf, nodeAt, present, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { servicesOfFlagger } from "../traffic/flagger.ts";
import { istioHost, mayMeet, namespacesOf } from "../traffic/istio-host.ts";
import { mayShareNamespace } from "../workspace/scope.ts";
import { relativeTo } from "../workspace/uri.ts";
import type { World } from "./refactoring.ts";

/**
 * Whether what a resource says at a path is all there is to it: no template fills anything in, it is no patch, and
 * no overlay replaces it. Only then can anybody foresee what a rewrite of it does.
 */
export function isWritable(resource: Resource, path: string, { snapshot }: World): boolean {
  const { document } = resource;
  return (
    document.masks.length === 0 &&
    (document.parsed?.problems.length ?? 0) === 0 &&
    snapshot.layout.completenessOf(resource) === "complete" &&
    !snapshot.layout.isPatched(resource, path)
  );
}

/** Whether Argo Rollouts or Flagger write the routes of a VirtualService, so that they would undo a rewrite. */
export function isControlled(service: Resource, host: string, { snapshot }: World): boolean {
  const asked = istioHost(host, namespacesOf(snapshot, service));
  return (
    snapshot
      .find("type", "argoproj.io/Rollout")
      .some(
        (rollout) =>
          mayShareNamespace(snapshot, service, rollout) && virtualServicesOf(rollout).includes(service.name),
      ) ||
    snapshot.find("type", "flagger.app/Canary").some((canary) => {
      const namespaces = namespacesOf(snapshot, canary);
      return servicesOfFlagger(canary).some((name) => mayMeet(istioHost(name, namespaces), asked));
    })
  );
}

function virtualServicesOf(rollout: Resource): readonly (string | undefined)[] {
  const istio = rollout.get("spec.strategy.canary.trafficRouting.istio");
  const single = present(nodeAt(istio, "virtualService"));
  return [single, ...itemsOf(nodeAt(istio, "virtualServices"))].map((one) => stringOf(nodeAt(one, "name")));
}

/** The root namespace of the mesh, as the configuration that counts for a file states it. */
export function rootNamespaceFor({ document: { uri } }: Resource, { configFor }: World): string {
  const config = configFor(uri);
  const path = config.folder === undefined ? undefined : relativeTo(config.folder, uri);
  const stated = settingsFor(config, path).rules.get("subset-unknown")?.options.rootNamespace;
  return typeof stated === "string" ? stated : "istio-system";
}
