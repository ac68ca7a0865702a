import type { Finding } from "../rules/finding.ts";
import { baseName, isWithin, relativeTo } from "../workspace/uri.ts";
import { type Build, idOf, isPartOfChart } from "./build.ts";
import type { Origins } from "./built-findings.ts";
import type { Judged } from "./judged.ts";

/** A finding in what one build makes, as it is compared with another version of the files. */
interface Showing {
  readonly build: string;
  readonly key: string;
}

/** Identifies a build of another version of the files; `renamed` gives the URIs there by those here. */
export function otherIdOf(build: Build, renamed: ReadonlyMap<string, string>): string {
  const { file, values } = build;
  const other = (uri: string) => renamed.get(uri) ?? uri;
  return idOf({ ...build, file: other(file), values: values === undefined ? undefined : other(values) });
}

/** Where building shows a finding; undefined for one that has nothing to do with builds. */
export function showingsOf(
  finding: Finding,
  originsOf: (finding: Finding) => Origins | undefined,
  renamed: ReadonlyMap<string, string> = new Map(),
): { readonly showings: readonly Showing[]; readonly isWritten: boolean } | undefined {
  const origins = originsOf(finding);
  if (origins === undefined) return undefined;
  const { built, isWritten } = origins;
  return { showings: built.map(({ build, key }) => ({ build: otherIdOf(build, renamed), key })), isWritten };
}

/** Whether a change of a file may be what brings about a finding of a build that stands in another one. */
export function mayDecide({ build, inputs, leaves }: Judged, uri: string): boolean {
  if (build.kind === "kustomization") return inputs.has(uri) && !leaves.has(uri);
  if (!isWithin(build.folder, uri)) return false;
  const below = relativeTo(build.folder, uri) ?? "";
  if (below.startsWith("ci/")) return uri === build.values;
  // Templates render documents of their own; what they share begins with an underline.
  return /(?:^|\/)templates\//.test(below) ? baseName(uri).startsWith("_") : !/\.md$/i.test(below);
}

/** Whether a file goes into a build. */
export function isPartOf({ build, inputs }: Judged, uri: string): boolean {
  return inputs.has(uri) || isPartOfChart(build, uri);
}
