import type { SourceDocument } from "../model/document.ts";
import type { Range } from "../model/range.ts";
import { namespacesOf, onlyOne } from "../traffic/istio-host.ts";
import type { Candidate } from "./candidate.ts";
import { type Cursor, cursorAt } from "./cursor.ts";
import { definitionSites } from "./definition-sites.ts";
import { labelCandidates, templateCandidates } from "./label-candidates.ts";
import { hostCandidates, partCandidates, resourceCandidates } from "./name-candidates.ts";
import { headerOf } from "./on-demand.ts";
import { compile, coveredBy } from "./path.ts";
import type { Target } from "./targets.ts";
import { sitesFor } from "./uses.ts";
import type { World } from "./world.ts";
import { asPlain } from "./written.ts";

/** A name that may be written at a place. */
export interface NameCompletion {
  readonly label: string;
  /** What bears the name, for people: `Service web · shop`. */
  readonly detail: string;
  readonly insertText: string;
  /** What it replaces; offsets are the document's. */
  readonly range: Range;
}

/** What fits at a place. */
export interface NameCompletions {
  readonly items: readonly NameCompletion[];
  /** More fit than are listed: ask again when more is typed. */
  readonly isIncomplete: boolean;
}

const NOTHING: NameCompletions = { items: [], isIncomplete: false };

/** More than anybody looks through. */
const MOST = 300;

const templateLabels = definitionSites
  .filter(({ sort }) => sort === "label")
  .flatMap((site) => site.at.flatMap(compile));

/** The names that fit at an offset of a document, the likeliest first. */
export function completeNames(world: World, document: SourceDocument, offset: number): NameCompletions {
  // A long document of a kind that has no names to complete must not be read for nothing.
  if (!typesIn(document).some((type) => sitesFor(type).length > 0)) return NOTHING;
  const cursor = cursorAt(document, offset);
  if (cursor === undefined) return NOTHING;
  const { found, isIncomplete } = likeliest(candidatesAt(world, cursor), cursor.typed);
  const items = Array.from(found, ([label, candidate]) => spelled(world, label, candidate, cursor));
  return { items, isIncomplete };
}

/** The first candidates by what is shown of them; where there are too many, those that are like what was typed. */
function likeliest(
  candidates: Iterable<Candidate>,
  typed: string,
): { readonly found: ReadonlyMap<string, Candidate>; readonly isIncomplete: boolean } {
  const first = new Map<string, Candidate>();
  const alike = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const label = labelOf(candidate);
    if (first.has(label) || alike.has(label)) continue;
    if (first.size <= MOST) first.set(label, candidate);
    if (isLike(label, typed)) alike.set(label, candidate);
    if (alike.size === MOST) return { found: alike, isIncomplete: true };
  }
  return first.size <= MOST ? { found: first, isIncomplete: false } : { found: alike, isIncomplete: true };
}

function labelOf({ name, value }: Candidate): string {
  return value === undefined ? name : `${name}: ${value}`;
}

function typesIn(document: SourceDocument): readonly string[] {
  const header = headerOf(document);
  return header === undefined ? document.resources.map(({ type }) => type) : [header.type];
}

function* candidatesAt(world: World, cursor: Cursor): Iterable<Candidate> {
  const { resource, path, role } = cursor;
  for (const { site, patterns } of sitesFor(resource.type)) {
    for (const pattern of patterns) {
      const depth = coveredBy(resource, pattern, path);
      if (depth === undefined) continue;
      if (site.to.sort === "label") yield* labelCandidates(world, cursor, site.to, depth);
      else if (depth === path.length && role === "value") yield* namesFor(world, cursor, site.to);
    }
  }
  for (const pattern of templateLabels) {
    const depth = coveredBy(resource, pattern, path);
    if (depth !== undefined) yield* templateCandidates(world, cursor, depth);
  }
}

function namesFor(
  world: World,
  cursor: Cursor,
  target: Exclude<Target, { sort: "label" }>,
): Iterable<Candidate> {
  if (target.sort === "resource") return resourceCandidates(world, cursor, target);
  if (target.sort === "host") return hostCandidates(world, cursor);
  return partCandidates(world, cursor, target);
}

/** Whether the letters that were typed stand in the name in this order, as editors match them. */
function isLike(name: string, typed: string): boolean {
  const lower = name.toLowerCase();
  let at = -1;
  for (const letter of typed.toLowerCase()) {
    at = lower.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}

/** A candidate as it is written at the cursor: in the quotes that are there, else in those that it needs. */
function spelled(
  { snapshot }: World,
  label: string,
  { name, value, isNumber, owner }: Candidate,
  { json, quote, range, quoted }: Cursor,
): NameCompletion {
  const namespace = onlyOne(namespacesOf(snapshot, owner));
  const bearer = owner.name === undefined ? owner.kind : `${owner.kind} ${owner.name}`;
  const detail = namespace === undefined ? bearer : `${bearer} · ${namespace}`;
  const scalar = (text: string) => (json ? JSON.stringify(text) : asPlain(text));
  if (value !== undefined) {
    const insertText = `${scalar(name)}: ${scalar(value)}`;
    return { label, detail, insertText, range: quoted };
  }
  if (isNumber) return { label, detail, insertText: name, range: quoted };
  const insertText = quote === undefined ? scalar(name) : name;
  return { label, detail, insertText, range };
}
