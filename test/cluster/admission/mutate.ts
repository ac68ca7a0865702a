import fc from "fast-check";
import type { Manifest } from "../api.ts";

type Path = readonly (string | number)[];

const COUNTS = [0, 1, 2, 3, 5, 10, 20, 30, 50, 60, 95, 99, 100, 101, 120];

/** Objects like the given ones with one to three of their numbers, percentages and switches changed or gone. */
export function mutated(bases: readonly Manifest[]): fc.Arbitrary<Manifest> {
  const change = fc.record({
    at: fc.nat(),
    count: fc.constantFrom(...COUNTS),
    how: fc.constantFrom("change" as const, "change" as const, "change" as const, "remove" as const),
  });
  return fc
    .tuple(fc.constantFrom(...bases), fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([base, changes]) => {
      const copy = structuredClone(base);
      for (const { at, count, how } of changes) {
        const places = leaves(copy.spec ?? copy, copy.spec === undefined ? [] : ["spec"]);
        const place = places[at % Math.max(places.length, 1)];
        if (place !== undefined) replace(copy, place, how === "remove" ? undefined : count);
      }
      return copy;
    });
}

/** Where numbers, percentages and switches stand. */
function leaves(value: unknown, path: Path): Path[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => leaves(item, [...path, i]));
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
  const isOne =
    typeof value === "number" ||
    typeof value === "boolean" ||
    (typeof value === "string" && /^\d+%$/.test(value));
  return isOne ? [path] : [];
}

function replace(root: unknown, path: Path, count: number | undefined): void {
  const [last] = path.slice(-1);
  // The path was walked down a moment ago.
  const parent = path.slice(0, -1).reduce((at, key) => (at as Record<string, unknown>)[key], root) as Record<
    string | number,
    unknown
  >;
  if (last === undefined) return;
  const before = parent[last];
  if (count === undefined) delete parent[last];
  else if (typeof before === "boolean") parent[last] = !before;
  else parent[last] = typeof before === "string" ? `${count}%` : count;
}
