import {
  booleanOf,
  type Field,
  field,
  itemsOf,
  nodeAt,
  type Path,
  present,
  stringOf,
  valueOr,
} from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { wordsOf } from "../workspace/program-flags.ts";
import { mayShareNamespace, togetherElseAll } from "../workspace/scope.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { workloadOf } from "../workspace/workload.ts";
import { parseGoDuration } from "./durations.ts";

/** The type of Velero's backups on a schedule. */
export const VELERO_SCHEDULE = "velero.io/Schedule";
/** The type of where Velero keeps backups. */
export const VELERO_LOCATION = "velero.io/BackupStorageLocation";

/** How long Velero keeps a backup that says nothing (`--default-backup-ttl`), in seconds. */
export const DEFAULT_TTL = 720 * 3600;

/** Where the spec of the backups stands in a Schedule. */
export const TEMPLATE = "spec.template";

/**
 * What becomes of the volumes' data: left out on purpose, copied as files, copied from a snapshot, or kept as a
 * snapshot beside the volume. `unstated`: the server's flags decide, snapshots where a driver can make them.
 * `unknown`: a policy or a template decides.
 */
export type VolumeTreatment = "none" | "files" | "moved" | "snapshots" | "unstated" | "unknown";

/** What a schedule's backups do with volumes (velero `internal/volumehelper/volume_policy_helper.go`). */
export function volumeTreatmentOf(schedule: Resource): VolumeTreatment {
  const read = (name: string): Field<boolean> => field(schedule.get(`${TEMPLATE}.${name}`), booleanOf);
  const files = [read("defaultVolumesToFsBackup"), read("defaultVolumesToRestic")];
  const snapshots = read("snapshotVolumes");
  const moved = read("snapshotMoveData");
  if ([...files, snapshots, moved].some((each) => each.state === "unknown")) return "unknown";
  if (schedule.get(`${TEMPLATE}.resourcePolicy`) !== undefined) return "unknown";
  if (files.some((each) => valueOr(each, false) === true)) return "files";
  if (valueOr(snapshots, true) === false) return "none";
  if (valueOr(moved, false) === true) return "moved";
  return snapshots.state === "absent" && moved.state === "absent" ? "unstated" : "snapshots";
}

const VOLUMES = /^(?:\*|pvcs?|pvs?|persistentvolume(?:claim)?s?)(?:\.|$)/i;

/** Whether the backups hold claims and volumes at all: filters by resource may leave them out on purpose. */
export function includesVolumes(schedule: Resource): boolean {
  const list = (name: string) =>
    itemsOf(schedule.get(`${TEMPLATE}.${name}`)).map((item) => stringOf(item) ?? "*");
  const isVolume = (name: string) => VOLUMES.test(name);
  const included = [...list("includedResources"), ...list("includedNamespaceScopedResources")];
  const excluded = [...list("excludedResources"), ...list("excludedNamespaceScopedResources")];
  return (included.length === 0 || included.some(isVolume)) && !excluded.some(isVolume);
}

/** How long backups are kept, in seconds; undefined when unknown. */
export function ttlOf(snapshot: Snapshot, schedule: Resource): number | undefined {
  const path = `${TEMPLATE}.ttl`;
  if (snapshot.layout.isPatched(schedule, path)) return undefined;
  const ttl = valueOr(
    field(schedule.get(path), (node) => parseGoDuration(stringOf(node) ?? "")),
    0,
  );
  // Zero counts as nothing said.
  return ttl === 0 ? serverOf(snapshot).ttl : ttl;
}

/** What the flags of the Velero server in the workspace say; its own defaults where none is here. */
export interface VeleroServer {
  readonly filesByDefault: boolean;
  readonly movesByDefault: boolean;
  readonly ttl: number | undefined;
  /** The location that takes backups which name none, when no location is marked as default. */
  readonly location: string;
}

const NONE: VeleroServer = {
  filesByDefault: false,
  movesByDefault: false,
  ttl: DEFAULT_TTL,
  location: "default",
};

/** The flags of the server's Deployment (velero `pkg/cmd/server/config/config.go`). */
export function serverOf(snapshot: Snapshot): VeleroServer {
  const deployment = snapshot.find("name", "apps/Deployment/velero")[0];
  return deployment === undefined ? NONE : deployment.derive(readServer);
}

function readServer(deployment: Resource): VeleroServer {
  const containers = itemsOf(nodeAt(workloadOf(deployment)?.podSpec, "containers"));
  const words = containers.flatMap((container) => wordsOf(container).map((word) => stringOf(word) ?? ""));
  const valueFor = (flag: string): string | undefined => {
    const i = words.findIndex((word) => word === `--${flag}` || word.startsWith(`--${flag}=`));
    const word = words[i];
    if (word === undefined) return undefined;
    return word.includes("=") ? word.slice(word.indexOf("=") + 1) : (words[i + 1] ?? "");
  };
  const isOn = (flag: string) =>
    words.some(
      (word) =>
        word === `--${flag}` ||
        (/^--[\w-]+=(?:1|t|T|true|TRUE|True)$/.test(word) && word.startsWith(`--${flag}=`)),
    );
  const ttl = valueFor("default-backup-ttl");
  return {
    filesByDefault: isOn("default-volumes-to-fs-backup") || isOn("default-volumes-to-restic"),
    movesByDefault: isOn("default-snapshot-move-data"),
    ttl: ttl === undefined ? DEFAULT_TTL : parseGoDuration(ttl),
    location: valueFor("default-backup-storage-location") ?? NONE.location,
  };
}

/** The backup storage locations that a schedule may use: those of its namespace, nearest first. */
export function locationsOf(snapshot: Snapshot, schedule: Resource): readonly Resource[] {
  const found = snapshot
    .find("type", VELERO_LOCATION)
    .filter((location) => mayShareNamespace(snapshot, schedule, location));
  return togetherElseAll(snapshot, schedule, found, (location) => location);
}

/** The names in a list of a schedule's template, such as `includedNamespaces`; undefined when some are unknown. */
export function namesIn(schedule: Resource, list: string): readonly string[] | undefined {
  const node = schedule.get([...TEMPLATE.split("."), list] satisfies Path);
  if (node === undefined) return [];
  const names = itemsOf(node).map((item) => stringOf(item));
  return node.kind === "seq" && names.every((name) => name !== undefined) ? names : undefined;
}

/** Whether a workload's pods name volumes that Velero copies as files, whatever a schedule says of snapshots. */
export function optsIn(workload: Resource): boolean {
  const annotations = nodeAt(workloadOf(workload)?.template, "metadata.annotations");
  return present(nodeAt(annotations, ["backup.velero.io/backup-volumes"])) !== undefined;
}
