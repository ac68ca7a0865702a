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

/** More than anybody looks through. */
const MOST = 300;

const templateLabels = definitionSites
  .filter(({ sort }) => sort === "label")
  .flatMap((site) => site.at.flatMap(compile));

/** The names that fit at an offset of a document, the likeliest first. */
export function completeNames(
  world: World,
  document: SourceDocument,
  offset: number,
): readonly NameCompletion[] {
  // A long document of a kind that has no names to complete must not be read for nothing.
  if (!typesIn(document).some((type) => sitesFor(type).length > 0)) return [];
  const cursor = cursorAt(document, offset);
  if (cursor === undefined) return [];
  const found = new Map<string, Candidate>();
  const all = candidatesAt(world, cursor);
  for (const candidate of all) {
    const label = labelOf(candidate);
    if (all.length > MOST && !isLike(label, cursor.typed)) continue;
    if (!found.has(label)) found.set(label, candidate);
    if (found.size === MOST) break;
  }
  return Array.from(found, ([label, candidate]) => spelled(world, label, candidate, cursor));
}

function labelOf({ name, value }: Candidate): string {
  return value === undefined ? name : `${name}: ${value}`;
}

function typesIn(document: SourceDocument): readonly string[] {
  const header = headerOf(document);
  return header === undefined ? document.resources.map(({ type }) => type) : [header.type];
}

function candidatesAt(world: World, cursor: Cursor): readonly Candidate[] {
  const { resource, path, role } = cursor;
  const inSites = sitesFor(resource.type).flatMap(({ site, patterns }) =>
    patterns.flatMap((pattern) => {
      const depth = coveredBy(resource, pattern, path);
      if (depth === undefined) return [];
      if (site.to.sort === "label") return labelCandidates(world, cursor, site.to, depth);
      return depth === path.length && role === "value" ? namesFor(world, cursor, site.to) : [];
    }),
  );
  const inTemplate = templateLabels.flatMap((pattern) => {
    const depth = coveredBy(resource, pattern, path);
    return depth === undefined ? [] : templateCandidates(world, cursor, depth);
  });
  return [...inSites, ...inTemplate];
}

function namesFor(
  world: World,
  cursor: Cursor,
  target: Exclude<Target, { sort: "label" }>,
): readonly Candidate[] {
  if (target.sort === "resource") return resourceCandidates(world, cursor, target);
  if (target.sort === "host") return hostCandidates(world, cursor);
  return partCandidates(world, cursor, target);
}

/** Whether the letters that were typed stand in the name in this order, as editors match them. */
function isLike(name: string, typed: string): boolean {
  let at = -1;
  for (const letter of typed.toLowerCase()) {
    at = name.toLowerCase().indexOf(letter, at + 1);
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
