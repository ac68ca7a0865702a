import { overlaps, type Range } from "../model/range.ts";
import type { SchemaDocument, SchemaFinding } from "./types.ts";
import { explain, nameAt } from "./wording.ts";
import type { Problem } from "./yaml-language-server.ts";

/**
 * The findings that a document's problems amount to: what Kubernetes accepts is dropped, the rest is explained.
 * @param origin where the schema was found, when it came from the user
 */
export function findingsFrom(
  problems: readonly Problem[],
  document: SchemaDocument,
  origin: string | undefined,
): SchemaFinding[] {
  // The tree of a broken text is a guess, and so is every verdict about it.
  if (problems.some((each) => each.isSyntaxError && !REPEATED_KEY.test(each.message))) return [];
  // In the order of the text, whatever the order of the schema.
  return problems
    .filter((each) => each.fromSchema && !touchesMask(each, document) && !isAccepted(each, document))
    .map((each) => explain({ ...each, range: wholeWord(each.range, document.text) }, document, origin))
    .filter((each) => !isLeftToOthers(each, document))
    .sort((a, b) => a.range.start - b.range.start);
}

const REPEATED_KEY = /^Map keys must be unique/;

function touchesMask({ range }: Problem, { masks = [] }: SchemaDocument): boolean {
  return masks.some((mask) => overlaps(mask, range));
}

/** What the schema language cannot say but is fine. */
function isAccepted({ range }: Problem, { text }: SchemaDocument): boolean {
  const value = text.slice(range.start, range.end).trim();
  // Null stands for "not set" in every field: decoded as absent by Go, pruned from custom resources.
  if (value === "" || /^(?:~|null|Null|NULL)$/.test(value)) return true;
  // Something fills in the value before it is applied: `${REPLICAS}`, `$(REPLICAS)`, `$REPLICAS`, `<replicas>`.
  if (/\$\{[^}]*\}|\$\([^)]*\)|^["']?(?:\$[A-Z_][A-Z0-9_]*|<[^>]+>)["']?$/.test(value)) return true;
  // Base-60 numbers (`12:30`) are YAML 1.1 but strings to Kubernetes' parser.
  return /^[-+]?\d+(?::\d+)+(?:\.\d*)?$/.test(value);
}

/** Patches leave out what they do not change, and hold directives such as `$patch: delete`. */
function isLeftToOthers({ code, range }: SchemaFinding, { text, partial }: SchemaDocument): boolean {
  if (code === "schema-missing-field") return partial === true;
  return code === "schema-unknown-field" && PATCH_DIRECTIVE.test(nameAt(text, range));
}

const PATCH_DIRECTIVE = /^\$(?:patch|retainKeys|setElementOrder|deleteFromPrimitiveList)\b/;

/** A missing field is reported at the first character of the object that lacks it: the word there is easier to see. */
function wholeWord({ start, end }: Range, text: string): Range {
  if (end - start > 1) return { start, end };
  const [word = ""] = /^[\w./-]*/.exec(text.slice(start, start + 100)) ?? [];
  return { start, end: Math.max(end, start + word.length) };
}
