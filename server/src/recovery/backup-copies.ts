import { t } from "../model/message.ts";
import { booleanOf, type Field, stringOf } from "../model/node.ts";
import type { Location, Resource } from "../model/resource.ts";
import { ASSUMED } from "./assumed.ts";
import { archivesWal, CNPG_CLUSTER } from "./cnpg.ts";
import { durationOf } from "./durations.ts";
import { between, exactly, NEVER, UNKNOWN } from "./estimate.ts";
import { known } from "./fields.ts";
import { effectiveInterval, worstInterval } from "./intervals.ts";
import { manifestField } from "./manifest.ts";
import { scheduleKindOf, timeZoneOf } from "./manifest-schedule.ts";
import type { Backup } from "./plan-data.ts";
import { referred, resolveReference } from "./references.ts";
import { type Dialect, readSchedule, type Schedule } from "./schedule.ts";
import { fieldTerm, leaf, named, sum, type Term, unknown } from "./term.ts";
import type { World } from "./world.ts";

/** What is lost with a backup as the newest copy: interval between runs, the run, the copy to its repository. */
export function backupTerm(world: World, backup: Backup): Term {
  const { resource } = world.plan;
  const around = { resource, node: backup.node };
  const run = fieldTerm(
    "run",
    t("run"),
    backup.duration,
    around,
    unknown(t("The plan does not say how long a run of the backup takes. State `duration`.")),
  );
  const copy = fieldTerm("copy", t("copy to the repository"), backup.copyDuration, around, {
    kind: "assumed",
    estimate: exactly(0),
    reason: t("A backup without `copyDuration` is taken to write to its repository itself, within its run."),
  });
  return sum("interval", t("backup"), [intervalTerm(world, backup, run.estimate.worst), run, copy]);
}

/** Time between two runs; at best the disruption comes right after one. Runs that overlap leave out the next. */
function intervalTerm(world: World, backup: Backup, run: number): Term {
  const name = t("interval");
  const { schedules, at, problem, stopped } = schedulesOf(world, backup);
  if (stopped) return leaf("interval", t("no run, it is paused"), NEVER, { kind: "declared", at });
  const worst = problem === undefined ? worstInterval(schedules) : undefined;
  // A date that does not exist, such as 31 February.
  if (worst === undefined && problem === undefined && schedules.length > 0)
    return leaf("interval", t("no run, that day never comes"), NEVER, { kind: "declared", at });
  if (worst === undefined)
    return leaf("interval", name, UNKNOWN, {
      kind: "unknown",
      reason:
        problem ??
        t("The backup has no schedule that can be read: state `full` and `incremental`, or `scheduleRef`."),
      at,
    });
  const isLonger = worst > (worstInterval(schedules.map(inUtc)) ?? worst);
  return leaf(
    "interval",
    isLonger ? t("interval, when the clock changes") : name,
    between(0, effectiveInterval(worst, run)),
    { kind: "declared", at },
  );
}

/** The same schedule where no clock is ever changed. */
function inUtc(schedule: Schedule): Schedule {
  return { ...schedule, timeZone: "UTC" };
}

/** The schedules of a backup. */
export interface Schedules {
  readonly schedules: readonly Schedule[];
  /** Where they are written. */
  readonly at: Location;
  /** Why one of them cannot be read. */
  readonly problem: ReturnType<typeof t> | undefined;
  /** Whether the manifest says that it does not run. */
  readonly stopped: boolean;
}

/** The schedules of a backup: those of the manifest it refers to, else the plan's own, read as its tool does. */
export function schedulesOf(world: World, backup: Backup): Schedules {
  const { resource } = world.plan;
  const reference = known(backup.scheduleRef);
  if (reference !== undefined) {
    const resolution = resolveReference(world.snapshot, resource, reference);
    if (resolution.state === "found") return manifestSchedules(world, resolution.resource);
  }
  const texts = [backup.full, backup.incremental].filter(({ state }) => state !== "absent");
  const at = resource.locate(
    nodeOf(backup.incremental) ?? nodeOf(backup.full) ?? nodeOf(backup.scheduleRef) ?? backup.node,
  );
  return { ...readAll(texts, dialectOf(known(backup.tool))), at, stopped: false };
}

