import { stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { CNPG_SCHEDULE } from "./cnpg.ts";
import { worstInterval } from "./intervals.ts";
import { type Dialect, readSchedule, type ScheduleReading } from "./schedule.ts";

/** How a kind of manifest keeps its schedule. */
export interface ScheduleKind {
  readonly dialect: Dialect;
  /** The switch that stops it. */
  readonly stop: string;
  /** Where its time zone stands; undefined where nothing but the text can name one. */
  readonly timeZone?: string;
}

/** Kinds whose `spec.schedule` holds a cron text. */
const KINDS: Readonly<Record<string, ScheduleKind>> = {
  "velero.io/Schedule": { stop: "spec.paused", dialect: "minutes" },
  [CNPG_SCHEDULE]: { stop: "spec.suspend", dialect: "seconds" },
  "batch/CronJob": { stop: "spec.suspend", dialect: "minutes", timeZone: "spec.timeZone" },
};

/** How a manifest keeps its schedule; undefined for kinds that have none. */
export function scheduleKindOf({ type }: Resource): ScheduleKind | undefined {
  return KINDS[type];
}

/** The time zone that a manifest names beside its schedule. */
export function timeZoneOf(resource: Resource): string | undefined {
  const path = scheduleKindOf(resource)?.timeZone;
  return path === undefined ? undefined : stringOf(resource.get(path));
}

/** The cron text of a manifest. */
export interface ManifestSchedule {
  readonly text: string;
  readonly dialect: Dialect;
  readonly reading: ScheduleReading;
}

/** The schedule of a Velero Schedule, a ScheduledBackup or a CronJob; undefined when there is none or a template decides it. */
export function manifestScheduleOf(resource: Resource): ManifestSchedule | undefined {
  return resource.derive(read);
}

function read(resource: Resource): ManifestSchedule | undefined {
  const kind = scheduleKindOf(resource);
  const text = stringOf(resource.get("spec.schedule"));
  if (kind === undefined || text === undefined) return undefined;
  return { text, dialect: kind.dialect, reading: readSchedule(text, kind.dialect, timeZoneOf(resource)) };
}

/**
 * The longest time between two of its runs in seconds, but for changes of the clock; undefined when it is unknown or it
 * never runs.
 */
export function manifestIntervalOf(resource: Resource): number | undefined {
  return resource.derive(readInterval);
}

function readInterval(resource: Resource): number | undefined {
  const found = manifestScheduleOf(resource);
  if (found === undefined || !("schedule" in found.reading)) return undefined;
  const interval = worstInterval([{ ...found.reading.schedule, timeZone: "UTC" }]);
  return interval === Number.POSITIVE_INFINITY ? undefined : interval;
}
