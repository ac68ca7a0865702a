import {
  entryOf,
  type Field,
  field,
  integerOf,
  itemsOf,
  type Node,
  nodeAt,
  present,
  stringOf,
} from "../model/node.ts";
import type { Container, Workload } from "./workload.ts";

/** What counts where `terminationGracePeriodSeconds` is absent (pkg/apis/core/v1/defaults.go); KubeVirt has the same default. */
export const DEFAULT_GRACE_SECONDS = 30;

/** The pod's `terminationGracePeriodSeconds` as written. */
export function graceOf(workload: Workload): Field<number> {
  return field(nodeAt(workload.podSpec, "terminationGracePeriodSeconds"), integerOf);
}

/** A preStop hook that does nothing but wait, or waits at least. */
export interface Wait {
  /** At least so long. */
  readonly seconds: number;
  /** Where the time is written. */
  readonly node: Node;
  /** The `sleep` action (Kubernetes 1.30 and later, GA in 1.34), or a command in the container. */
  readonly by: "action" | "command";
}

/** How long a container's preStop hook waits; undefined when it has none, or nobody can tell from here. */
export function preStopWait(container: Container): Wait | undefined {
  const hook = present(nodeAt(container.node, "lifecycle.preStop"));
  const seconds = nodeAt(hook, "sleep.seconds");
  const slept = integerOf(seconds);
  if (seconds !== undefined && slept !== undefined) return { seconds: slept, node: seconds, by: "action" };
  const command = entryOf(nodeAt(hook, "exec"), "command");
  const words = itemsOf(command?.value).map((word) => stringOf(word));
  if (command === undefined || !words.every((word) => word !== undefined)) return undefined;
  const waited = secondsOf(words);
  return waited === undefined ? undefined : { seconds: waited, node: command.key, by: "command" };
}

/** Whether a container has a preStop hook; one that a template writes counts. */
export function hasPreStop(container: Container): boolean {
  const lifecycle = nodeAt(container.node, "lifecycle");
  const isTemplated = lifecycle?.kind === "scalar" && lifecycle.unknown;
  return isTemplated || present(nodeAt(lifecycle, "preStop")) !== undefined;
}

const SHELL = /^(?:\/\S*\/)?(?:sh|bash|ash|dash|busybox)$/;

/** Seconds that a command waits at least: `sleep 10`, or the plain sleeps of a shell script added up. */
function secondsOf(words: readonly string[]): number | undefined {
  const [program = "", ...rest] = words;
  if (!SHELL.test(program)) return sleepIn(words.join(" "));
  const flag = rest.findIndex((word) => /^-\w*c$/.test(word));
  const script = flag < 0 ? undefined : rest[flag + 1];
  return script === undefined ? undefined : sleepsIn(script);
}

/** Loops and conditions may sleep never or for ever: then nobody can tell. */
function sleepsIn(script: string): number | undefined {
  if (/\b(?:while|until|for|if|case|function|exit|trap)\b|\|\||\(|\{/.test(script)) return undefined;
  const sleeps = script.split(/;|&&|\n/).flatMap((part) => sleepIn(part.trim()) ?? []);
  return sleeps.length === 0 ? undefined : sleeps.reduce((sum, seconds) => sum + seconds, 0);
}

const UNITS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };

function sleepIn(command: string): number | undefined {
  const found = /^(?:exec\s+)?(?:\/\S*\/)?sleep\s+(\d{1,6}(?:\.\d{1,6})?)([smhd]?)$/.exec(command);
  return found === null ? undefined : Number(found[1]) * (UNITS[found[2] ?? ""] ?? 1);
}
