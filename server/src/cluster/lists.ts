import { at, recordOf } from "../traffic/shift/json.ts";

/** The array at the end of a path of field names; undefined where there is none, which is not the same as an empty one. */
export function arrayAt(value: unknown, ...path: readonly string[]): readonly unknown[] | undefined {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : undefined;
}

/** The objects in the array at the end of a path; none where there is no array. */
export function objectsAt(
  value: unknown,
  ...path: readonly string[]
): readonly Readonly<Record<string, unknown>>[] {
  return (arrayAt(value, ...path) ?? []).map(recordOf).filter((item) => item !== undefined);
}
