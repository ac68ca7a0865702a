import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { definitions, kinds } from "../../server/generated/schemas.mjs";

/** Other programs over the same manifests, measured where they are installed; `schemas` is a folder of `withSchemas`. */
export const PEERS: Readonly<Record<string, (folder: string, schemas: string) => readonly string[]>> = {
  // Without schemas it would skip every document.
  kubeconform: (folder, schemas) => {
    const location = join(schemas, "{{.ResourceKind}}{{.KindSuffix}}.json");
    return ["-ignore-missing-schemas", "-schema-location", location, "-n", "2", folder];
  },
  "kube-linter": (folder) => ["lint", folder],
  "kube-score": (folder) => ["score", "-o", "ci", ...manifestsBelow(folder)],
};

/** Writes the schemas that this product bundles as kubeconform wants them, one self-contained file for each kind. */
export async function withSchemas<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "nines-bench-schemas-"));
  try {
    for (const [apiVersion, byKind] of Object.entries(kinds)) {
      for (const [kind, name] of Object.entries(byKind)) {
        const schema = { $ref: `#/definitions/${name}/object`, definitions: definitionsBelow(name) };
        writeFileSync(
          join(folder, `${kind.toLowerCase()}${suffixOf(apiVersion)}.json`),
          JSON.stringify(schema),
        );
      }
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `-apps-v1`, `-v1`, `-networking-v1`: the first part of the group, as kubeconform names files. */
function suffixOf(apiVersion: string): string {
  const [group, version] = apiVersion.split("/");
  return version === undefined ? `-${apiVersion}` : `-${group?.split(".")[0]}-${version}`;
}

function definitionsBelow(name: string): Record<string, { object: unknown }> {
  const found: Record<string, { object: unknown }> = {};
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const text = definitions[next];
    if (text === undefined || found[next] !== undefined) continue;
    found[next] = { object: JSON.parse(text) };
    open.push(...[...text.matchAll(/#\/definitions\/([^/"]+)\//g)].map(([, other = ""]) => other));
  }
  return found;
}

function manifestsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}
