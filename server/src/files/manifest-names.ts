/** Folders that never hold what somebody deploys. */
const SKIPPED_FOLDERS = new Set([
  "node_modules",
  ".git",
  ".svn",
  ".hg",
  ".terraform",
  ".venv",
  "__pycache__",
]);

/** JSON files that belong to tools, are large, and hold no resource. */
const TOOL_FILES = new Set(["package.json", "package-lock.json", "tsconfig.json", "composer.lock"]);

/** The same choice as `isManifestName`, as globs of the language server protocol. */
export const MANIFEST_GLOB = "**/{*.yaml,*.yml,*.json,Kustomization}";

/** Whether a file may hold resources or say which belong together, by its name alone. */
export function isManifestName(name: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(name) ? !TOOL_FILES.has(name) : name === "Kustomization";
}

/** Whether a folder is never looked into. */
export function isSkippedFolder(name: string): boolean {
  return SKIPPED_FOLDERS.has(name);
}

/** Whether a text may hold a resource at all: JSON files seldom do, and are not kept then. */
export function mayHoldResources(name: string, text: string): boolean {
  return !name.toLowerCase().endsWith(".json") || text.includes('"apiVersion"');
}
