/** One line of the report. */
export interface Row {
  readonly what: string;
  readonly value: string;
  readonly note?: string;
}

/** What a measurement found. */
export interface Measured {
  readonly rows: readonly Row[];
  /** Figures that do not depend on the machine, smaller is better, by a name that stays. */
  readonly ratios?: Readonly<Record<string, number>>;
}

export const ms = (value: number) => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
export const mb = (value: number | undefined) => (value === undefined ? "?" : `${value.toFixed(0)} MB`);

/** The rows below a title, in columns. */
export function print(title: string, rows: readonly Row[]): void {
  console.log(`\n${title}`);
  const what = Math.max(0, ...rows.map((row) => row.what.length));
  const value = Math.max(0, ...rows.map((row) => row.value.length));
  for (const row of rows)
    console.log(`  ${row.what.padEnd(what)}  ${row.value.padStart(value)}  ${row.note ?? ""}`.trimEnd());
}
