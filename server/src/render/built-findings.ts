import { SUPPRESSION_UNUSED } from "../config/built-in.ts";
import type { SourceDocument, SourceFile } from "../model/document.ts";
import { type Message, t } from "../model/message.ts";
import type { Finding, Related } from "../rules/finding.ts";
import { atLeast } from "../rules/severity.ts";
import { type Suppression, suppressionsIn } from "../rules/suppressions.ts";
import { parentOf, relativeTo } from "../workspace/uri.ts";
import { headOfFile } from "./anchor.ts";
import { type Build, idOf } from "./build.ts";
import { BuiltResource } from "./built-resource.ts";
import type { BuiltFinding } from "./judge.ts";
import type { FileOf } from "./overlay-origin.ts";

/** So many builds are named that show a finding. */
const MAX_NAMED = 5;

interface Placed {
  readonly finding: BuiltFinding;
  readonly document: SourceDocument;
  readonly range: Finding["range"];
}

/** The findings of all builds, by the source files they are shown in. */
export class BuiltFindings {
  static readonly none = new BuiltFindings([]);

  readonly #byUri = new Map<string, BuiltFinding[]>();
  /** What was said last about a file: the same findings again for as long as nothing changes. */
  readonly #said = new WeakMap<SourceFile, { own: readonly Finding[]; all: readonly Finding[] }>();

  constructor(findings: readonly BuiltFinding[]) {
    for (const finding of findings) {
      const known = this.#byUri.get(finding.anchor.uri);
      if (known === undefined) this.#byUri.set(finding.anchor.uri, [finding]);
      else known.push(finding);
    }
  }

  /** The files that have findings. */
  get uris(): Iterable<string> {
    return this.#byUri.keys();
  }

  /**
   * A file's findings with those that only building shows, each told once at its place: what is found in the
   * source itself is not repeated, and several builds with the same finding are named in one. Sorted by place and
   * rule within each document. They offer no fixes: what is right in one build may be wrong in another.
   */
  addTo(file: SourceFile, own: readonly Finding[], fileOf: FileOf): readonly Finding[] {
    const built = this.#byUri.get(file.uri);
    if (built === undefined) return own;
    const said = this.#said.get(file);
    if (said !== undefined && isEqual(said.own, own)) return said.all;
    const all = merged(file, own, built, fileOf);
    this.#said.set(file, { own, all });
    return all;
  }
}

function isEqual(a: readonly Finding[], b: readonly Finding[]): boolean {
  return a.length === b.length && a.every((finding, i) => finding === b[i]);
}

function merged(
  file: SourceFile,
  own: readonly Finding[],
  built: readonly BuiltFinding[],
  fileOf: FileOf,
): readonly Finding[] {
  const silencing = new Set<Suppression["range"]>();
  const groups = new Map<string, Placed[]>();
  for (const placed of built.flatMap((finding) => place(finding, file))) {
    if (own.some((other) => isSame(other, placed)) || isSilenced(placed, silencing)) continue;
    const key = `${placed.finding.ruleId} ${placed.document.start + placed.range.start}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [placed]);
    else group.push(placed);
  }
  const added = [...groups.values()].map((group) => asFinding(group, fileOf));
  const left = own.filter(
    ({ ruleId, range }) =>
      ruleId !== SUPPRESSION_UNUSED ||
      ![...silencing].some(({ start, end }) => start === range.start && end === range.end),
  );
  return added.length === 0 ? left : [...left, ...added].sort(byPlace);
}

function place(finding: BuiltFinding, file: SourceFile): Placed[] {
  const location = finding.anchor.locate(file);
  return location === undefined ? [] : [{ finding, ...location }];
}

/** Whether the source itself says so already: at the same place, or about the same thing in the same words. */
function isSame(own: Finding, { finding, document, range }: Placed): boolean {
  if (own.ruleId !== finding.ruleId || own.document !== document) return false;
  if (own.range.start === range.start) return true;
  const { text, values } = own.message;
  return text === finding.message.text && sameValues(values, finding.message.values);
}

function sameValues(a: Message["values"], b: Message["values"]): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
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
    related: [...related, ...buildsIn(group, fileOf)],
    fixes: [],
  };
}

/** Which builds show it, each at the file that makes it what it is. */
function buildsIn(group: readonly Placed[], fileOf: FileOf): Related[] {
  const builds = [...new Map(group.map(({ finding: { build } }) => [idOf(build), build])).values()];
  return builds.slice(0, MAX_NAMED).flatMap((build, i) => {
    const file = fileOf(build.values ?? build.file);
    const location = file === undefined ? undefined : headOfFile(file);
    const more = i === MAX_NAMED - 1 ? builds.length - MAX_NAMED : 0;
    return location === undefined ? [] : [{ location, message: shownBy(build, more) }];
  });
}

function shownBy({ kind, folder, values }: Build, more: number): Message {
  const name = relativeTo(parentOf(folder), folder) ?? folder;
  if (more > 0) return t("This shows in what is built from here, and in {more} more builds.", { more });
  if (kind === "kustomization") return t("This shows in what Kustomize builds from {name}.", { name });
  if (values === undefined)
    return t("This shows when Helm renders the chart {name} with its own values.yaml.", { name });
  return t("This shows when Helm renders the chart {name} with {values}.", {
    name,
    values: relativeTo(folder, values) ?? values,
  });
}

function byPlace(a: Finding, b: Finding): number {
  return (
    a.document.start - b.document.start ||
    a.range.start - b.range.start ||
    (a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0)
  );
}
