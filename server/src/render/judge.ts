import { Analyzer, type Policy } from "../analyze.ts";
import { type SourceDocument, SourceFile } from "../model/document.ts";
import type { Message } from "../model/message.ts";
import { type Node, nodeAt, stringOf } from "../model/node.ts";
import type { Location } from "../model/resource.ts";
import type { Severity } from "../rules/severity.ts";
import { resourcesOf } from "../symbols/on-demand.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { Workspace } from "../workspace/workspace.ts";
import { type Anchor, fixedAnchor, headOfFile } from "./anchor.ts";
import { type Build, isPartOfChart } from "./build.ts";
import { BuiltLayout } from "./built-layout.ts";
import { type Identity, identityOf } from "./built-resource.ts";
import { builtSnapshot } from "./built-snapshot.ts";
import { type Rendered, renderedDocuments } from "./documents.ts";
import { layerFiles, type Plan, planOf, type Tree } from "./kustomization.ts";
import { type Base, baseOf, basesOf, overlayAnchor } from "./overlay-origin.ts";
import { templateAnchor, templateUri } from "./template-origin.ts";
import { endOf, trailTo } from "./trail.ts";

/** The workspace that a build is part of. */
export interface Surroundings {
  file(uri: string): SourceFile | undefined;
  snapshot(): Snapshot;
  readonly policy: Policy;
}

/** A finding about what a build makes, tied to the source it comes from. */
export interface BuiltFinding {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly message: Message;
  /** What it is about, as it is called in the end. */
  readonly resource: Identity;
  readonly anchor: Anchor;
  readonly related: readonly { readonly anchor: Anchor; readonly message: Message }[];
  readonly build: Build;
}

/**
 * Helm without a cluster claims the API versions that it was built with, removed ones too, and lacks those of add-ons. Which
 * one a chart chooses of them (`.Capabilities.APIVersions.Has`) says nothing about any cluster.
 */
const CHOSEN_BY_CLUSTER: ReadonlySet<string> = new Set(["api-version-removed"]);

/** What a rendered document is made of. */
interface Part extends Rendered {
  /** URI of the template, base or kustomization that it is filed under. */
  readonly uri: string;
  /** Undefined for a template. */
  readonly base: Base | undefined;
}

/** Judges what a build makes, with the rest of the workspace around it. */
export function judge(build: Build, output: string, around: Surroundings): readonly BuiltFinding[] {
  const plan = build.kind === "chart" ? undefined : planIn(build, around);
  const rendered = renderedDocuments(output);
  const parts = build.kind === "chart" ? templates(build, rendered) : overlaid(build, rendered, plan, around);
  return new Judgement(build, parts, plan, around).findings();
}

/** What a kustomization is built of, as the workspace shows it. */
function planIn({ folder }: Build, around: Surroundings): Plan | undefined {
  const tree: Tree = {
    text: (uri) => around.file(uri)?.text,
    // What is no folder of a kustomization is a file: it has been built, so nothing is missing.
    kindOf: (uri) => (layerFiles(uri).some((file) => around.file(file) !== undefined) ? "folder" : "file"),
  };
  const outcome = planOf(folder, tree);
  return "plan" in outcome ? outcome.plan : undefined;
}

function templates({ folder, file }: Build, documents: readonly Rendered[]): Part[] {
  return documents.map((document) => ({
    ...document,
    uri: document.source === undefined ? file : templateUri(folder, document.source),
    base: undefined,
  }));
}

function overlaid(
  build: Build,
  documents: readonly Rendered[],
  plan: Plan | undefined,
  around: Surroundings,
): Part[] {
  const fileOf = (uri: string) => around.file(uri);
  const bases = plan === undefined ? new Map<string, Base[]>() : basesOf(plan, fileOf);
  return documents.map((document) => {
    const [resource] = new SourceFile(build.file, document.text, new Set()).documents.flatMap((each) =>
      resourcesOf(each),
    );
    const base = resource === undefined ? undefined : baseOf(bases, resource);
    return { ...document, uri: base?.leaf.uri ?? build.file, base };
  });
}

