import { SUPPRESSION_UNUSED } from "../config/built-in.ts";
import type { SourceFile } from "../model/document.ts";
import type { Finding } from "../rules/finding.ts";
import type { BuiltFinding } from "./judged.ts";
import { asFinding, naming } from "./merging.ts";
import { Overlaid } from "./overlaid.ts";
import type { FileOf } from "./overlay-origin.ts";
import { grouped } from "./placed.ts";

/** What of the builds a finding stands for. */
export interface Origins {
  /** The findings of builds that it shows; those of a source that no build shows have none. */
  readonly built: readonly BuiltFinding[];
  /** Whether a source shows it by itself. */
  readonly isWritten: boolean;
}

/** The findings of all builds, by the source files they are shown in. */
export class BuiltFindings {
  static readonly none = new BuiltFindings([]);

  readonly #byUri = new Map<string, BuiltFinding[]>();
  readonly #overlaid: Overlaid;
  readonly #origins = new WeakMap<Finding, Origins>();
  /** What was said last about a file: the same findings again for as long as nothing changes. */
  readonly #said = new WeakMap<SourceFile, { own: readonly Finding[]; all: readonly Finding[] }>();

  constructor(findings: readonly BuiltFinding[], overlaid: Overlaid = Overlaid.none) {
    this.#overlaid = overlaid;
    for (const finding of findings) {
      const known = this.#byUri.get(finding.anchor.uri);
      if (known === undefined) this.#byUri.set(finding.anchor.uri, [finding]);
      else known.push(finding);
    }
  }

  /** The files whose findings are not those of the source alone. */
  get uris(): Iterable<string> {
    return new Set([...this.#byUri.keys(), ...this.#overlaid.uris]);
  }

  /**
   * A file's findings with those that only building shows, each told once at its place: what is found in the
   * source itself is not repeated, and several builds with the same finding are named in one. What every overlay
   * resolves is left out, and what some of them resolve names the others. Sorted by place and rule within each
   * document. Findings of builds offer no fixes: what is right in one build may be wrong in another.
   */
  addTo(file: SourceFile, own: readonly Finding[], fileOf: FileOf): readonly Finding[] {
    if (!this.#byUri.has(file.uri) && !this.#overlaid.uris.has(file.uri)) return own;
    const said = this.#said.get(file);
    if (said !== undefined && isEqual(said.own, own)) return said.all;
    const all = this.#merged(file, own, fileOf);
    this.#said.set(file, { own, all });
    return all;
  }

  /** Whether a finding of a source is left out, since every overlay resolves it. */
  isUntold(finding: Finding): boolean {
    return finding.suppression === undefined && this.#overlaid.fateOf(finding)?.standing.length === 0;
  }

  /** What a finding that `addTo` gave stands for; undefined for one that has nothing to do with any build. */
  originsOf(finding: Finding): Origins | undefined {
    return this.#origins.get(finding);
  }

  /** A finding that only building shows, as some of the builds show it alone: with their names and numbers. */
  narrowed(finding: Finding, isMeant: (built: BuiltFinding) => boolean, fileOf: FileOf): Finding {
    const origins = this.#origins.get(finding);
    const built = origins?.built.filter(isMeant) ?? [];
    if (origins === undefined || origins.isWritten || built.length === 0) return finding;
    const { document, range } = finding;
    const narrowed = asFinding(
      built.map((each) => ({ finding: each, document, range })),
      fileOf,
    );
    this.#origins.set(narrowed, { ...origins, built });
    return narrowed;
  }

  #merged(file: SourceFile, own: readonly Finding[], fileOf: FileOf): readonly Finding[] {
    const told = own.filter((finding) => !this.isUntold(finding));
    const { groups, silencing, shownToo } = grouped(file, told, this.#byUri.get(file.uri) ?? []);
    const left = told.flatMap((finding) => {
      if (finding.ruleId === SUPPRESSION_UNUSED && isIn(silencing, finding.range)) return [];
      const fate = finding.suppression === undefined ? this.#overlaid.fateOf(finding) : undefined;
      const named = fate === undefined ? finding : naming(finding, fate, fileOf);
      const built = shownToo.get(finding);
      if (built !== undefined) this.#origins.set(named, { built, isWritten: true });
      return [named];
    });
    const added = groups.map((group) => {
      const finding = asFinding(group, fileOf);
      this.#origins.set(finding, { built: group.map((each) => each.finding), isWritten: false });
      return finding;
    });
    return added.length === 0 ? left : [...left, ...added].sort(byPlace);
  }
}

function isEqual(a: readonly Finding[], b: readonly Finding[]): boolean {
  return a.length === b.length && a.every((finding, i) => finding === b[i]);
}

function isIn(ranges: ReadonlySet<Finding["range"]>, { start, end }: Finding["range"]): boolean {
  return [...ranges].some((range) => range.start === start && range.end === end);
}

function byPlace(a: Finding, b: Finding): number {
  return (
    a.document.start - b.document.start ||
    a.range.start - b.range.start ||
    (a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0)
  );
}
