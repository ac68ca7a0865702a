import { resourcesIn, type SourceDocument } from "../model/document.ts";
import type { Node } from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";
import type { Range } from "../model/range.ts";
import { Resource } from "../model/resource.ts";
import { scanHeader } from "../model/scan.ts";
import { maskTemplates } from "../model/templates.ts";
import { baseName } from "../workspace/uri.ts";

/** What the first lines of a document that is not parsed say. Good enough to list it; whoever needs more parses it. */
export interface Header {
  readonly apiVersion: string;
  readonly kind: string;
  /** `group/Kind`. */
  readonly type: string;
  /** Undefined when a template fills it in. */
  readonly name: string | undefined;
  /** Where the name stands, else the kind's line. */
  readonly range: Range;
}

const NO_NAME = { start: 0, end: 0 };
const KUSTOMIZATION = /^(?:kustomization\.ya?ml|Kustomization)$/;

/** Longer documents that no rule reads are dashboards and the like: no names are looked for in them. */
const LONGEST = 500_000;

/** The resources of a document, which is parsed for it when no rule needed it. */
export function resourcesOf(document: SourceDocument): readonly Resource[] {
  if (document.parsed === undefined) return document.derive(parseOnDemand);
  return document.resources.length > 0 ? document.resources : document.derive(readKustomization);
}

function parseOnDemand(document: SourceDocument): readonly Resource[] {
  if (document.text.length > LONGEST) return [];
  const { root } = parseDocument(inertText(document), document.masks);
  const found = root === undefined ? [] : resourcesIn(document, root);
  return found.length > 0 ? found : kustomizationIn(document, root);
}

function readKustomization(document: SourceDocument): readonly Resource[] {
  return kustomizationIn(document, document.parsed?.root);
}

/** A kustomization need not say what it is. */
function kustomizationIn(document: SourceDocument, root: Node | undefined): readonly Resource[] {
  if (root?.kind !== "map" || !KUSTOMIZATION.test(baseName(document.uri))) return [];
  return [new Resource(document, root, "kustomize.config.k8s.io/v1beta1", "Kustomization")];
}

/** Whether a file is a kustomization. */
export function isKustomization(uri: string): boolean {
  return KUSTOMIZATION.test(baseName(uri));
}

/** The text as the parser takes it: template actions replaced at equal length. */
export function inertText({ text, masks }: SourceDocument): string {
  return masks.length === 0 ? text : maskTemplates(text).text;
}

/** The header of a document that is not parsed; undefined for parsed ones, which say it better themselves. */
export function headerOf(document: SourceDocument): Header | undefined {
  return document.parsed === undefined ? document.derive(readHeader) : undefined;
}

function readHeader({ text }: SourceDocument): Header | undefined {
  const { apiVersion, kind } = /^[\s\uFEFF]*\{/.test(text.slice(0, 200))
    ? jsonHeader(text)
    : scanHeader(text);
  if (apiVersion === undefined || kind === undefined) return undefined;
  const slash = apiVersion.indexOf("/");
  const type = `${slash < 0 ? "" : apiVersion.slice(0, slash)}/${kind}`;
  const at = nameIn(text);
  const name = at === undefined ? undefined : text.slice(at.start, at.end);
  if (at === undefined || name === undefined || /[{}$]/.test(name))
    return { apiVersion, kind, type, name: undefined, range: NO_NAME };
  return { apiVersion, kind, type, name, range: at };
}

function jsonHeader(text: string): ReturnType<typeof scanHeader> {
  return {
    apiVersion: /"apiVersion"\s*:\s*"([\w./-]+)"/.exec(text)?.[1],
    kind: /"kind"\s*:\s*"([\w.-]+)"/.exec(text)?.[1],
  };
}

const METADATA = /^["']?metadata["']?[ \t]*:|[{,]\s*["']?metadata["']?\s*:(?=\s*\{)/m;
const FLOW_NAME = /^\s*\{[^{}]*?["']?\bname["']?\s*:\s*["']?([^\s"',}]+)/;

/** Where `metadata.name` stands, read off the text. */
function nameIn(text: string): Range | undefined {
  const metadata = METADATA.exec(text);
  if (metadata === null) return undefined;
  const start = metadata.index + metadata[0].length;
  const flow = FLOW_NAME.exec(text.slice(start, start + 2000));
  return flow === null ? nameBelow(text, start) : endingAt(start + flow[0].length, flow[1]);
}

/** The `name` among the first lines that are indented below an offset. */
function nameBelow(text: string, offset: number): Range | undefined {
  let depth: number | undefined;
  let at = text.indexOf("\n", offset) + 1;
  while (at > 0 && at < text.length) {
    const next = text.indexOf("\n", at) + 1;
    const line = text.slice(at, next === 0 ? text.length : next);
    const content = line.trimStart();
    if (content !== "" && !content.startsWith("#")) {
      const indent = line.length - content.length;
      depth ??= indent;
      if (indent < depth || depth === 0) return undefined;
      const name = indent === depth ? /^name:[ \t]+["']?([^\s"'#]+)/.exec(content) : null;
      if (name !== null) return endingAt(at + indent + name[0].length, name[1]);
    }
    at = next;
  }
  return undefined;
}

function endingAt(end: number, text: string | undefined): Range {
  return { start: end - (text?.length ?? 0), end };
}
