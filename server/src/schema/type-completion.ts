import type { ResourceType, SchemaCompletion, SchemaDocument } from "./types.ts";

/**
 * What may be written for `apiVersion` and `kind`, and how a new document may begin. Undefined when the offset
 * is elsewhere, in a document whose type is known: there its schema knows what may follow.
 */
export function completeType(
  { text, apiVersion, kind }: SchemaDocument,
  offset: number,
  types: readonly ResourceType[],
): SchemaCompletion[] | undefined {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const line = text.slice(start, offset);
  const value = /^(apiVersion|kind):[ \t]+(["']?)([\w./-]*)$/.exec(line);
  if (value) {
    const [, field, , typed = ""] = value;
    const range = { start: offset - typed.length, end: endOfWord(text, offset) };
    const fitting =
      field === "kind"
        ? types.filter((each) => !apiVersion || each.apiVersion === apiVersion).map((each) => each.kind)
        : types.filter((each) => !kind || each.kind === kind).map((each) => each.apiVersion);
    // A kind that nobody knows yet, half typed, must not empty the list.
    const all =
      fitting.length > 0 ? fitting : types.map((each) => (field === "kind" ? each.kind : each.apiVersion));
    return [...new Set(all)].sort().map((label) => plain(label, "value", label, range));
  }
  if (apiVersion && kind) return undefined;
  return /^\w*$/.test(line) ? beginnings(text, { start, end: endOfWord(text, offset) }, types) : [];
}

function beginnings(
  text: string,
  range: SchemaCompletion["range"],
  types: readonly ResourceType[],
): SchemaCompletion[] {
  const isWritten = (field: string) => new RegExp(`^${field}:`, "m").test(text);
  const fields = ["apiVersion", "kind"].filter((field) => !isWritten(field));
  const completions = fields.map((field) => plain(field, "field", `${field}: `, range));
  if (fields.length < 2) return completions;
  return [...completions, ...types.map((type) => skeleton(type, range))];
}

function skeleton({ apiVersion, kind }: ResourceType, range: SchemaCompletion["range"]): SchemaCompletion {
  return {
    label: kind,
    kind: "snippet",
    detail: apiVersion,
    insertText: `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: \${1:name}\n$0`,
    isSnippet: true,
    range,
  };
}

function plain(
  label: string,
  kind: SchemaCompletion["kind"],
  insertText: string,
  range: SchemaCompletion["range"],
): SchemaCompletion {
  return { label, kind, insertText, isSnippet: false, range };
}

function endOfWord(text: string, offset: number): number {
  const [rest = ""] = /^[\w./-]*/.exec(text.slice(offset, offset + 200)) ?? [];
  return offset + rest.length;
}
