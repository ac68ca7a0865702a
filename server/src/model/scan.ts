/** What can be said of a document without parsing it. */
export interface Header {
  readonly apiVersion: string | undefined;
  readonly kind: string | undefined;
}

const KIND = /^\uFEFF?["']?kind["']?[ \t]*:[ \t]*["']?([\w.-]+)/m;
const API_VERSION = /^\uFEFF?["']?apiVersion["']?[ \t]*:[ \t]*["']?([\w./-]+)/m;
// In flow style (JSON) keys stand anywhere; the first one is good enough to decide whether to parse.
const FLOW_START = /^(?:[\s\uFEFF]|#[^\n]*\n|---[^\n]*\n)*\{/;
const FLOW_API_VERSION = /["']?\bapiVersion["']?\s*:\s*["']?([\w./-]+)/;
const FLOW_KIND = /["']?\bkind["']?\s*:\s*["']?([\w.-]+)/g;

/**
 * Reads `apiVersion` and `kind` off the text, far cheaper than a parse. Top-level keys of block style only;
 * for flow style (JSON) `flowKinds` gives every kind that is named anywhere in it.
 */
export function scanHeader(text: string): Header {
  return { apiVersion: API_VERSION.exec(text)?.[1], kind: KIND.exec(text)?.[1] };
}

/** Whether a rule that reads one of `kinds` (`Kind`, or `apiVersion/Kind` for one version) could find something here. */
export function mayHold(text: string, kinds: ReadonlySet<string>): boolean {
  const kind = KIND.exec(text)?.[1];
  if (kind !== undefined) {
    if (kinds.has(kind) || kind.endsWith("List")) return true;
    return kinds.has(`${API_VERSION.exec(text)?.[1]}/${kind}`);
  }
  if (!FLOW_START.test(text.slice(0, 4096))) return false;
  const version = FLOW_API_VERSION.exec(text)?.[1];
  for (const [, kind] of text.matchAll(FLOW_KIND)) {
    if (kind === undefined) continue;
    if (kinds.has(kind) || kinds.has(`${version}/${kind}`) || kind.endsWith("List")) return true;
  }
  return false;
}
