import { distance } from "fastest-levenshtein";

/**
 * Whether one name is the other with a slip of the pen: a letter too many, too few or wrong, or two changed round.
 * Names that differ in digits or in a short part (`app-v1` and `app-v2`, `web` and `web2`, `web-a` and `web-b`) are two.
 */
export function isSlip(a: string, b: string): boolean {
  if (a === b || a.length > 100 || a.replace(/\d+/g, "") === b.replace(/\d+/g, "")) return false;
  const left = a.split("-");
  const right = b.split("-");
  const isShort =
    left.length === right.length && left.some((part, i) => part !== right[i] && part.length < 3);
  if (isShort) return false;
  const changes = distance(a, b);
  return changes === 1 || (changes === 2 && lettersOf(a) === lettersOf(b));
}

function lettersOf(text: string): string {
  return [...text].sort().join("");
}
