import { type Field, field, integerOf, type Path, stringOf, valueOr } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import type { Snapshot } from "./snapshot.ts";

/** How an autoscaler states its bounds. */
export interface BoundsShape {
  readonly min: Path;
  readonly max: Path;
  /** What counts when `min` is absent. */
  readonly minFallback: number;
  /** What counts when `max` is absent; undefined where it is required. */
  readonly maxFallback: number | undefined;
  /** The lowest number the bounds are compared with: KEDA's HPA never goes below 1, whatever its own minimum. */
  readonly hpaFloor: number;
  /** Whether a maximum below the minimum is refused, or the minimum silently lowered. */
  readonly refused: boolean;
}

const KEDA: Pick<BoundsShape, "min" | "max" | "minFallback" | "maxFallback"> = {
  min: "spec.minReplicaCount",
  max: "spec.maxReplicaCount",
  minFallback: 0,
  maxFallback: 100,
};

/**
 * kubernetes `pkg/apis/autoscaling/validation/validation.go` and `pkg/apis/autoscaling/v2/defaults.go`; KEDA
 * `apis/keda/v1alpha1/scaledobject_types.go` (CheckReplicaCountBoundsAreValid) and `scaledjob_types.go`.
 */
export const autoscalerBounds: Readonly<Record<string, BoundsShape>> = {
  "autoscaling/HorizontalPodAutoscaler": {
    min: "spec.minReplicas",
    max: "spec.maxReplicas",
    minFallback: 1,
    maxFallback: undefined,
    hpaFloor: 0,
    refused: true,
  },
  "keda.sh/ScaledObject": { ...KEDA, hpaFloor: 1, refused: true },
  "keda.sh/ScaledJob": { ...KEDA, hpaFloor: 0, refused: false },
};

/** The bounds an autoscaler states, before defaulting. */
export interface Bounds {
  readonly shape: BoundsShape;
  readonly min: Field<number>;
  readonly max: Field<number>;
}

/** The bounds of an HPA, a ScaledObject or a ScaledJob; undefined for other resources. */
export function boundsOf(autoscaler: Resource): Bounds | undefined {
  const shape = autoscalerBounds[autoscaler.type];
  if (shape === undefined) return undefined;
  return {
    shape,
    min: field(autoscaler.get(shape.min), integerOf),
    max: field(autoscaler.get(shape.max), integerOf),
  };
}

/** The most pods an autoscaler may ask for; undefined when unreadable or decided by an overlay. */
export function ceilingOf(snapshot: Snapshot, autoscaler: Resource): number | undefined {
  const bounds = boundsOf(autoscaler);
  if (bounds === undefined || snapshot.layout.isPatched(autoscaler, bounds.shape.max)) return undefined;
  return bounds.max.state === "absent" ? bounds.shape.maxFallback : valueOr(bounds.max, 0);
}

/** Whether somebody has told KEDA by annotation to leave the number of pods as it is, or at another one. */
export function isPaused(autoscaler: Resource): boolean {
  return ["paused", "paused-replicas"].some((name) => {
    const said = autoscaler.get(["metadata", "annotations", `autoscaling.keda.sh/${name}`]);
    return said !== undefined && stringOf(said) !== "false";
  });
}

const IDLE = "spec.idleReplicaCount";

/** How many pods KEDA leaves while none of a ScaledObject's triggers is active, and where it says so. */
export interface Idle {
  readonly path: Path;
  readonly count: number;
}

/**
 * The idle state of a ScaledObject: `idleReplicaCount` pods (KEDA supports 0 only) while no trigger is active, and from
 * minReplicaCount upwards else (kedacore/keda pkg/scaling/executor/scale_scaledobjects.go). Undefined when it has none;
 * "unknown" when a template or an overlay decides.
 */
export function idleOf(snapshot: Snapshot, autoscaler: Resource): Idle | "unknown" | undefined {
  if (autoscaler.type !== "keda.sh/ScaledObject") return undefined;
  const written = field(autoscaler.get(IDLE), integerOf);
  if (written.state === "unknown" || snapshot.layout.isPatched(autoscaler, IDLE)) return "unknown";
  return written.state === "absent" ? undefined : { path: IDLE, count: written.value };
}
