/** A VS Code snippet as `snippets/*.code-snippets` holds it. */
export interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly body: readonly string[];
}

// One of: an escaped character · ${1|a,b|} · ${1:default} · ${1} or $1. No snippet nests one in another.
const PIECE =
  /\\([$}\\])|\$\{(\d+)\|((?:\\.|[^|\\])*)\|\}|\$\{(\d+):((?:\\.|[^}\\])*)\}|\$\{(\d+)\}|\$(\d+)/g;

/**
 * The text that inserting the snippet gives when the user accepts every default: the first choice of a list,
 * the default of a placeholder, the same text wherever its number comes again, and nothing for `$0`.
 * `values` replaces defaults by number, as typing over them would.
 */
export function expandSnippet(snippet: Snippet, values: Readonly<Record<number, string>> = {}): string {
  const body = snippet.body.join("\n");
  const defaults = new Map<string, string>();
  for (const [, , choice, options, placeholder, text] of body.matchAll(PIECE)) {
    const number = choice ?? placeholder;
    if (number === undefined || defaults.has(number)) continue;
    defaults.set(number, unescapeText(text ?? (options ?? "").split(",")[0] ?? ""));
  }
  for (const [number, text] of Object.entries(values)) defaults.set(number, text);
  return body.replace(PIECE, (_, escaped, choice, _options, placeholder, _text, mention, bare) => {
    if (escaped !== undefined) return String(escaped);
    return defaults.get(choice ?? placeholder ?? mention ?? bare) ?? "";
  });
}

function unescapeText(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}
