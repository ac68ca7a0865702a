import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Finding } from "../../server/src/rules/finding.ts";
import { rules } from "../../server/src/rules/registry.generated.ts";
import { type MemoryWorkspace, memoryWorkspace, uriOf } from "../../server/src/testing/memory-workspace.ts";

/** A public repository whose manifests lie in a folder. */
export interface Repository {
  /** The folder's name. */
  readonly name: string;
  /** `owner/name`; the folder's name where SOURCES.md does not say. */
  readonly origin: string;
  readonly commit: string;
  readonly folder: string;
}

/** What the rules say about a repository, in the strict profile. */
export interface Verdict {
  readonly repository: Repository;
  readonly world: MemoryWorkspace;
  readonly files: number;
  readonly documents: number;
  /** Documents of a kind that some rule reads. */
  readonly judged: number;
  readonly findings: readonly Finding[];
}

/** The repositories below a folder, by name; SOURCES.md beside them, if there is one, says where each comes from. */
export function repositoriesIn(folder: string): Repository[] {
  const table = join(folder, "SOURCES.md");
  const sources = existsSync(table) ? readFileSync(table, "utf8") : "";
  const rows = [...sources.matchAll(/^\|([^|\n]+)\|([^|\n]+)\|([^|\n]+)\|/gm)].map((row) =>
    row.slice(1).map((cell) => cell.trim()),
  );
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const row = rows.find((cells) => cells[0] === name);
      return { name, origin: row?.[1] ?? name, commit: row?.[2] ?? "?", folder: join(folder, name) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Judges all manifests of a repository together. */
export function judge(repository: Repository): Verdict {
  const files = manifestsIn(repository.folder);
  const world = memoryWorkspace(files, rules, { profile: "strict" });
  const documents = Object.keys(files).flatMap((path) => world.file(path).documents);
  return {
    repository,
    world,
    files: Object.keys(files).length,
    documents: documents.length,
    judged: documents.filter((document) => document.resources.length > 0).length,
    findings: world.findings(),
  };
}

/** The path of a finding's file inside its repository. */
export function pathOf(finding: Finding): string {
  return finding.document.uri.slice(uriOf("").length);
}

/** The texts of all manifests below a folder by path with `/`. */
export function manifestsIn(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Object.fromEntries(
    paths.map((path) => [relative(folder, path).split(sep).join("/"), readFileSync(path, "utf8")]),
  );
}
