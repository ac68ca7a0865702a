import type { Resource } from "../model/resource.ts";
import { deriveOnce } from "./derive-once.ts";
import type { IndexName } from "./indexes.ts";
import type { Snapshot } from "./snapshot.ts";

/** How much is known of what lies beyond the files: all that was asked for; not yet; or not at all, since it may not be read. */
export type Known = "known" | "pending" | "unknown";

/** Objects of some types, as a connected cluster has them. */
export interface Look {
  readonly known: Known;
  /** Those filed under a key of an index, in a stable order. */
  find(index: IndexName, key: string): readonly Resource[];
}

/**
 * What a connected cluster has besides the files: rules that found nothing here look there before they say so. Its
 * objects are never judged, never counted and never in conflict with anything.
 */
export interface Beyond {
  /** How people call it: the context of the kubeconfig. */
  readonly name: string;
  /** The namespace of manifests that name none. */
  readonly namespace: string;
  /**
   * The objects of these types (`group/Kind`) as far as they are known. What is not is read in the background; where
   * only parts may be read, those in `namespaces`.
   */
  look(types: readonly string[], namespaces: ReadonlySet<string>): Look;
  /** The types of which something changed since the last call. */
  takeChanges(): readonly string[];
}

/** What a snapshot records when it is asked about objects of a type beyond the files. */
export function beyondQuestion(type: string): string {
  return `beyond:${type}`;
}

/** The snapshot as it is with what lies beyond, and how much of that is known. */
export interface Wider {
  readonly snapshot: Snapshot;
  readonly known: Known;
  readonly name: string;
}

/**
 * A snapshot in which the cluster's objects of some types stand behind those of the files, as far as `from` may mean
 * them: those in its own namespace (the connection's where it has none), in Istio's root namespace and in namespaces
 * that it names. What a manifest of the workspace describes is not a second object, however it looks in the cluster.
 */
export function seenBeyond(snapshot: Snapshot, from: Resource, types: readonly string[]): Wider | undefined {
  const { beyond } = snapshot;
  if (beyond === undefined || types.length === 0) return undefined;
  const own = ownNamespaces(snapshot, from, beyond.namespace);
  const look = beyond.look(types, own);
  const isMeant = (other: Resource) =>
    mayMean(from, own, other.namespace) && !isWrittenHere(snapshot, other, beyond.namespace);
  const wider: Snapshot = {
    complete: snapshot.complete,
    layout: snapshot.layout,
    find(index, key) {
      const here = snapshot.find(index, key);
      const there = look.find(index, key).filter(isMeant);
      return there.length === 0 ? here : [...here, ...there];
    },
    derive: deriveOnce(() => wider),
  };
  return { snapshot: wider, known: look.known, name: beyond.name };
}

/** The namespaces a resource may be applied to, as far as it and its overlays say; else the connection's. */
function ownNamespaces(snapshot: Snapshot, resource: Resource, otherwise: string): ReadonlySet<string> {
  const given = snapshot.layout.bundlesOf(resource.document.uri).flatMap(({ namespace }) => namespace ?? []);
  if (given.length > 0) return new Set(given);
  return new Set([resource.namespace ?? otherwise]);
}

const ISTIO_ROOT = "istio-system";
/** Plans refer to things all over the cluster. */
const REFERS_ANYWHERE = "nines";

function mayMean(from: Resource, own: ReadonlySet<string>, namespace: string | undefined): boolean {
  if (namespace === undefined || own.has(namespace) || namespace === ISTIO_ROOT) return true;
  return from.group === REFERS_ANYWHERE || names(from, namespace);
}

/** Whether a word of the resource's text is this name. Names of namespaces are letters, digits and hyphens. */
function names({ document, root }: Resource, name: string): boolean {
  const text = document.text;
  const isPart = (at: number) => /[\w-]/.test(text.charAt(at));
  for (let at = text.indexOf(name, root.range.start); at >= 0; at = text.indexOf(name, at + 1)) {
    if (at >= root.range.end) return false;
    if (!isPart(at - 1) && !isPart(at + name.length)) return true;
  }
  return false;
}

/** Whether the workspace says how an object is to be: then the cluster's is that one, as it was or will be. */
function isWrittenHere(snapshot: Snapshot, { type, name, namespace }: Resource, otherwise: string): boolean {
  return snapshot.find("name", `${type}/${name}`).some((resource) => {
    if (snapshot.layout.completenessOf(resource) === "patch") return false;
    return namespace === undefined || ownNamespaces(snapshot, resource, otherwise).has(namespace);
  });
}
