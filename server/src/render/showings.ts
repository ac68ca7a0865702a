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

/** A file that differs between two versions; undefined where it is not there. */
interface Change {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** The builds of two versions of the files. */
export interface TwoVersions {
  readonly before: readonly Judged[];
  readonly after: readonly Judged[];
  /** URIs before by those after. */
  readonly renamed: ReadonlyMap<string, string>;
}

/**
 * The changes that a finding of builds may come from, which stands in a file that did not change: those that decide more
 * than their own documents, else all that go into the builds. `uriOf` gives the URI of what a change names.
 */
export function decisiveChanges<C extends Change>(
  changes: readonly C[],
  { built }: Origins,
  { before, after, renamed }: TwoVersions,
  uriOf: (name: string) => string = (uri) => uri,
): readonly C[] {
  const ids = new Set(built.map(({ build }) => otherIdOf(build, renamed)));
  const now = after.filter(({ build }) => ids.has(otherIdOf(build, renamed)));
  const then = before.filter(({ build }) => ids.has(idOf(build)));
  const among = (isIn: (judged: Judged, uri: string) => boolean) => {
    const any = (name: string | undefined, judged: readonly Judged[]) =>
      name !== undefined && judged.some((each) => isIn(each, uriOf(name)));
    return changes.filter((change) => any(change.after, now) || any(change.before, then));
  };
  const decisive = among(mayDecide);
  return decisive.length > 0 ? decisive : among(isPartOf);
}

/** Whether a change of a file may be what brings about a finding of a build that stands in another one. */
function mayDecide({ build, inputs, leaves }: Judged, uri: string): boolean {
  if (build.kind === "kustomization") return inputs.has(uri) && !leaves.has(uri);
  if (!isWithin(build.folder, uri)) return false;
  const below = relativeTo(build.folder, uri) ?? "";
  if (below.startsWith("ci/")) return uri === build.values;
  // Templates render documents of their own; what they share begins with an underline.
  return /(?:^|\/)templates\//.test(below) ? baseName(uri).startsWith("_") : !/\.md$/i.test(below);
}

/** Whether a file goes into a build. */
function isPartOf({ build, inputs }: Judged, uri: string): boolean {
  return inputs.has(uri) || isPartOfChart(build, uri);
}
