import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Api, Manifest } from "./api.ts";

/** Plurals by kind, of the objects that are no namespaced ones. */
const CLUSTER_WIDE: Readonly<Record<string, string>> = {
  ClusterRole: "clusterroles",
  ClusterRoleBinding: "clusterrolebindings",
  Namespace: "namespaces",
  Node: "nodes",
};

/** The manifests of a folder of fixtures/, in the order of their files' names. */
export function readManifests(folder: string): Manifest[] {
  const path = join(import.meta.dirname, "fixtures", folder);
  return readdirSync(path)
    .sort()
    .flatMap((name) => parseAllDocuments(readFileSync(join(path, name), "utf8")))
    .map((document) => document.toJS() as Manifest);
}

/** Applies manifests one after the other, those of a namespace in the one given. */
export async function applyAll(api: Api, manifests: readonly Manifest[], namespace?: string): Promise<void> {
  for (const manifest of manifests) await apply(api, manifest, namespace);
}

/** Applies a manifest (server-side apply); returns the object. */
export async function apply(api: Api, manifest: Manifest, namespace?: string): Promise<Manifest> {
  const path = `${pathOf(manifest, namespace)}?fieldManager=test-bed&force=true&fieldValidation=Strict`;
  // The answer to an apply is the object.
  return (await api.expect("PATCH", path, manifest, "application/apply-patch+yaml")) as Manifest;
}

/** Where the API server serves an object. */
export function pathOf({ apiVersion, kind, metadata }: Manifest, namespace = metadata.namespace): string {
  const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const clusterWide = CLUSTER_WIDE[kind];
  if (clusterWide !== undefined) return `${group}/${clusterWide}/${metadata.name}`;
  return `${group}/namespaces/${namespace}/${plural(kind)}/${metadata.name}`;
}

function plural(kind: string): string {
  const lower = kind.toLowerCase();
  if (/[^aeiou]y$/.test(lower)) return `${lower.slice(0, -1)}ies`;
  return `${lower}s`;
}
