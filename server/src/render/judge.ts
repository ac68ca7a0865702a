import { Analyzer } from "../analyze.ts";
import type { SourceDocument } from "../model/document.ts";
import { type Node, nodeAt, stringOf } from "../model/node.ts";
import type { Location, Resource } from "../model/resource.ts";
import type { Finding } from "../rules/finding.ts";
import { identityOf as findingIdentityOf } from "../rules/identity.ts";
import { type Subject, subjectsIn } from "../survival/subjects.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { Workspace } from "../workspace/workspace.ts";
import { type Anchor, fixedAnchor, headOfFile } from "./anchor.ts";
import { type Build, isPartOfChart } from "./build.ts";
import { BuiltLayout } from "./built-layout.ts";
import { identityOf } from "./built-resource.ts";
import { builtSnapshot } from "./built-snapshot.ts";
import type { BuiltFinding, BuiltPlace, BuiltWorkload, Judged, Surroundings } from "./judged.ts";
import type { Plan } from "./kustomization.ts";
import { guardsOfOthers } from "./other-overlays.ts";
import { overlayAnchor } from "./overlay-origin.ts";
import { type Part, partsOf, planIn } from "./parts.ts";
import { templateAnchor } from "./template-origin.ts";
import { endOf, trailTo } from "./trail.ts";

/**
 * Helm without a cluster claims the API versions that it was built with, removed ones too, and lacks those of add-ons. Which
 * one a chart chooses of them (`.Capabilities.APIVersions.Has`) says nothing about any cluster.
 */
const CHOSEN_BY_CLUSTER: ReadonlySet<string> = new Set(["api-version-removed"]);

/** Judges what a build makes, with the rest of the workspace around it. */
export function judge(build: Build, output: string, around: Surroundings): Judged {
  const fileOf = (uri: string) => around.file(uri);
  const plan = build.kind === "chart" ? undefined : planIn(build.folder, fileOf);
  return new Judgement(build, partsOf(build, output, plan, fileOf), plan, around).outcome();
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

  outcome(): Judged {
    const { folder } = this.#build;
    const leaves = this.#plan?.leaves ?? [];
    const snapshot = this.#snapshot();
    const { findings, made } = this.#judge(snapshot);
    return {
      ...{ build: this.#build, findings, made, workloads: this.#workloads(snapshot) },
      folders: new Set([folder, ...leaves.flatMap(({ layers }) => layers.map((layer) => layer.folder))]),
      leaves: new Set(leaves.map(({ uri }) => uri)),
      inputs: this.#plan?.inputs ?? new Set(),
      isComplete: snapshot.complete,
    };
  }

  #judge(snapshot: Snapshot): Pick<Judged, "findings" | "made"> {
    const analyzer = new Analyzer({ ...this.#around.policy, onlyPreferredFixes: true });
    const made = new Map<Resource, Set<string>>();
    for (const { certainBase } of this.#parts.values())
      if (certainBase !== undefined) made.set(certainBase, new Set());
    const findings: BuiltFinding[] = [];
    for (const file of this.#workspace.files())
      for (const finding of analyzer.analyze(snapshot, file)) {
        const built = this.#built(finding);
        // Where it shows, and what is built, have a say too: `overlays/dev` may be excused from what the base is not.
        const places = [built?.anchor.uri ?? file.uri, this.#build.file];
        if (!places.every((uri) => analyzer.wants(uri, finding.ruleId))) continue;
        if (built !== undefined) findings.push(built);
        const base = this.#baseOf(finding.document);
        if (base !== undefined) made.get(base)?.add(finding.ruleId);
      }
    return { findings, made };
  }

  #built(finding: Finding): BuiltFinding | undefined {
    const { ruleId, severity, message, resource, document, range, related } = finding;
    const anchor = this.#anchorOf({ document, range });
    if (resource === undefined || anchor === undefined) return undefined;
    if (this.#build.kind === "chart" && CHOSEN_BY_CLUSTER.has(ruleId)) return undefined;
    return {
      ...{ ruleId, severity, message, anchor, build: this.#build },
      resource: identityOf(resource),
      related: related.flatMap((other) => {
        const place = this.#anchorOf(other.location);
        return place === undefined ? [] : [{ anchor: place, message: other.message }];
      }),
      key: findingIdentityOf(finding),
      base: this.#baseOf(document),
    };
  }

  #workloads(snapshot: Snapshot): BuiltWorkload[] {
    // Of the build, not of the base: `overlays/prod` may state the zones that it is for.
    const { topology } = this.#around.policy.configFor(this.#build.file);
    return [...this.#workspace.files()]
      .flatMap(({ documents }) => documents)
      .flatMap((document) => subjectsIn(snapshot, document, topology))
      .flatMap((subject) => this.#workload(subject) ?? []);
  }

  #workload({ resource, posture, about }: Subject): BuiltWorkload | undefined {
    const place = this.#placeOf(resource);
    if (place === undefined) return undefined;
    return {
      ...{ ...place, posture },
      about: about.flatMap((other) => (this.#isBuilt(other) ? (this.#placeOf(other) ?? []) : [])),
      aboutAround: about.filter((other) => !this.#isBuilt(other)),
    };
  }

  #placeOf(resource: Resource): BuiltPlace | undefined {
    const anchor = this.#anchorOf(resource.title);
    return anchor && { resource: identityOf(resource), anchor };
  }

  #isBuilt({ document }: Resource): boolean {
    return this.#parts.has(document);
  }

  #baseOf(document: SourceDocument): Resource | undefined {
    return this.#parts.get(document)?.certainBase;
  }

  #snapshot(): Snapshot {
    const outer = this.#around.snapshot();
    const { folder } = this.#build;
    const bundle = { id: folder, kind: this.#build.kind, namespace: undefined };
    const isOfAnother = guardsOfOthers(this.#plan, outer.layout, (uri) => this.#around.file(uri));
    return builtSnapshot({
      outer,
      built: this.#workspace.snapshot(),
      layout: new BuiltLayout(outer.layout, bundle, (uri) => this.#uris.has(uri)),
      isAbsent: (other) => this.#isInput(other.document.uri) || isOfAnother(other),
    });
  }

  /** Whether a file of the workspace went into the build. */
  #isInput(uri: string): boolean {
    return this.#uris.has(uri) || isPartOfChart(this.#build, uri) || this.#plan?.inputs.has(uri) === true;
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
