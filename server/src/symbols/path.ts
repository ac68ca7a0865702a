import { entryOf, type Node, nodeAt, type Path, type Step, steps } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { workloadOf } from "../workspace/workload.ts";

/** Stands for every item of a list. */
const EACH = Symbol("each item");

/** Where something stands in resources of a type; see `compile`. */
export interface Pattern {
  /** Whether the steps count from the pod template instead of the resource. */
  readonly inTemplate: boolean;
  readonly steps: readonly (string | typeof EACH)[];
}

/** A node that a pattern leads to. */
export interface Match {
  readonly path: readonly Step[];
  readonly node: Node;
}

/** Short names for the beginnings of patterns, whatever kind of workload the pods belong to. */
const BEGINNINGS: Readonly<Record<string, readonly string[]>> = {
  "@template": ["@template"],
  "@pod": ["@template.spec"],
  "@containers": ["@template.spec.containers[]", "@template.spec.initContainers[]"],
};

/**
 * Reads a pattern: keys with dots between them, `[]` behind those that hold a list, of which every item is meant. It
 * may begin with `@template` (the pod template), `@pod` (its spec) or `@containers` (each container in it).
 */
export function compile(pattern: string): readonly Pattern[] {
  const [first = "", ...rest] = pattern.split(".");
  const beginnings = BEGINNINGS[first] ?? [first];
  return beginnings.map((beginning) => {
    const keys = [...beginning.split("."), ...rest];
    const inTemplate = keys[0] === "@template";
    return { inTemplate, steps: keys.slice(inTemplate ? 1 : 0).flatMap(stepsOf) };
  });
}

function stepsOf(key: string): (string | typeof EACH)[] {
  return key.endsWith("[]") ? [key.slice(0, -2), EACH] : [key];
}

/** Every node of a resource that the pattern leads to. */
export function matchesOf(resource: Resource, pattern: Pattern): readonly Match[] {
  const base = baseOf(resource, pattern);
  const start = base === undefined ? undefined : nodeAt(resource.root, base);
  if (base === undefined || start === undefined) return [];
  return matchesBelow({ path: base, node: start }, pattern);
}

/** Every node that the pattern leads to when it counts from a node. */
export function matchesBelow(start: Match, { steps }: Pattern): readonly Match[] {
  let found: Match[] = [start];
  for (const step of steps) found = found.flatMap((match) => descend(match, step));
  return found;
}

/** How many steps of the path the pattern covers: all of them, or fewer where the path goes deeper. Undefined when it leads elsewhere. */
export function coveredBy(resource: Resource, pattern: Pattern, path: readonly Step[]): number | undefined {
  const base = baseOf(resource, pattern);
  if (base === undefined || path.length < base.length + pattern.steps.length) return undefined;
  const agrees =
    base.every((step, i) => path[i] === step) &&
    pattern.steps.every((step, i) => {
      const own = path[base.length + i];
      return step === EACH ? typeof own === "number" : own === step;
    });
  return agrees ? base.length + pattern.steps.length : undefined;
}

/**
 * The path that a relative one means at `path`: keys stand beside its last step, `..` goes one level up, and a
 * leading `/` counts from the resource.
 */
export function relativePath(path: readonly Step[], relative: string): readonly Step[] {
  if (relative.startsWith("/")) return steps(relative.slice(1));
  const result = path.slice(0, -1);
  for (const part of relative.split("/")) {
    if (part === "..") result.pop();
    else if (part !== "") result.push(part);
  }
  return result;
}

function baseOf(resource: Resource, { inTemplate }: Pattern): readonly Step[] | undefined {
  const template: Path | undefined = inTemplate ? workloadOf(resource)?.templatePath : "";
  return template === undefined ? undefined : steps(template);
}

function descend({ path, node }: Match, step: string | typeof EACH): Match[] {
  if (step === EACH) {
    return node.kind === "seq" ? node.items.map((item, i) => ({ path: [...path, i], node: item })) : [];
  }
  const value = entryOf(node, step)?.value;
  return value === undefined ? [] : [{ path: [...path, step], node: value }];
}
