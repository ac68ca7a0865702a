import { type Message, t } from "./message.ts";

/** What the YAML library says, by how it begins, and what it means for those who wrote the text. */
const REASONS: readonly (readonly [start: string, reason: Message])[] = [
  [
    "Nested mappings are not allowed",
    t(
      "a key begins inside of another one's value; its line may be indented too deep, or the value holds “: ” and needs quotes",
    ),
  ],
  [
    "Implicit keys need to be on a single line",
    t("a key goes on over several lines; a “:” may be missing, or a line is indented too deep"),
  ],
  ["Implicit map keys need to be followed", t("a key has no “:” behind it")],
  ["All mapping items must start", t("keys that belong together are not indented alike")],
  ["All sequence items must start", t("items of one list are not indented alike")],
  ["A block sequence may not be used", t("a list stands where a key belongs; its indentation may be wrong")],
  ["Tabs are not allowed", t("a tab stands in the indentation; use spaces")],
  ["Missing closing", t("a quotation mark is not closed")],
  ["Missing ,", t("a comma is missing between items in brackets")],
  ["Flow sequence in block collection", t("a “[” is not closed, or what follows it is not indented enough")],
  ["Flow map in block collection", t("a “{” is not closed, or what follows it is not indented enough")],
  [
    "Plain value cannot start",
    t("a value begins with a sign that means something else in YAML; quote the value"),
  ],
  [
    "Alias cannot be an empty string",
    t("“*” at the start of a value means something else in YAML; quote the value"),
  ],
  [
    "Unexpected scalar at node end",
    t("something follows a value that has ended; a quotation mark in it may have to be doubled"),
  ],
];

/** Why a text is no YAML, in words for its author; the library's own, in English, where there are none. */
export function syntaxReason(said: string): string | readonly Message[] {
  const known = REASONS.find(([start]) => said.startsWith(start));
  return known === undefined ? firstSentence(said) : [known[1]];
}

/** The part before the excerpt that the library adds, without the mark at its end. */
export function firstSentence(said: string): string {
  return (said.split("\n")[0] ?? said).replace(/[.:]$/, "");
}
