/** Looking into JSON that others wrote. Every accessor answers `undefined` where the shape is another. */

/** A map of JSON, or undefined. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  // The checks before it are all that a record of unknown values needs.
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** The items of a list; none where it is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What stands at the end of a path of keys and positions. Inherited properties do not count. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value;
  for (const step of path) {
    if (typeof step === "number") here = listOf(here)[step];
    else {
      const record = recordOf(here);
      here = record !== undefined && Object.hasOwn(record, step) ? record[step] : undefined;
    }
  }
  return here;
}

/** The text at the end of a path. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** The finite number at the end of a path. */
export function numberAt(value: unknown, ...path: readonly (string | number)[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

/** The texts of a list; other items are left out. */
export function textsAt(value: unknown, ...path: readonly (string | number)[]): readonly string[] {
  return listOf(at(value, ...path)).filter((item) => typeof item === "string");
}

/** The labels at the end of a path: a map whose values are texts. */
export function labelsAt(
  value: unknown,
  ...path: readonly (string | number)[]
): ReadonlyMap<string, string> | undefined {
  const record = recordOf(at(value, ...path));
  if (record === undefined) return undefined;
  const labels = new Map<string, string>();
  for (const [key, label] of Object.entries(record)) {
    if (typeof label !== "string") return undefined;
    labels.set(key, label);
  }
  return labels;
}

/** JSON text in which keys are sorted: two values are equal exactly when their texts are. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    const record = recordOf(inner);
    return record === undefined
      ? inner
      : Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** A JSON Pointer (RFC 6901) of keys and positions. */
export function pointer(...path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
