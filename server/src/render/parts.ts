import { SourceFile } from "../model/document.ts";
import type { Resource } from "../model/resource.ts";
import { resourcesOf } from "../symbols/on-demand.ts";
import type { Build } from "./build.ts";
import { type Rendered, renderedDocuments } from "./documents.ts";
import { layerFiles, type Plan, planOf, type Tree } from "./kustomization.ts";
import { type Base, baseOf, basesOf, type FileOf } from "./overlay-origin.ts";
import { templateUri } from "./template-origin.ts";

/** What a rendered document is made of. */
export interface Part extends Rendered {
  /** URI of the template, base or kustomization that it is filed under. */
  readonly uri: string;
  /** Undefined for a template, and for what a generator made. */
  readonly base: Base | undefined;
  /** The resource it is made of, where no other one may be meant. */
  readonly certainBase: Resource | undefined;
}

/** What the documents of a build's output are made of. */
export function partsOf(build: Build, output: string, plan: Plan | undefined, fileOf: FileOf): Part[] {
  const rendered = renderedDocuments(output);
  return build.kind === "chart" ? templates(build, rendered) : overlaid(build, rendered, plan, fileOf);
}

/** What a kustomization is built of, as the workspace shows it; undefined for one that is not built. */
export function planIn(folder: string, fileOf: FileOf): Plan | undefined {
  const tree: Tree = {
    text: (uri) => fileOf(uri)?.text,
    // What is no folder of a kustomization is a file: it has been built, so nothing is missing.
    kindOf: (uri) => (layerFiles(uri).some((file) => fileOf(file) !== undefined) ? "folder" : "file"),
  };
  const outcome = planOf(folder, tree);
  return "plan" in outcome ? outcome.plan : undefined;
}

function templates({ folder, file }: Build, documents: readonly Rendered[]): Part[] {
  return documents.map((document) => ({
    ...document,
    uri: document.source === undefined ? file : templateUri(folder, document.source),
    base: undefined,
    certainBase: undefined,
  }));
}

function overlaid(
  build: Build,
  documents: readonly Rendered[],
  plan: Plan | undefined,
  fileOf: FileOf,
): Part[] {
  const bases = plan === undefined ? new Map<string, Base[]>() : basesOf(plan, fileOf);
  const made = documents.map((document) => {
    const [resource] = new SourceFile(build.file, document.text, new Set()).documents.flatMap((each) =>
      resourcesOf(each),
    );
    return { document, found: resource === undefined ? undefined : baseOf(bases, resource) };
  });
  const uses = new Map<Resource, number>();
  for (const { found } of made)
    if (found !== undefined) uses.set(found.base.resource, (uses.get(found.base.resource) ?? 0) + 1);
  return made.map(({ document, found }) => {
    const base = found?.base;
    const isCertain = found?.candidates === 1 && base !== undefined && uses.get(base.resource) === 1;
    return {
      ...document,
      uri: base?.leaf.uri ?? build.file,
      base,
      certainBase: isCertain ? base.resource : undefined,
    };
  });
}
