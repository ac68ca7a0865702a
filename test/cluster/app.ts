import { randomBytes } from "node:crypto";
import type { Api } from "./api.ts";
import { apply, applyAll, readManifests } from "./manifests.ts";
import { waitFor } from "./processes.ts";

export type AppOptions = {
  /** The namespace; a new name unless told. */
  namespace?: string;
  /** Pods of each version, instead of the manifests' 3 and 1. */
  replicas?: { v1?: number; v2?: number };
};

/** Creates a namespace with the manifests of fixtures/app and waits until every Pod is ready and an endpoint. */
export async function deployApp(api: Api, options: AppOptions = {}): Promise<string> {
  const namespace = options.namespace ?? `app-${randomBytes(4).toString("hex")}`;
  await apply(api, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const manifests = readManifests("app");
  for (const version of ["v1", "v2"] as const) {
    const deployment = manifests.find(
      ({ kind, metadata }) => kind === "Deployment" && metadata.name === `app-${version}`,
    );
    const replicas = options.replicas?.[version];
    if (deployment !== undefined && replicas !== undefined)
      Object.assign(deployment.spec as object, { replicas });
  }
  await applyAll(api, manifests, namespace);
  const wanted = manifests
    .filter(({ kind }) => kind === "Deployment")
    .reduce((sum, { spec }) => sum + (spec as { replicas: number }).replicas, 0);
  // Each Service has slices of its own, which the controller fills one after the other.
  const services = ["app", "app-v1", "app-v2"];
  await waitFor(`The ${wanted} Pods' of ${namespace} being ready`, async () => {
    const ready = await Promise.all(services.map((service) => readyEndpoints(api, namespace, service)));
    return ready.reduce((sum, one) => sum + one, 0) === 2 * wanted;
  });
  return namespace;
}

/** How many ready endpoints a Service has. */
export async function readyEndpoints(api: Api, namespace: string, service = "app"): Promise<number> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io/service-name%3D${service}`;
  const { items } = (await api.expect("GET", path)) as {
    items: { endpoints?: { conditions: { ready?: boolean } }[] | null }[];
  };
  return items.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions.ready)
    .length;
}
