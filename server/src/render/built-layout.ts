import type { Resource } from "../model/resource.ts";
import type { Patch } from "../workspace/kustomize-patch.ts";
import { type Bundle, type Completeness, Layout } from "../workspace/layout.ts";

/** A layout in which some files are the outcome of a build: complete, and deployed together. */
export class BuiltLayout extends Layout {
  readonly #outer: Layout;
  readonly #isBuilt: (uri: string) => boolean;
  readonly #bundles: readonly Bundle[];

  constructor(outer: Layout, bundle: Bundle, isBuilt: (uri: string) => boolean) {
    super(new Map(), () => undefined);
    this.#outer = outer;
    this.#isBuilt = isBuilt;
    this.#bundles = [bundle];
  }

  override reads(uri: string): boolean {
    return this.#outer.reads(uri);
  }

  override bundlesOf(uri: string): readonly Bundle[] {
    return this.#isBuilt(uri) ? this.#bundles : this.#outer.bundlesOf(uri);
  }

  override sharesBundle(a: string, b: string): boolean {
    if (!this.#isBuilt(a) && !this.#isBuilt(b)) return this.#outer.sharesBundle(a, b);
    return this.bundlesOf(a).some(({ id }) => this.bundlesOf(b).some((other) => other.id === id));
  }

  override completenessOf(resource: Resource): Completeness {
    return this.#isBuilt(resource.document.uri) ? "complete" : this.#outer.completenessOf(resource);
  }

  override patchesFor(resource: Resource): readonly Patch[] {
    return this.#isBuilt(resource.document.uri) ? [] : this.#outer.patchesFor(resource);
  }

  override podLabelsAdded(uri: string): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#isBuilt(uri) ? new Map() : this.#outer.podLabelsAdded(uri);
  }

  override isPatched(resource: Resource, path: Parameters<Layout["isPatched"]>[1]): boolean {
    return !this.#isBuilt(resource.document.uri) && this.#outer.isPatched(resource, path);
  }

  override isOpen(uri: string): boolean {
    return !this.#isBuilt(uri) && this.#outer.isOpen(uri);
  }

  override isRenamed(uri: string): boolean {
    return !this.#isBuilt(uri) && this.#outer.isRenamed(uri);
  }
}
