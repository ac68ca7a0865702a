import { distance } from "fastest-levenshtein";
import { stringOf } from "../model/node.ts";
import { matches, type Requirement, type Selector } from "../model/selector.ts";
import type { Workload } from "./workload.ts";

/** Labels by which people name a workload, as opposed to those that whole products share. */
const IDENTITY_KEYS = new Set([
  "app",
  "app.kubernetes.io/name",
  "app.kubernetes.io/instance",
  "k8s-app",
  "name",
  "run",
]);

/** How strongly a selector that misses a workload seems to mean it. */
export interface Likeness {
  readonly workload: Workload;
  /** For ranking; 0: nothing in common. */
  readonly score: number;
  /** Some part of the selector, or the selecting resource's own name, names this very workload. */
  readonly meant: boolean;
}

/**
 * Compares a selector with a workload whose pods it misses. It names the workload when it asks for a label that
 * stands on the workload but not on its pods, for its name under another key, or for a value with a typing error.
 */
export function likenessOf(
  selector: Selector,
  selectorName: string | undefined,
  workload: Workload,
): Likeness {
  const asked = selector.flatMap((requirement) => askedValue(requirement) ?? []);
  const points = asked.map(({ key, value }) => pointsFor(key, value, workload));
  const sameName = namesSame(selectorName, workload.resource.name);
  return {
    workload,
    score: points.reduce((sum, point) => sum + point.score, sameName ? 2 : 0),
    meant: sameName || points.some((point) => point.meant),
  };
}

function askedValue(requirement: Requirement): { key: string; value: string } | undefined {
  if (requirement.operator !== "In" || requirement.values.length !== 1) return undefined;
  return { key: requirement.key, value: requirement.values[0] ?? "" };
}

function pointsFor(key: string, value: string, workload: Workload): { score: number; meant: boolean } {
  const { podLabels, resource } = workload;
  const own = podLabels?.get(key);
  if (own === value)
    return { score: 3, meant: key !== "app.kubernetes.io/instance" && IDENTITY_KEYS.has(key) };
  const ownLabel = stringOf(resource.get(["metadata", "labels", key]));
  if (ownLabel === value) return { score: 3, meant: IDENTITY_KEYS.has(key) };
  if (IDENTITY_KEYS.has(key) && value === resource.name) return { score: 3, meant: true };
  if (own !== undefined && isTypingError(own, value)) return { score: 2, meant: IDENTITY_KEYS.has(key) };
  const elsewhere = [...(podLabels ?? [])].some(
    ([other, text]) => IDENTITY_KEYS.has(other) && text === value,
  );
  return elsewhere
    ? { score: 2, meant: IDENTITY_KEYS.has(key) }
    : { score: own === undefined ? 0 : 0.5, meant: false };
}

/** Equal but for case and separators, or at most one edit in four letters and two in all. */
export function isTypingError(a: string, b: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[-_.]/g, "");
  if (plain(a) === plain(b)) return true;
  const longest = Math.max(a.length, b.length);
  // `web-1` and `web-2`, `v1` and `v2` are two things, not one misspelt.
  if (a.replace(/\d+/g, "#") === b.replace(/\d+/g, "#")) return false;
  return longest <= 63 && distance(a, b) <= Math.min(2, Math.floor(longest / 4));
}

/** A budget is often called like its workload, with `pdb` before or behind. */
function namesSame(name: string | undefined, workload: string | undefined): boolean {
  if (name === undefined || workload === undefined) return false;
  return name.replace(/^pdb-|-(?:pdb|budget|disruption-budget|poddisruptionbudget)$/g, "") === workload;
}

/** The likeliest of the workloads that a selector misses; undefined when none is like it. */
export function likeliest(
  selector: Selector,
  selectorName: string | undefined,
  workloads: readonly Workload[],
): Likeness | undefined {
  let best: Likeness | undefined;
  for (const workload of workloads) {
    const { podLabels } = workload;
    if (podLabels === undefined || matches(selector, podLabels)) continue;
    const likeness = likenessOf(selector, selectorName, workload);
    if (likeness.score > (best?.score ?? 0)) best = likeness;
  }
  return best;
}
