const MANIFEST = /\.(?:ya?ml|json)$/i;
/** Kustomize takes this name too. */
const KUSTOMIZATION = "Kustomization";
/** Never part of what is deployed, and often huge. */
const NEVER = new Set([".git", ".hg", ".svn", "node_modules"]);

/** The same choice as `isManifestName`, as a glob of the language server protocol. */
export const MANIFEST_GLOB = "**/{*.yaml,*.yml,*.json,Kustomization}";

/** Whether a file may hold resources or say which belong together, by its name alone. */
export function isManifestName(name: string): boolean {
  return MANIFEST.test(name) || name === KUSTOMIZATION;
}

/** Whether a folder is never looked into. */
export function isSkippedFolder(name: string): boolean {
  return NEVER.has(name);
}

/** Whether a text may hold a resource at all: JSON files seldom do, and are not kept then. */
export function mayHoldResources(name: string, text: string): boolean {
  return !/\.json$/i.test(name) || (/"apiVersion"\s*:/.test(text) && /"kind"\s*:/.test(text));
}
