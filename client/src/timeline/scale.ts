/** Distances between marks that people count in, in seconds. */
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((count) => count * DAY),
];

/** Where seconds stand in a picture. */
export interface Scale {
  /** The end of the axis, in seconds. */
  readonly end: number;
  readonly marks: readonly { readonly seconds: number; readonly text: string }[];
  /** Distance from the start of the axis. */
  at(seconds: number): number;
}

/**
 * A scale from 0 to `longest` seconds over `width`. Marks are at least `gap` apart.
 */
export function scaleOf(longest: number, width: number, gap: number): Scale {
  const end = longest > 0 ? longest : MINUTE;
  const most = Math.max(1, Math.floor(width / gap));
  const last = STEPS.at(-1) ?? DAY;
  const step = STEPS.find((each) => end / each <= most) ?? last * Math.ceil(end / last / most);
  const marks = Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => ({
    seconds: i * step,
    text: durationText(i * step),
  }));
  return { end, marks, at: (seconds) => (Math.min(seconds, end) / end) * width };
}

const UNITS = [
  ["d", DAY],
  ["h", HOUR],
  ["m", MINUTE],
  ["s", 1],
] as const;

/** Seconds as marks name them: `90s` is `1m30s`, two days are `2d`. */
export function durationText(seconds: number): string {
  let rest = Math.round(seconds);
  const text = UNITS.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? "" : `${count}${unit}`;
  }).join("");
  return text === "" ? "0" : text;
}

/** About how wide a text is: nothing can be measured where the picture is made. Wide scripts count double. */
export function textWidth(text: string, size: number): number {
  let units = 0;
  for (const character of text) units += /[\u1100-\uffdc]/.test(character) ? 1 : 0.58;
  return units * size;
}

/** A text that is no wider than `width`; what is cut off is shown as an ellipsis. */
export function shortened(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join("")}…`, size) > width) characters.pop();
  return `${characters.join("")}…`;
}
