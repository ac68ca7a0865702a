import type { Resource } from "../model/resource.ts";
import { deriveOnce } from "../workspace/derive-once.ts";
import type { Layout } from "../workspace/layout.ts";
import { isEarlier } from "../workspace/scope.ts";
import type { Snapshot } from "../workspace/snapshot.ts";

/** A workspace as a build leaves it: what was built stands in place of the files it was made from. */
export interface BuiltView {
  readonly outer: Snapshot;
  readonly built: Snapshot;
  readonly layout: Layout;
  /** Whether a resource of the workspace is not there beside what was built: it went into it, or is deployed elsewhere. */
  isAbsent(resource: Resource): boolean;
}

/** What rules may ask about such a workspace. Good for one run. */
export function builtSnapshot({ outer, built, layout, isAbsent }: BuiltView): Snapshot {
  /** Rules ask the same again, and a layout keeps what it knows of an answer by the list. */
  const answers = new Map<string, readonly Resource[]>();
  const snapshot: Snapshot = {
    complete: outer.complete,
    layout,
    beyond: outer.beyond,
    find(index, key) {
      const question = `${index}:${key}`;
      const known = answers.get(question);
      if (known !== undefined) return known;
      const others = outer.find(index, key).filter((other) => !isAbsent(other));
      const answer = [...built.find(index, key), ...others].sort((a, b) => (isEarlier(a, b) ? -1 : 1));
      answers.set(question, answer);
      return answer;
    },
    derive: deriveOnce(() => snapshot),
  };
  return snapshot;
}
