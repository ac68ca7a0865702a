/** Puts a value into the place that a word keeps for it. */
export function fill(text: string, ...values: readonly (string | number)[]): string {
  return values.reduce<string>((whole, value, i) => whole.replaceAll(`{${i}}`, () => String(value)), text);
}

/** A part of one in percent: 5 %, 0.2 %. */
export function percent(part: number): string {
  return `${rounded(part * 100)} %`;
}

/** At most one digit behind the point, and none where there are many in front. */
export function rounded(value: number): string {
  return String(Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 10) / 10);
}
