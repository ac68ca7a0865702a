/** A key press: a replacement of one range of a text. */
export interface KeyPress {
  readonly at: number;
  readonly removed: number;
  readonly text: string;
}

/**
 * What a person types into a big manifest, press by press: names, numbers, keys and line ends in places all over
 * the file, each taken back afterwards so that the text stays what it was.
 */
export function* typing(text: string, presses: number): Generator<KeyPress> {
  const places = [
    ...text.matchAll(
      /(?<=^ {2}replicas: )\d|(?<=prefix: \/)beta|(?<=^ {2}name: )\w+|(?<=port: )http|(?<=maxUnavailable: )1/gm,
    ),
  ];
  const typed = ["2", "x", "ab", "1", "\n    note: a"];
  for (let i = 0, done = 0; done < presses; i++) {
    const place = places[(i * 37) % places.length];
    if (place === undefined) return;
    const at = place.index + place[0].length;
    const word = typed[i % typed.length] ?? "";
    for (let n = 0; n < word.length && done < presses; n++, done++)
      yield { at: at + n, removed: 0, text: word[n] ?? "" };
    for (let n = word.length; n > 0 && done < presses; n--, done++)
      yield { at: at + n - 1, removed: 1, text: "" };
  }
}

/** The text after a key press. */
export function pressed(text: string, { at, removed, text: inserted }: KeyPress): string {
  return text.slice(0, at) + inserted + text.slice(at + removed);
}
