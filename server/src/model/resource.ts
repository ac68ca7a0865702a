import type { SourceDocument } from "./document.ts";
import {
  entryOf,
  type MapNode,
  type Node,
  nodeAt,
  type Path,
  present,
  type Step,
  steps,
  stringMapOf,
  stringOf,
} from "./node.ts";
import type { Range } from "./range.ts";

/** A place in a document; the range counts from the document's start, so it stays true when the file moves around it. */
export interface Location {
  readonly document: SourceDocument;
  readonly range: Range;
}

/** One object of a document: the document itself, one item of a `kind: List`, or what an `UntypedForm` finds. */
export class Resource {
  readonly document: SourceDocument;
  readonly root: MapNode;
  readonly apiVersion: string;
  /** API group; empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** `group/Kind`, the identity of the type whatever its version: `apps/Deployment`, `/Service`. */
  readonly type: string;
  /** Undefined when nothing or a template says so. */
  readonly name: string | undefined;
  /** Undefined when nothing or a template says so: whoever applies it decides. */
  readonly namespace: string | undefined;
  readonly #derived = new Map<unknown, unknown>();

  /** `name` is that of a resource without metadata. */
  constructor(document: SourceDocument, root: MapNode, apiVersion: string, kind: string, name?: string) {
    const slash = apiVersion.indexOf("/");
    this.document = document;
    this.root = root;
    this.apiVersion = apiVersion;
    this.group = slash < 0 ? "" : apiVersion.slice(0, slash);
    this.version = apiVersion.slice(slash + 1);
    this.kind = kind;
    this.type = `${this.group}/${kind}`;
    this.name = name ?? stringOf(this.get("metadata.name"));
    this.namespace = stringOf(this.get("metadata.namespace"));
  }

  /** The node at a path; undefined where absent. An explicit null counts as absent, as it does for Kubernetes. */
  get(path: Path): Node | undefined {
    return present(nodeAt(this.root, path));
  }

  /** The resource's own labels; undefined when a template decides some of them. */
  get labels(): ReadonlyMap<string, string> | undefined {
    return stringMapOf(this.get("metadata.labels"));
  }

  /** Its name for people: as it is written where a template makes it, `web-…` for a generateName, `…` where nothing says. */
  get called(): string {
    if (this.name !== undefined) return this.name;
    const written = this.get("metadata.name");
    if (written?.kind === "scalar")
      return this.document.text.slice(written.range.start, written.range.end).replace(/^(["'])(.*)\1$/, "$2");
    return `${stringOf(this.get("metadata.generateName")) ?? ""}…`;
  }

  /** The annotations that are known. */
  annotation(name: string): string | undefined {
    return stringOf(this.get(["metadata", "annotations", name]));
  }

  /**
   * Where to show a finding about `path`: the value there, or, where it is absent, the key of the deepest
   * ancestor that is written.
   */
  at(path: Path): Location {
    let node: Node = this.root;
    let range: Range = this.#head();
    for (const step of steps(path)) {
      const next: { range: Range; node: Node } | undefined = descend(node, step);
      if (next === undefined) return this.locate(range);
      ({ node, range } = next);
    }
    return this.locate(node.kind === "scalar" && node.range.start !== node.range.end ? node : range);
  }

  /** The place of a node or range of this resource. */
  locate(at: Node | Range): Location {
    return { document: this.document, range: "kind" in at ? at.range : at };
  }

  /** Where a finding about the whole resource stands: its name, else its kind. */
  get title(): Location {
    return this.at(this.name === undefined ? "kind" : "metadata.name");
  }

  /** The value of a pure function of this resource, computed once. */
  derive<T>(compute: (resource: Resource) => T): T {
    if (!this.#derived.has(compute)) this.#derived.set(compute, compute(this));
    return this.#derived.get(compute) as T; // stored two lines above under the function that made it
  }

  #head(): Range {
    return entryOf(this.root, "kind")?.value.range ?? this.root.range;
  }
}

/** The next node and the range that names it best: a scalar itself, else the key or the list item's first line. */
function descend(node: Node, step: Step): { range: Range; node: Node } | undefined {
  if (typeof step === "number") {
    const item = node.kind === "seq" ? node.items[step] : undefined;
    return item === undefined ? undefined : { range: titleOf(item), node: item };
  }
  const entry = entryOf(node, step);
  return entry === undefined ? undefined : { range: entry.key.range, node: entry.value };
}

/** A short range that stands for a node: its `name`, its first key, or itself. */
export function titleOf(node: Node): Range {
  if (node.kind !== "map") return node.range;
  const name = entryOf(node, "name")?.value;
  if (name?.kind === "scalar" && name.range.start !== name.range.end) return name.range;
  return node.entries[0]?.key.range ?? node.range;
}
