import { itemsOf, type Node, nodeAt, type Path } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { type Kustomization, readKustomization } from "./kustomization.ts";
import type { Patch } from "./kustomize-patch.ts";
import { baseName, isWithin, parentOf } from "./uri.ts";

/** What is deployed together. */
export interface Bundle {
  /** The folder's URI. */
  readonly id: string;
  readonly kind: "kustomization" | "chart" | "folder";
  /** The namespace a kustomization gives to everything in it. */
  readonly namespace: string | undefined;
}

/** How complete a document's text is as a manifest. */
export type Completeness = "complete" | "patch" | "template";

/** The resources of a list by what they are deployed with and by where they stand. */
interface Groups {
  readonly byBundle: ReadonlyMap<string, readonly Resource[]>;
  readonly byFolder: ReadonlyMap<string, readonly Resource[]>;
}

const NONE: readonly Resource[] = [];

const KUSTOMIZATION_NAMES = new Set(["kustomization.yaml", "kustomization.yml", "Kustomization"]);

/** Whether a file takes part in deciding which documents belong together. */
export function isLayoutFile(uri: string): boolean {
  const name = baseName(uri);
  return KUSTOMIZATION_NAMES.has(name) || name === "Chart.yaml";
}

/**
 * Which documents belong together: a kustomization (followed through `resources`, `bases` and `components`), a
 * Helm chart, else the folder. Immutable; made anew when a kustomization or a chart changes.
 */
export class Layout {
  readonly #kustomizations = new Map<string, Kustomization>();
  readonly #charts: ReadonlySet<string>;
  /** Bundles by member file. Files that no kustomization builds on come in as they are asked for: rules ask very often. */
  readonly #members = new Map<string, readonly Bundle[]>();
  /** The bundle of those, by folder: its files have the very same list. */
  readonly #folders = new Map<string, readonly Bundle[]>();
  readonly #groups = new WeakMap<readonly Resource[], Groups>();
  readonly #patchFiles = new Set<string>();
  /** Equal for layouts that answer every question alike. */
  readonly fingerprint: string;

  /** `texts` holds the layout files (see `isLayoutFile`) by URI; `read` gives any other file's text where known. */
  constructor(texts: ReadonlyMap<string, string>, read: (uri: string) => string | undefined) {
    const charts = [...texts.keys()].filter((uri) => baseName(uri) === "Chart.yaml");
    this.#charts = new Set(charts.map(parentOf));
    for (const [uri, text] of texts) {
      if (baseName(uri) === "Chart.yaml") continue;
      const kustomization = readKustomization(parentOf(uri), text, read);
      this.#kustomizations.set(kustomization.folder, kustomization);
    }
    for (const kustomization of this.#kustomizations.values()) {
      const bundle: Bundle = {
        id: kustomization.folder,
        kind: "kustomization",
        namespace: kustomization.namespace,
      };
      for (const uri of this.#follow(kustomization, new Set())) {
        this.#members.set(uri, [...(this.#members.get(uri) ?? []), bundle]);
      }
      for (const patch of kustomization.patches)
        if (patch.file !== undefined) this.#patchFiles.add(patch.file);
    }
    const patchTexts = [...this.#patchFiles].sort().map((uri) => [uri, read(uri) ?? null]);
    this.fingerprint = JSON.stringify([[...texts].sort(), patchTexts]);
  }

  /** Whether a change of this file may change the layout. */
  reads(uri: string): boolean {
    return isLayoutFile(uri) || this.#patchFiles.has(uri);
  }

  /** The bundles a file is part of, at least one. */
  bundlesOf(uri: string): readonly Bundle[] {
    const known = this.#members.get(uri);
    if (known !== undefined) return known;
    const bundles = this.#bundlesIn(parentOf(uri));
    this.#members.set(uri, bundles);
    return bundles;
  }

  /** Whether the two files are deployed together. */
  sharesBundle(a: string, b: string): boolean {
    if (a === b) return true;
    const ours = this.bundlesOf(a);
    const others = this.bundlesOf(b);
    return ours === others || ours.some(({ id }) => others.some((other) => other.id === id));
  }

  /**
   * Those of a list that are deployed together with a file, in order. A list that is asked about again, such as an
   * answer of a snapshot, is gone through once.
   */
  together(resources: readonly Resource[], uri: string): readonly Resource[] {
    const { byBundle } = this.#groupsOf(resources);
    return inOrderOf(
      resources,
      this.bundlesOf(uri).map(({ id }) => byBundle.get(id) ?? NONE),
    );
  }

  /** The same, and those in the file's own folder. */
  near(resources: readonly Resource[], uri: string): readonly Resource[] {
    const { byBundle, byFolder } = this.#groupsOf(resources);
    const groups = this.bundlesOf(uri).map(({ id }) => byBundle.get(id) ?? NONE);
    return inOrderOf(resources, [...groups, byFolder.get(parentOf(uri)) ?? NONE]);
  }

  #groupsOf(resources: readonly Resource[]): Groups {
    const known = this.#groups.get(resources);
    if (known !== undefined) return known;
    const uriOf = ({ document }: Resource) => document.uri;
    const groups: Groups = {
      byBundle: grouped(resources, (resource) => this.bundlesOf(uriOf(resource)).map(({ id }) => id)),
      byFolder: grouped(resources, (resource) => [parentOf(uriOf(resource))]),
    };
    this.#groups.set(resources, groups);
    return groups;
  }

