// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const TAB = "  ";

/**
 * Text from a file as it may be shown: characters that steer a terminal or turn the direction of writing, with
 * which a file could fake output, become `�`.
 */
export function printable(text: string): string {
  return text.replaceAll("\t", TAB).replace(CONTROL, "\uFFFD");
}

/** East Asian wide and fullwidth characters and emoji (Unicode UAX #11), which take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
const WIDTHLESS = /[\p{M}\p{Cf}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII, the common case
const ASCII = /^[\x00-\x7f]*$/;

/** How many columns of a terminal a printable text takes. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += WIDTHLESS.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}
