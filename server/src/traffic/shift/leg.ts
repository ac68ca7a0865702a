import { at, listOf, numberAt, recordOf, textAt } from "./json.ts";

/** Names one destination of a weighted route. What the manifest leaves out is left out here. */
export interface Leg {
  /** Istio: the host as it is written. Gateway API: the backend's name. */
  readonly host: string;
  /** Istio only. */
  readonly subset?: string;
  /** Gateway API only: the backend's namespace, when it is not the route's. */
  readonly namespace?: string;
  readonly port?: number;
  /** Gateway API only: the backend's kind, when it is no Service. */
  readonly kind?: string;
}

/** A destination where it stands in a live object. */
export interface LiveLeg extends Leg {
  /** Steps from the object's root to the list item that holds the weight. */
  readonly path: readonly (string | number)[];
  /** As written; undefined when absent, which counts as `fallback`. */
  readonly written: number | undefined;
  /** What counts. */
  readonly weight: number;
}

/** Whether both name one destination. */
export function sameLeg(a: Leg, b: Leg): boolean {
  return (["host", "subset", "namespace", "port", "kind"] as const).every((key) => a[key] === b[key]);
}

/** A destination for people: `v2`, `app/v2`, `app:8080`. */
export function nameOfLeg({ host, subset, namespace, port, kind }: Leg): string {
  const own = kind === undefined ? host : `${kind} ${host}`;
  const where = namespace === undefined ? own : `${namespace}/${own}`;
  const named = subset === undefined ? where : `${where}/${subset}`;
  return port === undefined || subset !== undefined ? named : `${named}:${port}`;
}

/** Only what names it, so that it can be kept and compared. */
export function legOf({ host, subset, namespace, port, kind }: Leg): Leg {
  return {
    host,
    ...(subset !== undefined && { subset }),
    ...(namespace !== undefined && { namespace }),
    ...(port !== undefined && { port }),
    ...(kind !== undefined && { kind }),
  };
}

/** The destinations of an Istio route (`route[]`); undefined where one has no host. */
export function istioLegs(
  route: unknown,
  path: readonly (string | number)[],
): readonly LiveLeg[] | undefined {
  return legsOf(at(route, "route"), [...path, "route"], 0, (item) => {
    const host = textAt(item, "destination", "host");
    if (host === undefined) return undefined;
    const subset = textAt(item, "destination", "subset");
    const port = numberAt(item, "destination", "port", "number");
    return legOf({ host, ...(subset && { subset }), ...(port !== undefined && { port }) });
  });
}

/** The destinations of a Gateway API rule (`backendRefs[]`): an absent weight is 1. */
export function gatewayLegs(
  rule: unknown,
  path: readonly (string | number)[],
): readonly LiveLeg[] | undefined {
  return legsOf(at(rule, "backendRefs"), [...path, "backendRefs"], 1, (item) => {
    const host = textAt(item, "name");
    if (host === undefined) return undefined;
    const namespace = textAt(item, "namespace");
    const port = numberAt(item, "port");
    const kind = textAt(item, "kind") ?? "Service";
    return legOf({
      host,
      ...(namespace && { namespace }),
      ...(port !== undefined && { port }),
      ...(kind !== "Service" && { kind }),
    });
  });
}

function legsOf(
  list: unknown,
  path: readonly (string | number)[],
  fallback: number,
  read: (item: unknown) => Leg | undefined,
): readonly LiveLeg[] | undefined {
  const legs: LiveLeg[] = [];
  for (const [i, item] of listOf(list).entries()) {
    const leg = recordOf(item) === undefined ? undefined : read(item);
    if (leg === undefined) return undefined;
    const written = numberAt(item, "weight");
    legs.push({ ...leg, path: [...path, i], written, weight: written ?? fallback });
  }
  return legs;
}
