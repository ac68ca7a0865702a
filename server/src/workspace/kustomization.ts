import { booleanOf, itemsOf, type Node, nodeAt, present, stringMapOf, stringOf } from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";
import { type Patch, patchesOf } from "./kustomize-patch.ts";
import { replacementsOf } from "./kustomize-replacement.ts";
import { resolve } from "./uri.ts";

/** A kustomization as far as Nines reads it. */
export interface Kustomization {
  readonly folder: string;
  readonly namespace: string | undefined;
  readonly resources: readonly string[];
  /** Folders of components: what they patch and label is everything in this kustomization. */
  readonly components: readonly string[];
  readonly patches: readonly Patch[];
  /** Labels that the build puts on every pod template in it. */
  readonly podLabels: ReadonlyMap<string, string>;
  /** It takes in more than the workspace shows: remote bases, charts, generators. */
  readonly isOpen: boolean;
  /** It gives its resources other names than they are written with. */
  readonly renames: boolean;
}

/** Reads the text of the kustomization in a folder; `read` gives the text of any other file where it is known. */
export function readKustomization(
  folder: string,
  text: string,
  read: (uri: string) => string | undefined,
): Kustomization {
  const root = parseDocument(text).root;
  const local = (key: string) =>
    itemsOf(nodeAt(root, key)).flatMap((item) => {
      const path = stringOf(item);
      return path === undefined || path.includes("://") || path.includes("\n") ? [] : [resolve(folder, path)];
    });
  const components = local("components");
  return {
    folder,
    namespace: stringOf(present(nodeAt(root, "namespace"))),
    resources: [...local("resources"), ...local("bases"), ...components],
    components,
    patches: [...patchesOf(root, folder, read), ...replacementsOf(root, folder, read)],
    podLabels: podLabelsIn(root),
    isOpen: isOpen(root),
    renames: ["namePrefix", "nameSuffix"].some((key) => present(nodeAt(root, key)) !== undefined),
  };
}

/** Fields of a kustomization whose results are known only when it is built. */
const BUILT = ["helmCharts", "helmChartInflationGenerator", "generators", "transformers"];

function isOpen(root: Node | undefined): boolean {
  const taken = ["resources", "bases", "components"].flatMap((key) => itemsOf(nodeAt(root, key)));
  return (
    BUILT.some((key) => itemsOf(nodeAt(root, key)).length > 0) ||
    taken.some((item) => isRemote(stringOf(item) ?? ""))
  );
}

/** A URL, `github.com/org/repo`, or `git@host:…` (kustomize api/internal/git/repospec.go). */
function isRemote(path: string): boolean {
  return (
    path.includes("://") || path.includes("?ref=") || /^(?:git@|[\w-]+\.(?:com|org|io|net)\/)/.test(path)
  );
}

/** `commonLabels` reach selectors and pod templates; entries of `labels` only where they say so. */
function podLabelsIn(root: Node | undefined): ReadonlyMap<string, string> {
  const reaching = itemsOf(nodeAt(root, "labels")).filter((item) =>
    ["includeSelectors", "includeTemplates"].some((flag) => booleanOf(nodeAt(item, flag)) === true),
  );
  const maps = [nodeAt(root, "commonLabels"), ...reaching.map((item) => nodeAt(item, "pairs"))];
  return new Map(maps.flatMap((map) => [...(stringMapOf(map) ?? [])]));
}
