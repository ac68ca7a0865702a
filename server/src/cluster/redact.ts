/** Shorter values are no credentials, and would blot out ordinary words. */
const MIN_LENGTH = 6;
const HIDDEN = "[hidden]";

/** What looks like a credential wherever it comes from. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // A JSON web token: service accounts and OIDC.
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, HIDDEN],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{4,}/gi, `$1 ${HIDDEN}`],
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g, HIDDEN],
  // user:password@ of an address.
  [/(\w+:\/\/)[^/\s@]+@/g, `$1${HIDDEN}@`],
  [
    /\b((?:access_?|id_?|refresh_?)?token|password|secret|api_?key)(["']?\s*[=:]\s*["']?)[^\s"',&}]{4,}/gi,
    `$1$2${HIDDEN}`,
  ],
];

/** A text without the given secrets, their base64 forms, and whatever looks like a credential. */
export function redacted(text: string, secrets: Iterable<string> = []): string {
  let result = text;
  for (const secret of secrets) {
    if (secret.length < MIN_LENGTH) continue;
    for (const form of [secret, base64(secret), encodeURIComponent(secret)]) {
      result = result.replaceAll(form, HIDDEN);
    }
  }
  for (const [pattern, replacement] of PATTERNS) result = result.replace(pattern, replacement);
  return result;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** One line of at most 300 characters, without control characters. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  const line = text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ").trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