function nodeOf(value: Field<unknown>) {
  return value.state === "absent" ? undefined : value.node;
}

/** How a tool reads its schedules. */
export function dialectOf(tool: string | undefined): Dialect {
  if (tool === "CloudNativePG") return "seconds";
  return tool === "Velero" ? "minutes" : "any";
}

function manifestSchedules({ snapshot }: World, manifest: Resource): Schedules {
  const kind = scheduleKindOf(manifest);
  const at = manifest.at("spec.schedule");
  if (kind === undefined) return { schedules: [], at, problem: undefined, stopped: false };
  const text = manifestField(snapshot, manifest, "spec.schedule", stringOf);
  const zone = timeZoneOf(manifest);
  const stopped = known(manifestField(snapshot, manifest, kind.stop, booleanOf)) === true;
  return { ...readAll([text], kind.dialect, zone), at: stopped ? manifest.at(kind.stop) : at, stopped };
}

function readAll(
  texts: readonly Field<string>[],
  dialect: Dialect,
  timeZone?: string,
): Pick<Schedules, "schedules" | "problem"> {
  const schedules: Schedule[] = [];
  for (const text of texts) {
    if (text.state !== "known") return { schedules: [], problem: t("A template decides the schedule.") };
    const reading = readSchedule(text.value, dialect, timeZone);
    if ("problem" in reading) return { schedules: [], problem: reading.problem.reason };
    schedules.push(reading.schedule);
  }
  return { schedules, problem: undefined };
}

/** `archive_timeout` that CloudNativePG sets when nobody says otherwise. */
const ARCHIVE_TIMEOUT = 300;

/**
 * What is lost with the archive of write-ahead logs that belongs to a backup of CloudNativePG: archive_timeout and the
 * upload. Undefined where the plan does not refer to a ScheduledBackup whose cluster archives.
 */
export function archiveTerm(world: World, backup: Backup): Term | undefined {
  const scheduled = referred(world.snapshot, world.plan, backup.scheduleRef);
  const name = stringOf(scheduled?.get("spec.cluster.name"));
  if (scheduled?.type !== "postgresql.cnpg.io/ScheduledBackup" || name === undefined) return undefined;
  const resolution = resolveReference(world.snapshot, scheduled, `cnpg/Cluster/${name}`);
  if (resolution.state !== "found" || resolution.resource.type !== CNPG_CLUSTER) return undefined;
  const cluster = resolution.resource;
  if (!archivesWal(cluster)) return undefined;
  const path = ["spec", "postgresql", "parameters", "archive_timeout"];
  return sum("interval", t("log archive"), [
    fieldTerm(
      "interval",
      named("archive_timeout"),
      manifestField(world.snapshot, cluster, path, archiveTimeout),
      { resource: cluster, node: cluster.get("spec.postgresql") },
      {
        kind: "default",
        estimate: between(0, ARCHIVE_TIMEOUT),
        reason: t(
          "CloudNativePG archives a log after 5 minutes when nobody says otherwise (archive_timeout).",
        ),
      },
      (seconds) => between(0, seconds),
    ),
    leaf("copy", t("upload"), between(0, ASSUMED.walUpload), {
      kind: "assumed",
      reason: t("A write-ahead log is taken to be uploaded within 60 s."),
    }),
  ]);
}

/** PostgreSQL reads a plain number as seconds and `min` as minutes; 0 switches it off. */
function archiveTimeout(node: Parameters<typeof stringOf>[0]): number | undefined {
  const text = stringOf(node) ?? "";
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : durationOf(node);
  const minutes = /^(\d{1,6})min$/.exec(text)?.[1];
  const read = minutes === undefined ? seconds : Number(minutes) * 60;
  return read === undefined || read <= 0 ? undefined : read;
}