class Judgement {
  readonly #build: Build;
  readonly #around: Surroundings;
  readonly #plan: Plan | undefined;
  readonly #workspace: Workspace;
  readonly #uris = new Set<string>();
  /** What each rendered document is made of. */
  readonly #parts = new Map<SourceDocument, Part>();

  constructor(build: Build, parts: readonly Part[], plan: Plan | undefined, around: Surroundings) {
    this.#build = build;
    this.#around = around;
    this.#plan = plan;
    this.#workspace = new Workspace(around.policy.rules.flatMap((rule) => rule.types));
    for (const [uri, own] of byUri(parts)) {
      this.#uris.add(uri);
      const text = own.map((part) => (part.text.startsWith("---") ? part.text : `---\n${part.text}`));
      const { documents } = this.#workspace.set(uri, text.map(withNewline).join(""));
      // As many as there were texts: each begins with its marker, and none holds another.
      for (const [i, document] of documents.entries()) {
        const part = own[i];
        if (part !== undefined) this.#parts.set(document, part);
      }
    }
  }

  findings(): BuiltFinding[] {
    const { policy } = this.#around;
    const analyzer = new Analyzer({ ...policy, onlyPreferredFixes: true });
    const snapshot = this.#snapshot();
    return [...this.#workspace.files()]
      .flatMap((file) => analyzer.analyze(snapshot, file))
      .flatMap(({ ruleId, severity, message, resource, document, range, related }) => {
        const anchor = this.#anchorOf({ document, range });
        if (resource === undefined || anchor === undefined) return [];
        // Where it shows, and what is built, have a say too: `overlays/dev` may be excused from what the base is not.
        if (this.#build.kind === "chart" && CHOSEN_BY_CLUSTER.has(ruleId)) return [];
        if (![anchor.uri, this.#build.file].every((uri) => analyzer.wants(uri, ruleId))) return [];
        const others = related.flatMap((other) => {
          const place = this.#anchorOf(other.location);
          return place === undefined ? [] : [{ anchor: place, message: other.message }];
        });
        const identity = identityOf(resource);
        return [
          { ruleId, severity, message, resource: identity, anchor, related: others, build: this.#build },
        ];
      });
  }

  #snapshot(): Snapshot {
    const outer = this.#around.snapshot();
    const { folder } = this.#build;
    const bundle = { id: folder, kind: this.#build.kind, namespace: undefined };
    return builtSnapshot({
      outer,
      built: this.#workspace.snapshot(),
      layout: new BuiltLayout(outer.layout, bundle, (uri) => this.#uris.has(uri)),
      isReplaced: (uri) =>
        this.#uris.has(uri) || isPartOfChart(this.#build, uri) || this.#plan?.inputs.has(uri) === true,
    });
  }

  /** The source of a place; undefined when it lies outside the workspace, as in a packed chart. */
  #anchorOf(location: Location): Anchor | undefined {
    const { document, range } = location;
    const part = this.#parts.get(document);
    if (part === undefined) {
      const isOurs = this.#workspace.file(document.uri) === document.file;
      return isOurs ? undefined : fixedAnchor(location);
    }
    const root = document.parsed?.root;
    if (root === undefined || this.#around.file(part.uri) === undefined) return undefined;
    const trail = trailTo(root, range);
    if (part.base !== undefined) {
      const fileOf = (uri: string) => this.#around.file(uri);
      return overlayAnchor(part.base, trail, endOf(trail, root), fileOf);
    }
    if (this.#build.kind === "chart")
      return templateAnchor(part.uri, root, this.#ordinalOf(document, root), trail);
    return { uri: part.uri, locate: headOfFile };
  }

  /** How many documents of its kind the same template rendered before a document. */
  #ordinalOf(document: SourceDocument, root: Node): number {
    const kind = stringOf(nodeAt(root, "kind"));
    const { documents } = document.file;
    return documents
      .slice(0, documents.indexOf(document))
      .filter((other) => stringOf(nodeAt(other.parsed?.root, "kind")) === kind).length;
  }
}

function byUri(parts: readonly Part[]): ReadonlyMap<string, readonly Part[]> {
  const grouped = new Map<string, Part[]>();
  for (const part of parts) {
    const known = grouped.get(part.uri);
    if (known === undefined) grouped.set(part.uri, [part]);
    else known.push(part);
  }
  return grouped;
}

function withNewline(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
