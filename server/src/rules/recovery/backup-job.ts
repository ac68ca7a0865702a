import { itemsOf, type Node, nodeAt, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { wordsOf } from "../../workspace/program-flags.ts";
import { namespaceOf } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { workloadOf } from "../../workspace/workload.ts";

/** A CronJob that takes backups. */
export interface BackupJob {
  /** The program that does, as people call it. */
  readonly program: string;
  /** Everything its containers say: images, words, names and values of variables. */
  readonly text: string;
  readonly podSpec: Node | undefined;
}

/** Programs that take backups, by the words that start them. */
const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/\bpg_dumpall\b/, "pg_dumpall"],
  [/\bpg_dump\b/, "pg_dump"],
  [/\bpg_basebackup\b/, "pg_basebackup"],
  [/\bmysqldump\b/, "mysqldump"],
  [/\b(?:mariadb-dump)\b/, "mariadb-dump"],
  [/\b(?:xtrabackup|innobackupex)\b/, "xtrabackup"],
  [/\b(?:mariabackup|mariadb-backup)\b/, "mariadb-backup"],
  [/\bmongodump\b/, "mongodump"],
  [/\betcdctl\b[\s\S]*\bsnapshot\s+save\b/, "etcdctl snapshot save"],
  [/\bvelero\s+(?:backup\s+create|create\s+backup)\b/, "velero backup create"],
];

/** The backup job that a CronJob is; undefined when none of the known programs is among its words. */
export function backupJobOf(cronJob: Resource): BackupJob | undefined {
  return cronJob.derive(read);
}

function read(cronJob: Resource): BackupJob | undefined {
  if (cronJob.type !== "batch/CronJob") return undefined;
  const podSpec = workloadOf(cronJob)?.podSpec;
  const containers = ["initContainers", "containers"].flatMap((list) => itemsOf(nodeAt(podSpec, list)));
  const script = containers.map(scriptOf).join("\n");
  const program = PROGRAMS.find(([words]) => words.test(script))?.[1];
  if (program === undefined) return undefined;
  return { program, podSpec, text: [script, ...containers.map(surroundingsOf)].join("\n") };
}

function scriptOf(container: Node): string {
  return wordsOf(container)
    .map((word) => stringOf(word) ?? "?")
    .join(" ");
}

function surroundingsOf(container: Node): string {
  const variables = itemsOf(nodeAt(container, "env")).flatMap((variable) => [
    stringOf(nodeAt(variable, "name")) ?? "?",
    stringOf(nodeAt(variable, "value")) ?? "",
  ]);
  return [stringOf(nodeAt(container, "image")) ?? "?", ...variables].join(" ");
}

/** Whether a CronJob of the same namespace dumps some database: perhaps this one. */
export function isDumped(snapshot: Snapshot, resource: Resource): boolean {
  const namespace = namespaceOf(snapshot, resource);
  return snapshot
    .find("type", "batch/CronJob")
    .some((cronJob) => backupJobOf(cronJob) !== undefined && namespaceOf(snapshot, cronJob) === namespace);
}
