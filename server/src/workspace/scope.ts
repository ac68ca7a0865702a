import type { Resource } from "../model/resource.ts";
import type { Snapshot } from "./snapshot.ts";
import { parentOf } from "./uri.ts";

/** How far away something was found. */
export type Scope = "file" | "folder" | "bundle" | "workspace";

/** The namespace a resource ends up in as far as the workspace says: its kustomization's, else its own. */
export function namespaceOf(snapshot: Snapshot, resource: Resource): string | undefined {
  const given = snapshot.layout
    .bundlesOf(resource.document.uri)
    .find((bundle) => bundle.namespace !== undefined);
  return given?.namespace ?? resource.namespace;
}

/**
 * Whether two resources may end up in the same namespace. One without a namespace goes wherever it is applied,
 * so it may; two overlays with different namespaces never meet.
 */
export function mayShareNamespace(snapshot: Snapshot, a: Resource, b: Resource): boolean {
  if (a.namespace === b.namespace || a.namespace === undefined || b.namespace === undefined) return true;
  const left = namespaceOf(snapshot, a);
  return left !== undefined && left === namespaceOf(snapshot, b);
}

/** How far `to` is from `from`. */
export function scopeOf(snapshot: Snapshot, from: Resource, to: Resource): Scope {
  const a = from.document.uri;
  const b = to.document.uri;
  if (a === b) return "file";
  if (parentOf(a) === parentOf(b)) return "folder";
  return snapshot.layout.sharesBundle(a, b) ? "bundle" : "workspace";
}

/** Whether the two are deployed together, as far as the workspace says. */
export function isTogether(snapshot: Snapshot, a: Resource, b: Resource): boolean {
  return snapshot.layout.sharesBundle(a.document.uri, b.document.uri);
}

/** Those of an answer of the snapshot that are deployed together with `from`. */
export function together(
  snapshot: Snapshot,
  from: Resource,
  answer: readonly Resource[],
): readonly Resource[] {
  return snapshot.layout.together(answer, from.document.uri);
}

const ORDER: readonly Scope[] = ["file", "folder", "bundle", "workspace"];

/** The candidates in the nearest scope that has any. */
export function nearest<T>(
  snapshot: Snapshot,
  from: Resource,
  candidates: readonly T[],
  resourceOf: (candidate: T) => Resource,
): readonly T[] {
  const scopes = candidates.map((candidate) => scopeOf(snapshot, from, resourceOf(candidate)));
  const best = ORDER.find((scope) => scopes.includes(scope));
  return candidates.filter((_, i) => scopes[i] === best);
}

/** The candidates that are deployed together with `from`; where there is none, all of them. */
export function togetherElseAll<T>(
  snapshot: Snapshot,
  from: Resource,
  candidates: readonly T[],
  resourceOf: (candidate: T) => Resource,
): readonly T[] {
  const together = candidates.filter((candidate) => {
    const scope = scopeOf(snapshot, from, resourceOf(candidate));
    return scope !== "workspace";
  });
  return together.length > 0 ? together : candidates;
}

/** Whether a resource comes before another one: by file, then by place. */
export function isEarlier(a: Resource, b: Resource): boolean {
  if (a.document.uri !== b.document.uri) return a.document.uri < b.document.uri;
  return (a.document.start - b.document.start || a.root.range.start - b.root.range.start) < 0;
}
