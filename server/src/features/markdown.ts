const SPECIAL = /[\\`*_[\]<>~|#]/g;

/** Text as it is, in Markdown: names in manifests may hold anything. */
export function escapeMarkdown(text: string): string {
  return text.replace(SPECIAL, (character) => `\\${character}`);
}
