import { type Message, t } from "../model/message.ts";
import { valueOr } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { boundsOf, ceilingOf, idleOf } from "../workspace/autoscaler-bounds.ts";
import { effectiveReplicas, minimumOf, scaledBy, scalersOf } from "../workspace/replicas.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { type Workload, workloadOf } from "../workspace/workload.ts";
import { figures, type Labels, type Meaning, meaning, type World } from "./meaning.ts";
import { type Place, placeOf } from "./place.ts";

const SHORT_NAMES: Readonly<Record<string, string>> = { HorizontalPodAutoscaler: "HPA" };

/** What a resource is called where there is little room: `HPA web`. */
export function shortNameOf({ kind, name }: Resource): string {
  return `${SHORT_NAMES[kind] ?? kind} ${name ?? ""}`.trimEnd();
}

/** `replicas` of a workload: the number that counts, and who decides it. */
export function replicaMeanings(resource: Resource, { snapshot }: World): readonly Meaning[] {
  const workload = workloadOf(resource);
  const place = placeOf(resource, "spec.replicas");
  if (workload === undefined || place === undefined || !workload.scalable) return [];
  if (workload.declaredReplicas.state === "unknown")
    return meaning(place, [t("A template decides how many pods run, so the number is not known here.")]);
  if (snapshot.layout.isPatched(resource, "spec.replicas"))
    return meaning(place, [t("An overlay decides how many pods run, so the number is not known here.")]);
  const scalers = scalersOf(snapshot, workload);
  const declared = valueOr(workload.declaredReplicas, 1) ?? 1;
  // The API server refuses negative numbers.
  if (declared < 0) return [];
  return scalers.length === 0 ? asWritten(snapshot, workload, place) : scaled(snapshot, workload, declared);
}

function asWritten(snapshot: Snapshot, { resource }: Workload, place: Place): readonly Meaning[] {
  // Until every file is in, an autoscaler may still turn up.
  if (!snapshot.complete) return [];
  const { kind, name = "" } = resource;
  return meaning(place, [
    t("Nothing in the workspace scales {kind} {name}, so the number counts as it is written.", {
      kind,
      name,
    }),
  ]);
}

function scaled(snapshot: Snapshot, workload: Workload, declared: number): readonly Meaning[] {
  const place = placeOf(workload.resource, "spec.replicas");
  const replicas = effectiveReplicas(snapshot, workload);
  const scalers = scalersOf(snapshot, workload);
  const names = scalers.map(({ kind, name = "" }) => `${kind} ${name}`).join(", ");
  if (replicas === undefined)
    return meaning(place, [
      t("How many pods run is decided by {names}, within bounds that a template or an overlay decides.", {
        names,
      }),
    ]);
  if (replicas.lowest < 0) return [];
  if (replicas.decidedBy.length === 0)
    return meaning(place, [t("An explicit 0 switches {names} off: no pod runs.", { names })], {
      short: t("= 0, autoscaler off"),
    });
  const [only] = scalers;
  if (only === undefined || scalers.length > 1)
    return meaning(place, [severalDecide(names, replicas.lowest, replicas.highest)], {
      short: figures(`≥ ${replicas.lowest}`),
    });
  if (only.type === "argoproj.io/Rollout")
    return meaning(
      place,
      [
        t(
          "{names} takes over this template and runs {pods} pods; the number here is not the one that counts.",
          {
            names,
            pods: replicas.lowest,
          },
        ),
      ],
      { short: figures(`= ${replicas.lowest}, ${shortNameOf(only)}`) },
    );
  return byAutoscaler(snapshot, only, place, replicas.lowest, declared);
}

function severalDecide(names: string, lowest: number, highest: number): Message {
  return t(
    "Several scale it, each where it is deployed ({names}): at least {lowest} pods in one environment, at least {highest} in another.",
    { names, lowest, highest },
  );
}

