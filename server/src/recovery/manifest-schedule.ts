import { type Node, nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { worstInterval } from "./intervals.ts";
import { type Dialect, readSchedule, type ScheduleReading } from "./schedule.ts";

/** Where each kind keeps its cron text, and who reads it. */
const KINDS: Readonly<Record<string, { readonly path: string; readonly dialect: Dialect }>> = {
  "velero.io/Schedule": { path: "spec.schedule", dialect: "minutes" },
  "postgresql.cnpg.io/ScheduledBackup": { path: "spec.schedule", dialect: "seconds" },
  "batch/CronJob": { path: "spec.schedule", dialect: "minutes" },
};

/** The cron text of a manifest. */
export interface ManifestSchedule {
  readonly node: Node;
  readonly text: string;
  readonly dialect: Dialect;
  readonly reading: ScheduleReading;
}

/** The schedule of a Velero Schedule, a ScheduledBackup or a CronJob; undefined when there is none or a template decides it. */
export function manifestScheduleOf(resource: Resource): ManifestSchedule | undefined {
  return resource.derive(read);
}

function read(resource: Resource): ManifestSchedule | undefined {
  const kind = KINDS[resource.type];
  const node = kind === undefined ? undefined : nodeAt(resource.root, kind.path);
  const text = stringOf(node);
  if (kind === undefined || node === undefined || text === undefined) return undefined;
  const timeZone = stringOf(resource.get("spec.timeZone"));
  return { node, text, dialect: kind.dialect, reading: readSchedule(text, kind.dialect, timeZone) };
}

/** The longest time between two of its runs in seconds; undefined when it is unknown or it never runs. */
export function manifestIntervalOf(resource: Resource): number | undefined {
  return resource.derive(readInterval);
}

function readInterval(resource: Resource): number | undefined {
  const found = manifestScheduleOf(resource);
  if (found === undefined || !("schedule" in found.reading)) return undefined;
  const interval = worstInterval([found.reading.schedule]);
  return interval === Number.POSITIVE_INFINITY ? undefined : interval;
}
