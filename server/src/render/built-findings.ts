import { SUPPRESSION_UNUSED } from "../config/built-in.ts";
import type { SourceDocument, SourceFile } from "../model/document.ts";
import type { Finding, Related } from "../rules/finding.ts";
import { atLeast } from "../rules/severity.ts";
import { type Suppression, suppressionsIn } from "../rules/suppressions.ts";
import { headOfFile } from "./anchor.ts";
import { type Build, idOf } from "./build.ts";
import { BuiltResource } from "./built-resource.ts";
import type { BuiltFinding } from "./judged.ts";
import { type Fate, isSameMessage, Overlaid } from "./overlaid.ts";
import type { FileOf } from "./overlay-origin.ts";
import { appliesTo, shownBy } from "./wording.ts";

/** So many builds are named that show a finding. */
const MAX_NAMED = 5;

interface Placed {
  readonly finding: BuiltFinding;
  readonly document: SourceDocument;
  readonly range: Finding["range"];
}

/** What of the builds a finding stands for. */
export interface Origins {
  /** The findings of builds that it shows; those of a source that no build shows have none. */
  readonly built: readonly BuiltFinding[];
  /** Whether a source shows it by itself. */
  readonly isWritten: boolean;
  /** Of a finding of a source, what is known of it from the overlays that build on it. */
  readonly fate: Fate | undefined;
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
    const built = this.#byUri.get(file.uri) ?? [];
    const { groups, silencing, shownToo } = grouped(file, own, built);
    const left = own.flatMap((finding) => {
      if (finding.ruleId === SUPPRESSION_UNUSED && isIn(silencing, finding.range)) return [];
      if (this.isUntold(finding)) return [];
      const fate = finding.suppression === undefined ? this.#overlaid.fateOf(finding) : undefined;
      const told = fate === undefined ? finding : naming(finding, fate, fileOf);
      const origins = { built: shownToo.get(finding) ?? [], isWritten: true, fate };
      if (fate !== undefined || origins.built.length > 0) this.#origins.set(told, origins);
      return [told];
    });
    const added = groups.map((group) => {
      const finding = asFinding(group, fileOf);
      this.#origins.set(finding, {
        built: group.map((each) => each.finding),
        isWritten: false,
        fate: undefined,
      });
      return finding;
    });
    return added.length === 0 ? left : [...left, ...added].sort(byPlace);
  }
}

function isEqual(a: readonly Finding[], b: readonly Finding[]): boolean {
  return a.length === b.length && a.every((finding, i) => finding === b[i]);
}

interface Grouped {
  /** What only building shows, by rule and place. */
  readonly groups: readonly (readonly Placed[])[];
  /** Places of the suppressions that were needed. */
  readonly silencing: ReadonlySet<Suppression["range"]>;
  /** What building shows as well, by the finding of the source. */
  readonly shownToo: ReadonlyMap<Finding, readonly BuiltFinding[]>;
}

function grouped(file: SourceFile, own: readonly Finding[], built: readonly BuiltFinding[]): Grouped {
  const silencing = new Set<Suppression["range"]>();
  const groups = new Map<string, Placed[]>();
  const shownToo = new Map<Finding, BuiltFinding[]>();
  for (const placed of built.flatMap((finding) => place(finding, file))) {
    const { finding, document, range } = placed;
    const same = own.find((other) => isSame(other, placed));
    if (same !== undefined) add(shownToo, same, finding);
    else if (!isSilenced(placed, silencing))
      add(groups, `${finding.ruleId} ${document.start + range.start}`, placed);
  }
  return { groups: [...groups.values()], silencing, shownToo };
}

function add<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [value]);
  else known.push(value);
}

function isIn(ranges: ReadonlySet<Suppression["range"]>, { start, end }: Finding["range"]): boolean {
  return [...ranges].some((range) => range.start === start && range.end === end);
}

/** A finding that some overlays resolve, with the names of those that do not. */
function naming(finding: Finding, { standing }: Fate, fileOf: FileOf): Finding {
  return {
    ...finding,
    message: appliesTo(finding.message, standing),
    related: [...finding.related, ...named(standing, fileOf)],
  };
}

function place(finding: BuiltFinding, file: SourceFile): Placed[] {
  const location = finding.anchor.locate(file);
  return location === undefined ? [] : [{ finding, ...location }];
}

/** Whether the source itself says so already: at the same place, or about the same thing in the same words. */
function isSame(own: Finding, { finding, document, range }: Placed): boolean {
  if (own.ruleId !== finding.ruleId || own.document !== document) return false;
  if (own.range.start === range.start) return true;
  return isSameMessage(own.message, finding.message);
}

/** Whether a comment or annotation in the source asks for silence about it; notes which one. */
function isSilenced({ finding, document, range }: Placed, silencing: Set<Suppression["range"]>): boolean {
  const resource = document.resources.length === 1 ? document.resources[0] : undefined;
  const asWritten: Finding = { ...finding, resource, document, range, related: [], fixes: [] };
  const found = suppressionsIn(document).filter(
    (each) => each.ruleId === finding.ruleId && each.reason !== "" && each.covers(asWritten),
  );
  for (const each of found) silencing.add(each.range);
  return found.length > 0;
}

function asFinding(group: readonly Placed[], fileOf: FileOf): Finding {
  const worst = group.reduce((a, b) => (atLeast(a.finding.severity, b.finding.severity) ? a : b));
  const { ruleId, severity, message, resource } = worst.finding;
  const related = worst.finding.related.flatMap((other): Related[] => {
    const file = fileOf(other.anchor.uri);
    const location = file === undefined ? undefined : other.anchor.locate(file);
    return location === undefined ? [] : [{ location, message: other.message }];
  });
  return {
    ruleId,
    severity,
    message,
    document: worst.document,
    range: worst.range,
    resource: new BuiltResource(worst.document, resource),
    related: [
      ...related,
      ...named(
        group.map((each) => each.finding.build),
        fileOf,
      ),
    ],
    fixes: [],
  };
}

/** Which builds show it, each at the file that makes it what it is. */
function named(all: readonly Build[], fileOf: FileOf): Related[] {
  const builds = [...new Map(all.map((build) => [idOf(build), build])).values()];
  return builds.slice(0, MAX_NAMED).flatMap((build, i) => {
    const file = fileOf(build.values ?? build.file);
    const location = file === undefined ? undefined : headOfFile(file);
    const more = i === MAX_NAMED - 1 ? builds.length - MAX_NAMED : 0;
    return location === undefined ? [] : [{ location, message: shownBy(build, more) }];
  });
}

function byPlace(a: Finding, b: Finding): number {
  return (
    a.document.start - b.document.start ||
    a.range.start - b.range.start ||
    (a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0)
  );
}
