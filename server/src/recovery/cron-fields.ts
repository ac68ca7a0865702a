/** The fields of a cron text in the order of the six-field form. */
export const FIELD_NAMES = ["second", "minute", "hour", "dayOfMonth", "month", "dayOfWeek"] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

/** Smallest and largest value, and names that stand for values (robfig/cron spec.go). */
const BOUNDS: Readonly<Record<FieldName, { min: number; max: number; names?: readonly string[] }>> = {
  second: { min: 0, max: 59 },
  minute: { min: 0, max: 59 },
  hour: { min: 0, max: 23 },
  dayOfMonth: { min: 1, max: 31 },
  month: { min: 1, max: 12, names: "jan feb mar apr may jun jul aug sep oct nov dec".split(" ") },
  dayOfWeek: { min: 0, max: 6, names: "sun mon tue wed thu fri sat".split(" ") },
};

/** The values of a field, in order. */
export interface CronField {
  readonly values: readonly number[];
  /** `*` or `?`: such a day field leaves the choice to the other one. */
  readonly isStar: boolean;
}

/** How readers of cron texts differ. */
export interface FieldRules {
  /** Sunday may be written 7, as Vixie cron allows and robfig/cron does not. */
  readonly sundayIsSeven: boolean;
  /** `*` with a step still counts as `*` (robfig/cron v1; v3 changed it). */
  readonly steppedStarIsStar: boolean;
}

/** Reads one field as robfig/cron does; undefined when it refuses it. */
export function cronField(text: string, name: FieldName, rules: FieldRules): CronField | undefined {
  const parts = text.split(",").map((part) => rangeOf(part, name, rules));
  const ranges = parts.filter((part) => part !== undefined);
  if (ranges.length < parts.length) return undefined;
  const values = new Set(ranges.flatMap((range) => range.values));
  return { values: [...values].sort((a, b) => a - b), isStar: ranges.some((range) => range.isStar) };
}

function rangeOf(text: string, name: FieldName, rules: FieldRules): CronField | undefined {
  const [range = "", stepText, ...more] = text.split("/");
  const step = stepText === undefined ? 1 : digits(stepText);
  if (more.length > 0 || step === undefined || step === 0) return undefined;
  const { min, max: highest } = BOUNDS[name];
  const max = name === "dayOfWeek" && rules.sundayIsSeven ? 7 : highest;
  const isStar = range === "*" || range === "?";
  const [first = "", last, ...rest] = range.split("-");
  const from = isStar ? min : numberOf(first, name);
  // `5/15` means 5 to the largest value in steps of 15.
  const to = isStar
    ? highest
    : last === undefined
      ? stepText === undefined
        ? from
        : max
      : numberOf(last, name);
  if (rest.length > 0 || from === undefined || to === undefined) return undefined;
  if (from < min || to > max || from > to) return undefined;
  const values: number[] = [];
  for (let value = from; value <= to; value += step) values.push(value === 7 && max === 7 ? 0 : value);
  return { values, isStar: isStar && (step === 1 || rules.steppedStarIsStar) };
}

function numberOf(text: string, name: FieldName): number | undefined {
  const named = BOUNDS[name].names?.indexOf(text.toLowerCase()) ?? -1;
  return named < 0 ? digits(text) : named + BOUNDS[name].min;
}

function digits(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
