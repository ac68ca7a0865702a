/**
 * A field whose name is being typed makes the YAML around it invalid, and then nothing can be completed. It is
 * taken out at equal length; what completes the empty place replaces the spaces that stand for it.
 * @returns the text without the name, and the offset at which the name started
 */
export function withoutStartedField(text: string, offset: number): { text: string; offset: number } {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  const [word] = /(?<=^[ \t]*(?:- +)*)[\w-]*\w$/.exec(line) ?? [];
  const isLineEnd = /^[ \t]*(?:\r?\n|$)/.test(text.slice(offset, offset + 200));
  if (word === undefined || !isLineEnd) return { text, offset };
  const start = offset - word.length;
  return { text: text.slice(0, start) + " ".repeat(word.length) + text.slice(offset), offset: start };
}
