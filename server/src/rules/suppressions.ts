import type { SourceDocument } from "../model/document.ts";
import type { Node } from "../model/node.ts";
import { contains, type Range } from "../model/range.ts";
import type { Resource } from "../model/resource.ts";
import type { Finding } from "./finding.ts";
import type { Rule, RuleDocs } from "./rule.ts";

/** A comment or annotation that asks for silence. Ranges count from the document's start. */
export interface Suppression {
  readonly ruleId: string;
  readonly reason: string;
  /** Where it is written. */
  readonly range: Range;
  /** What it silences. */
  covers(finding: Finding): boolean;
}

const NOTHING: Range = { start: -1, end: -1 };
const COMMENT = /^[ \t]*#[ \t]*nines-ignore\b[ \t]*([^\s:]*)[ \t]*:?[ \t]*(.*)$/gm;

/** The suppressions written in a document: comments above a node or the document, and `nines/ignore` annotations. */
export function suppressionsIn(document: SourceDocument): readonly Suppression[] {
  if (!document.text.includes("nines")) return [];
  return [...comments(document), ...document.resources.flatMap(annotations)];
}

function comments(document: SourceDocument): Suppression[] {
  const matches = [...document.text.matchAll(COMMENT)];
  const contents = contentsBelow(document.text, matches);
  return matches.map((match, i) => {
    const start = match.index + match[0].indexOf("#");
    const range = { start, end: match.index + match[0].trimEnd().length };
    const target = targetAt(document, contents[i]);
    return {
      ruleId: match[1] ?? "",
      reason: (match[2] ?? "").trim(),
      range,
      covers: (finding) => target === undefined || contains(target, finding.range),
    };
  });
}

/** Where the first content below each comment begins. Comments that follow one another share it. */
function contentsBelow(text: string, matches: readonly RegExpExecArray[]): (number | undefined)[] {
  const offsets: (number | undefined)[] = [];
  for (let i = matches.length - 1; i >= 0; i--) {
    const end = endOf(matches[i]);
    const next = matches[i + 1];
    const adjoining = next !== undefined && text.slice(end, next.index).trim() === "";
    offsets[i] = adjoining ? offsets[i + 1] : contentBelow(text, end);
  }
  return offsets;
}

function endOf(match: RegExpExecArray | undefined): number {
  return match === undefined ? 0 : match.index + match[0].length;
}

function contentBelow(text: string, from: number): number | undefined {
  const next = /^[ \t]*([^\s#])/m.exec(text.slice(from));
  return next === null ? undefined : from + next.index + next[0].length - 1;
}

/** The range of the node that begins where the next content is; undefined for the whole document. */
function targetAt(document: SourceDocument, offset: number | undefined): Range | undefined {
  const root = document.parsed?.root;
  if (root === undefined) return undefined;
  if (offset === undefined) return NOTHING;
  if (document.text.startsWith("---", offset) || isFirst(root, offset)) return undefined;
  return nodeStartingOn(root, offset, document.text) ?? { start: offset, end: offset };
}

function isFirst(root: Node, offset: number): boolean {
  return root.kind !== "map" || offset <= (root.entries[0]?.key.range.start ?? root.range.start);
}

/** The outermost entry or list item that begins at `offset`; a list item begins at its dash. */
function nodeStartingOn(node: Node, offset: number, text: string): Range | undefined {
  if (node.kind === "scalar") return undefined;
  if (node.kind === "seq") {
    for (const item of node.items) {
      const dash = node.flow ? -1 : text.lastIndexOf("-", item.range.start - 1);
      const start = dash < node.range.start ? item.range.start : dash;
      if (start === offset || item.range.start === offset) return { start, end: item.range.end };
      if (start < offset && offset < item.range.end) return nodeStartingOn(item, offset, text);
    }
    return undefined;
  }
  for (const { key, value, inherited } of node.entries) {
    if (inherited) continue;
    if (key.range.start === offset) return { start: offset, end: Math.max(value.range.end, key.range.end) };
    if (key.range.start < offset && offset < value.range.end) return nodeStartingOn(value, offset, text);
  }
  return undefined;
}

function annotations(resource: Resource): Suppression[] {
  const text = resource.annotation("nines/ignore");
  if (text === undefined) return [];
  const { range } = resource.at(["metadata", "annotations", "nines/ignore"]);
  return text
    .split(/\n|;/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const colon = line.indexOf(":");
      return {
        ruleId: (colon < 0 ? line : line.slice(0, colon)).trim(),
        reason: colon < 0 ? "" : line.slice(colon + 1).trim(),
        range,
        covers: (finding) => finding.resource === resource,
      };
    });
}

/** Whether another linter's annotation on the resource asks to skip the same check. */
export function isIgnoredByPeer(resource: Resource, rule: Rule): boolean {
  const { peers } = rule.docs;
  if (peers === undefined || resource.get("metadata.annotations") === undefined) return false;
  return (
    names(peers, "kube-linter").some(
      (check) => resource.annotation(`ignore-check.kube-linter.io/${check}`) !== undefined,
    ) ||
    kubeScore(resource, names(peers, "kube-score")) ||
    polaris(resource, names(peers, "polaris"))
  );
}

function names(
  peers: NonNullable<RuleDocs["peers"]>,
  peer: keyof NonNullable<RuleDocs["peers"]>,
): readonly string[] {
  const value = peers[peer];
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

/** `kube-score/ignore: check-a,check-b` (kube-score README, “Ignoring a test”). */
function kubeScore(resource: Resource, checks: readonly string[]): boolean {
  const listed = (resource.annotation("kube-score/ignore") ?? "").split(",").map((check) => check.trim());
  return checks.some((check) => listed.includes(check));
}

/** `polaris.fairwinds.com/exempt: "true"` or `…/<check>-exempt: "true"` (polaris docs, “Exemptions”). */
function polaris(resource: Resource, checks: readonly string[]): boolean {
  if (checks.length === 0) return false;
  if (resource.annotation("polaris.fairwinds.com/exempt") === "true") return true;
  return checks.some((check) => resource.annotation(`polaris.fairwinds.com/${check}-exempt`) === "true");
}
