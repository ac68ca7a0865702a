/** An object of JSON whose fields may hold anything. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object; undefined where it is none (or an array). */
export function asObject(value: unknown): JsonObject | undefined {
  // An object that is no array is a record of unknown values.
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** What a path of field names leads to; undefined where it leads nowhere. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) current = asObject(current)?.[name];
  return current;
}

/** The string at a path. */
export function stringAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** The array at a path. */
export function arrayAt(value: unknown, ...path: readonly string[]): readonly unknown[] | undefined {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : undefined;
}

/** The objects in the array at a path; none where there is no array. */
export function objectsAt(value: unknown, ...path: readonly string[]): readonly JsonObject[] {
  return (arrayAt(value, ...path) ?? []).map(asObject).filter((item) => item !== undefined);
}