  /** Whether a document may be judged as a whole manifest. */
  completenessOf(resource: Resource): Completeness {
    const { document } = resource;
    if (document.hasTemplateStructure || this.#isChartTemplate(document.uri)) return "template";
    if (this.#patchFiles.has(document.uri) || looksLikePatch(resource)) return "patch";
    return "complete";
  }

  /** The patches of every kustomization the resource is part of that apply to it. */
  patchesFor(resource: Resource): readonly Patch[] {
    return this.#transformersOf(resource.document.uri).flatMap((kustomization) =>
      kustomization.patches.filter((patch) => patch.appliesTo(resource)),
    );
  }

  /**
   * Labels that kustomizations put on the pods of a file beyond what is written there (`commonLabels`, `labels`
   * with `includeSelectors` or `includeTemplates`), with the values they have in one build or another.
   */
  podLabelsAdded(uri: string): ReadonlyMap<string, ReadonlySet<string>> {
    const added = new Map<string, Set<string>>();
    for (const { podLabels } of this.#transformersOf(uri)) {
      for (const [key, value] of podLabels) added.set(key, (added.get(key) ?? new Set()).add(value));
    }
    return added;
  }

  /** Whether some overlay decides the value at `path` of this resource, so that what is written here may not be what runs. */
  isPatched(resource: Resource, path: Path): boolean {
    return this.patchesFor(resource).some((patch) => patch.touches(path));
  }

  /** Whether a kustomization deploys more together with this file than the workspace shows. */
  isOpen(uri: string): boolean {
    return this.#transformersOf(uri).some((kustomization) => kustomization.isOpen);
  }

  /** Whether a kustomization gives the resources of this file other names, in one build or another. */
  isRenamed(uri: string): boolean {
    return this.#transformersOf(uri).some((kustomization) => kustomization.renames);
  }

  /** The kustomizations that change what a file says: those it is part of, and the components these use. */
  #transformersOf(uri: string): Kustomization[] {
    const found = new Set<Kustomization>();
    const add = (folder: string) => {
      const kustomization = this.#kustomizations.get(folder);
      if (kustomization === undefined || found.has(kustomization)) return;
      found.add(kustomization);
      for (const component of kustomization.components) add(component);
    };
    for (const { kind, id } of this.#members.get(uri) ?? []) if (kind === "kustomization") add(id);
    return [...found];
  }

  #bundlesIn(folder: string): readonly Bundle[] {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const chart = this.#chartOf(folder);
    const bundles: readonly Bundle[] = [
      { id: chart ?? folder, kind: chart === undefined ? "folder" : "chart", namespace: undefined },
    ];
    this.#folders.set(folder, bundles);
    return bundles;
  }

  #isChartTemplate(uri: string): boolean {
    const chart = this.#chartOf(parentOf(uri));
    return chart !== undefined && isWithin(`${chart}/templates`, uri);
  }

  /** The nearest chart that a folder is part of. */
  #chartOf(folder: string): string | undefined {
    for (let at = folder; ; at = parentOf(at)) {
      if (this.#charts.has(at)) return at;
      if (parentOf(at) === at) return undefined;
    }
  }

  /** Files of a kustomization and of those it builds on. */
  #follow(kustomization: Kustomization, visited: Set<string>): string[] {
    if (visited.has(kustomization.folder)) return [];
    visited.add(kustomization.folder);
    return kustomization.resources.flatMap((uri) => {
      const nested = this.#kustomizations.get(uri);
      return nested === undefined ? [uri] : this.#follow(nested, visited);
    });
  }
}

function grouped(
  resources: readonly Resource[],
  keysOf: (resource: Resource) => readonly string[],
): ReadonlyMap<string, readonly Resource[]> {
  const groups = new Map<string, Resource[]>();
  for (const resource of resources) {
    for (const key of keysOf(resource)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [resource]);
      else group.push(resource);
    }
  }
  return groups;
}

/** What is in one of the groups, each once, in the order of the list that the groups were made of. */
function inOrderOf(list: readonly Resource[], groups: readonly (readonly Resource[])[]): readonly Resource[] {
  const [only = NONE, ...others] = groups.filter((group) => group.length > 0);
  if (others.length === 0) return only;
  const wanted = new Set([only, ...others].flat());
  return wanted.size === only.length ? only : list.filter((resource) => wanted.has(resource));
}

/** What nothing of these kinds goes without: kubebuilder's projects keep patches without it, often switched off. */
const ESSENTIAL: Readonly<Record<string, Path>> = {
  "apiextensions.k8s.io/CustomResourceDefinition": "spec.names",
  "admissionregistration.k8s.io/MutatingWebhookConfiguration": "webhooks",
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration": "webhooks",
};

/**
 * A workload that the API server would refuse as it stands (no selector, and no image or no labels of its pods) is
 * meant to be merged into another one, whoever does that.
 */
function looksLikePatch(resource: Resource): boolean {
  if (resource.get("$patch") !== undefined) return true;
  const essential = ESSENTIAL[resource.type];
  if (essential !== undefined) return resource.get(essential) === undefined;
  if (resource.group !== "apps" || resource.get("spec.selector") !== undefined) return false;
  // Before apps/v1 the selector was taken from these labels.
  if (resource.get("spec.template.metadata.labels") === undefined) return true;
  const containers = itemsOf(resource.get("spec.template.spec.containers"));
  return !containers.some((container: Node) => nodeAt(container, "image") !== undefined);
}
