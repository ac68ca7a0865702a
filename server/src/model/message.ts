/** A sentence for people, kept as data so that it can be shown in their language. `text` is its English form and its key in the catalogues. */
export interface Message {
  readonly text: string;
  readonly values: Readonly<Record<string, MessageValue>>;
}

/** What stands for a placeholder: a plain value, or sentences and words that are translated too, with commas between them. */
export type MessageValue = string | number | readonly Message[];

/** Makes a message. `{name}` in the text stands for the value of that name. */
export function t(text: string, values: Message["values"] = {}): Message {
  return { text, values };
}

/** Sentences in a row, as one text: after the full-width mark that ends a Chinese one there is no space. */
export function inOneLine(sentences: readonly string[]): string {
  return sentences.join(" ").replace(/([。？！]) /g, "$1");
}

/** What stands between the messages of a list: Chinese has a mark of its own for that. */
const COMMA = t(", ").text;

/** Sentences in another language by their English text (`bundle.l10n.<language>.json`). */
export type Catalogue = Readonly<Record<string, string>>;

/** The message as text, in the catalogue's language where it has the sentence, else in English. */
export function render(message: Message, catalogue: Catalogue = {}): string {
  const template = Object.hasOwn(catalogue, message.text)
    ? (catalogue[message.text] ?? message.text)
    : message.text;
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(message.values, name) ? message.values[name] : undefined;
    if (typeof value !== "object") return value === undefined ? whole : String(value);
    return value.map((each) => render(each, catalogue)).join(catalogue[COMMA] ?? COMMA);
  });
}