function byAutoscaler(
  snapshot: Snapshot,
  scaler: Resource,
  place: Place | undefined,
  lowest: number,
  declared: number,
): readonly Meaning[] {
  const highest = ceilingOf(snapshot, scaler);
  const values = { kind: scaler.kind, name: scaler.name ?? "", lowest, declared };
  const who = shortNameOf(scaler);
  if (highest === undefined || highest < lowest)
    return meaning(place, [t("{kind} {name} decides: at least {lowest} pods run.", values)], {
      short: figures(`≥ ${lowest}, ${who}`),
    });
  const idle = idleCountOf(snapshot, scaler);
  const details = [
    t("{kind} {name} decides: {lowest} to {highest} pods run.", { ...values, highest }),
    idle === undefined ? undefined : whenIdle(idle),
    t("The {declared} written here counts only from when it is applied until the autoscaler acts.", values),
  ];
  const range = idle === undefined ? `${lowest}–${highest}` : `${idle} | ${lowest}–${highest}`;
  return meaning(place, details, { short: figures(`= ${range}, ${who}`) });
}

/** How many pods a ScaledObject leaves when idle; undefined where that is its minimum, or not known. */
export function idleCountOf(snapshot: Snapshot, scaler: Resource): number | undefined {
  const idle = idleOf(snapshot, scaler);
  return idle === undefined || idle === "unknown" ? undefined : idle.count;
}

function whenIdle(idle: number): Message {
  return t("While none of its triggers is active, {idle} run.", { idle });
}

/** The bounds of an HPA or a ScaledObject: whom they are for, and what an absent minimum means. */
export function autoscalerMeanings(autoscaler: Resource, { snapshot }: World): readonly Meaning[] {
  const bounds = boundsOf(autoscaler);
  const lowest = minimumOf(snapshot, autoscaler);
  if (bounds === undefined || lowest === undefined || lowest < 0) return [];
  const { min, max } = bounds.shape;
  const targets = scaledBy(snapshot, autoscaler);
  const names = targets.map(({ resource }) => `${resource.kind} ${resource.name ?? ""}`).join(", ");
  if (targets.length === 0) return [];
  const highest = ceilingOf(snapshot, autoscaler);
  if (highest !== undefined && highest < lowest) return [];
  const isOff = targets.every((target) => effectiveReplicas(snapshot, target)?.decidedBy.length === 0);
  if (isOff) {
    const off = t("replicas: 0 in {names} switches this autoscaler off: no pod runs.", { names });
    return [...meaning(placeOf(autoscaler, min), [off]), ...meaning(placeOf(autoscaler, max), [off])];
  }
  const floor = t(
    "At least {lowest} pods of {names}: disruption budgets and the loss of a node count with this number.",
    { lowest, names },
  );
  const idle = idleCountOf(snapshot, autoscaler);
  const labels: Labels =
    bounds.min.state === "absent"
      ? { short: t("min {lowest} by default", { lowest }) }
      : { short: t("max {highest} by default", { highest: highest ?? 0 }) };
  const isDefaulted = (place: typeof bounds.min, other: typeof bounds.max) =>
    place.state === "known" && other.state === "absent";
  return [
    ...(idle === undefined
      ? []
      : meaning(placeOf(autoscaler, "spec.idleReplicaCount"), [
          whenIdle(idle),
          t(
            "With the first event KEDA goes to {lowest} pods of {names} at once; until one is ready, requests wait or fail.",
            {
              lowest,
              names,
            },
          ),
        ])),
    ...meaning(placeOf(autoscaler, min), [floor], isDefaulted(bounds.min, bounds.max) ? labels : {}),
    ...meaning(
      placeOf(autoscaler, max),
      [
        highest === undefined ? undefined : t("At most {highest} pods of {names}.", { highest, names }),
        floor,
      ],
      isDefaulted(bounds.max, bounds.min) ? labels : {},
    ),
  ];
}
