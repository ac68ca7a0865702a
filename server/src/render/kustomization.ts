import { type Message, t } from "../model/message.ts";
import { itemsOf, type Node, nodeAt, present, stringOf } from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";
import { resolve } from "../workspace/uri.ts";

/** The files that kustomizations are read from. */
export interface Tree {
  /** The text of a file; undefined when it is not there or no text. */
  text(uri: string): string | undefined;
  kindOf(uri: string): "file" | "folder" | undefined;
}

/** One kustomization or component that has a hand in a build. */
export interface Layer {
  readonly folder: string;
  /** URI of the kustomization file. */
  readonly file: string;
  readonly root: Node;
  readonly prefix: string;
  readonly suffix: string;
}

/** A file of resources that a kustomization takes in. */
export interface Leaf {
  readonly uri: string;
  /** What changes its resources, the one that has the last word first. */
  readonly layers: readonly Layer[];
}

/** What a kustomization is built of. */
export interface Plan {
  readonly leaves: readonly Leaf[];
  /** URIs of every file that is read. */
  readonly inputs: ReadonlySet<string>;
}

export type PlanOutcome = { readonly plan: Plan } | { readonly refusal: Message };

const NAMES = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
/** They run programs, or download what they take in, unless somebody knows better. */
const FOREIGN = [
  "generators",
  "transformers",
  "validators",
  "helmCharts",
  "helmChartInflationGenerator",
  "helmGlobals",
];
/** A kustomization that reaches more folders than this, the same one counted each time, is a mistake or an attack. */
const MAX_FOLDERS = 2_000;

/** URIs at which the kustomization of a folder may stand. */
export function layerFiles(folder: string): string[] {
  return NAMES.map((name) => `${folder}/${name}`);
}

class Refusal extends Error {
  readonly reason: Message;
  constructor(reason: Message) {
    super(reason.text);
    this.reason = reason;
  }
}

/**
 * Reads a kustomization and everything it builds on. Refuses it when building it would follow an address, run a
 * program, or need something that is not there: `kustomize` takes whatever it does not find on the disk for an
 * address (kustomize api/internal/target/kusttarget.go, accumulateResources).
 */
export function planOf(folder: string, tree: Tree): PlanOutcome {
  try {
    const reader = new Reader(tree);
    const { leaves } = reader.read(folder, []);
    return { plan: { leaves, inputs: reader.inputs } };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.reason };
    throw error;
  }
}

class Reader {
  readonly inputs = new Set<string>();
  readonly #tree: Tree;
  #folders = 0;

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** The leaves of a folder, and the layers it lays over those of others when it is a component. */
  read(folder: string, above: readonly string[]): { leaves: Leaf[]; layers: Layer[] } {
    if (above.includes(folder) || ++this.#folders > MAX_FOLDERS) throw new Refusal(endless());
    const layer = this.#layer(folder);
    const inside = [...above, folder];
    const components = pathsIn(layer.root, ["components"]).map((path) =>
      this.read(this.#existing(folder, path, "folder"), inside),
    );
    const layers = [layer, ...components.toReversed().flatMap((component) => component.layers)];
    const leaves = pathsIn(layer.root, ["resources", "bases"]).flatMap((path) => {
      const uri = this.#existing(folder, path);
      if (this.#tree.kindOf(uri) === "folder") return this.read(uri, inside).leaves;
      this.inputs.add(uri);
      return [{ uri, layers: [] }];
    });
    const all = [...leaves, ...components.flatMap((component) => component.leaves)];
    for (const path of otherPathsIn(layer.root)) this.inputs.add(this.#existing(folder, path, "file"));
    return { leaves: all.map(({ uri, layers: own }) => ({ uri, layers: [...layers, ...own] })), layers };
  }

  #layer(folder: string): Layer {
    const file = layerFiles(folder).find((uri) => this.#tree.text(uri) !== undefined);
    const root = file === undefined ? undefined : parseDocument(this.#tree.text(file) ?? "").root;
    if (file === undefined || root?.kind !== "map") throw new Refusal(unreadable(folder));
    this.inputs.add(file);
    for (const field of FOREIGN) {
      const value = present(nodeAt(root, field));
      if (value !== undefined && !(value.kind === "seq" && value.items.length === 0))
        throw new Refusal(foreign(field));
    }
    return {
      folder,
      file,
      root,
      prefix: stringOf(nodeAt(root, "namePrefix")) ?? "",
      suffix: stringOf(nodeAt(root, "nameSuffix")) ?? "",
    };
  }

  /** The URI of something a kustomization names. */
  #existing(folder: string, path: string, wanted?: "file" | "folder"): string {
    if (isAddress(path)) throw new Refusal(remote(path));
    const uri = resolve(folder, path);
    const kind = path.startsWith("/") ? undefined : this.#tree.kindOf(uri);
    if (kind === undefined || (wanted !== undefined && kind !== wanted)) throw new Refusal(remote(path));
    return uri;
  }
}

/** `https://…`, `git::…`, `git@host:…`. Other addresses give themselves away by not being on the disk. */
function isAddress(path: string): boolean {
  return path.includes("://") || path.includes("::") || /^[\w.-]+@/.test(path);
}

function pathsIn(root: Node, keys: readonly string[]): string[] {
  return keys.flatMap((key) => itemsOf(nodeAt(root, key)).flatMap((item) => stringOf(item) ?? []));
}

/** Paths of all other files that a kustomization reads. */
function otherPathsIn(root: Node): string[] {
  const ofItems = (key: string) =>
    itemsOf(nodeAt(root, key)).flatMap((item) => stringOf(present(nodeAt(item, "path"))) ?? []);
  const generators = ["configMapGenerator", "secretGenerator"].flatMap((key) => itemsOf(nodeAt(root, key)));
  return [
    ...pathsIn(root, ["patchesStrategicMerge"]).filter((entry) => !entry.includes("\n")),
    ...pathsIn(root, ["crds", "configurations"]),
    ...["patches", "patchesJson6902", "replacements"].flatMap(ofItems),
    ...(stringOf(present(nodeAt(root, "openapi.path"))) === undefined
      ? []
      : [stringOf(nodeAt(root, "openapi.path")) ?? ""]),
    ...generators.flatMap((generator) => [
      ...pathsIn(generator, ["files"]).map((entry) => entry.slice(entry.indexOf("=") + 1)),
      ...pathsIn(generator, ["envs"]),
      ...(stringOf(present(nodeAt(generator, "env"))) === undefined
        ? []
        : [stringOf(nodeAt(generator, "env")) ?? ""]),
    ]),
  ];
}

function remote(path: string): Message {
  return t(
    "It builds on “{path}”, which is no file or folder here. Nines follows no addresses and downloads nothing, so this is not built. Bring it into the repository, or build it yourself and check the output with `nines check --stdin`.",
    { path: path.length > 200 ? `${path.slice(0, 200)}…` : path },
  );
}

function foreign(field: string): Message {
  return t(
    "It uses “{field}”, which may run programs or download charts, so Nines does not build it. Build it yourself and check the output with `nines check --stdin`.",
    { field },
  );
}

function unreadable(folder: string): Message {
  return t("There is no readable kustomization in {folder}, so this is not built. Correct the path.", {
    folder: folder.slice(folder.lastIndexOf("/") + 1),
  });
}

function endless(): Message {
  return t("It builds on itself, or on more than {limit} folders, so it is not built. Remove the circle.", {
    limit: MAX_FOLDERS,
  });
}
