/** A step and the names of those it waits for. */
interface Waiting {
  readonly name: string | undefined;
  readonly after: readonly string[];
}

/**
 * Groups of steps that wait for each other, each as one circle of positions in the order in which they wait; no step
 * is in two of them, since breaking one shows the next. Without recursion: ten thousand steps may form one circle.
 */
export function circlesOf(steps: readonly Waiting[]): readonly (readonly number[])[] {
  const next = waitsOf(steps);
  const circles: (readonly number[])[] = [];
  const state = steps.map(() => "new" as "new" | "open" | "done");
  const entered = steps.map(() => 0);
  const taken = new Set<number>();
  for (const start of steps.keys()) {
    if (state[start] !== "new") continue;
    const path = [start];
    state[start] = "open";
    while (path.length > 0) {
      const current = path.at(-1) ?? start;
      const at = entered[current] ?? 0;
      const follower = next[current]?.[at];
      entered[current] = at + 1;
      if (follower === undefined) {
        state[current] = "done";
        path.pop();
      } else if (state[follower] === "new") {
        state[follower] = "open";
        path.push(follower);
      } else if (state[follower] === "open" && !taken.has(follower) && !taken.has(current)) {
        const circle = path.slice(path.indexOf(follower));
        if (!circle.some((index) => taken.has(index))) circles.push(circle);
        for (const index of circle) taken.add(index);
      }
    }
  }
  return circles;
}

/** The positions of the steps that each one waits for; a name that several have is the first one's. */
function waitsOf(steps: readonly Waiting[]): readonly (readonly number[])[] {
  const byName = new Map<string, number>();
  steps.forEach(({ name }, index) => {
    if (name !== undefined && !byName.has(name)) byName.set(name, index);
  });
  return steps.map(({ after }) => after.flatMap((name) => byName.get(name) ?? []));
}
