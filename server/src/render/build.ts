import type { SourceFile } from "../model/document.ts";
import { type Message, t } from "../model/message.ts";
import { itemsOf, type Node, nodeAt, stringOf } from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";
import { isKustomization } from "../symbols/on-demand.ts";
import { baseName, isWithin, parentOf, resolve } from "../workspace/uri.ts";

/** One way to make what is deployed out of the files of a workspace. */
export interface Build {
  readonly kind: "chart" | "kustomization";
  /** URI of the chart or kustomization. */
  readonly folder: string;
  /** URI of the `Chart.yaml` or the kustomization file. */
  readonly file: string;
  /** URI of the values file that is added to the chart's own `values.yaml`. */
  readonly values: string | undefined;
  /** Name of the release. */
  readonly release: string;
}

/** Something that Nines does not render, and why. */
export interface Declined {
  /** URI of the file that asks for it. */
  readonly file: string;
  readonly reason: Message;
}

/** What there is to render in a workspace. */
export interface Builds {
  readonly builds: readonly Build[];
  readonly declined: readonly Declined[];
}

/** So many values files under `ci/` are tried for one chart. */
const MAX_VALUES = 20;

/** Identifies a build. */
export function idOf({ file, values }: Build): string {
  return values === undefined ? file : `${file} ${values}`;
}

/** The charts with each of their values files, and the kustomizations that no other one builds on. */
export function buildsOf(files: Iterable<SourceFile>): Builds {
  const all = new Map(Array.from(files, (file) => [file.uri, file]));
  const uris = [...all.keys()].sort();
  const charts = uris.filter((uri) => baseName(uri) === "Chart.yaml");
  const folders = new Set(charts.map(parentOf));
  const builds: Build[] = [];
  const declined: Declined[] = [];
  for (const uri of charts) {
    const file = all.get(uri);
    if (file === undefined || isVendored(uri, folders)) continue;
    const root = parseDocument(file.text).root;
    if (stringOf(nodeAt(root, "type")) === "library") declined.push({ file: uri, reason: library() });
    else addChart(uri, releaseOf(root), uris, builds, declined);
  }
  for (const file of topKustomizations(uris.flatMap((uri) => all.get(uri) ?? [])))
    builds.push({
      kind: "kustomization",
      folder: parentOf(file),
      file,
      values: undefined,
      release: "",
    });
  return { builds, declined };
}

function addChart(
  file: string,
  release: string,
  uris: readonly string[],
  builds: Build[],
  declined: Declined[],
): void {
  const folder = parentOf(file);
  const values = uris.filter((uri) => parentOf(uri) === `${folder}/ci` && /-values\.ya?ml$/.test(uri));
  for (const each of [undefined, ...values.slice(0, MAX_VALUES)])
    builds.push({ kind: "chart", folder, file, values: each, release });
  if (values.length > MAX_VALUES)
    declined.push({
      file: values[MAX_VALUES] ?? file,
      reason: t(
        "The chart has {count} values files under ci/; it is rendered with the first {limit} only. Check the others by hand with `helm template`.",
        { count: values.length, limit: MAX_VALUES },
      ),
    });
}

function library(): Message {
  return t("This chart is a library: it renders nothing of its own. The charts that use it are rendered.");
}

/** Charts that a chart carries in `charts/` are rendered as its parts. */
function isVendored(uri: string, charts: ReadonlySet<string>): boolean {
  for (let folder = parentOf(parentOf(uri)), below = ""; folder !== below; ) {
    if (baseName(folder) === "charts" && charts.has(parentOf(folder))) return true;
    below = folder;
    folder = parentOf(folder);
  }
  return false;
}

const RELEASE_NAME = /^[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?$/;

/** The chart's name, as most people call its release. */
function releaseOf(chart: Node | undefined): string {
  const name = stringOf(nodeAt(chart, "name")) ?? "";
  return RELEASE_NAME.test(name) ? name : "release-name";
}

function topKustomizations(files: readonly SourceFile[]): string[] {
  const own = files.filter(({ uri }) => isKustomization(uri));
  const roots = new Map(own.map(({ uri, text }) => [uri, parseDocument(text).root]));
  const used = new Set(
    Array.from(roots).flatMap(([uri, root]) =>
      ["resources", "bases", "components"].flatMap((key) =>
        itemsOf(nodeAt(root, key)).flatMap((item) => {
          const path = stringOf(item);
          return path === undefined || path.includes("\n") ? [] : [resolve(parentOf(uri), path)];
        }),
      ),
    ),
  );
  const met = new Set<string>();
  return own.flatMap(({ uri }) => {
    const folder = parentOf(uri);
    const isPart = stringOf(nodeAt(roots.get(uri), "kind")) === "Component";
    if (isPart || met.has(folder) || used.has(folder)) return [];
    met.add(folder);
    return [uri];
  });
}

/** Whether a file is one that a build replaces by what it makes of it, by its place alone. */
export function isPartOfChart({ kind, folder }: Build, uri: string): boolean {
  return kind === "chart" && isWithin(folder, uri);
}
