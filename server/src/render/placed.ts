import type { SourceDocument, SourceFile } from "../model/document.ts";
import type { Finding } from "../rules/finding.ts";
import { type Suppression, suppressionsIn } from "../rules/suppressions.ts";
import type { BuiltFinding } from "./judged.ts";
import { isSameMessage } from "./overlaid.ts";

/** A finding of a build, and its place in a source as it is now. */
export interface Placed {
  readonly finding: BuiltFinding;
  readonly document: SourceDocument;
  readonly range: Finding["range"];
}

/** The findings of builds in a file, beside those of the file itself. */
export interface Grouped {
  /** What only building shows, by rule and place. */
  readonly groups: readonly (readonly Placed[])[];
  /** Places of the suppressions that were needed. */
  readonly silencing: ReadonlySet<Suppression["range"]>;
  /** What building shows as well, by the finding of the source. */
  readonly shownToo: ReadonlyMap<Finding, readonly BuiltFinding[]>;
}

/** Tells apart what the source shows, too, what it asks for silence about, and what only building shows. */
export function grouped(file: SourceFile, own: readonly Finding[], built: readonly BuiltFinding[]): Grouped {
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
