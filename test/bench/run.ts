import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** How a command ran. */
export interface Run {
  readonly milliseconds: number;
  /** Peak resident memory in MB; undefined where the system does not tell. */
  readonly peak: number | undefined;
  readonly code: number | null;
  readonly stdout: string;
}

/** Runs a command to its end. Undefined when there is no such command. */
export async function run(command: string, args: readonly string[], cwd?: string): Promise<Run | undefined> {
  const started = performance.now();
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "ignore"] });
  let peak: number | undefined;
  const watch = setInterval(() => {
    peak = Math.max(peak ?? 0, peakOf(child.pid) ?? 0) || undefined;
  }, 5);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null | "missing">((resolve) => {
    child.on("error", () => resolve("missing"));
    child.on("close", resolve);
  });
  clearInterval(watch);
  if (code === "missing") return undefined;
  return { milliseconds: performance.now() - started, peak, code, stdout: Buffer.concat(chunks).toString() };
}

/** The fastest of several runs: what disturbs a run only ever makes it slower. */
export async function best(
  times: number,
  command: string,
  args: readonly string[],
  cwd?: string,
): Promise<Run | undefined> {
  let fastest: Run | undefined;
  for (let i = 0; i < times; i++) {
    const one = await run(command, args, cwd);
    if (one === undefined) return undefined;
    if (fastest === undefined || one.milliseconds < fastest.milliseconds) fastest = one;
  }
  return fastest;
}

/** Peak resident memory of a process in MB so far, as Linux counts it. */
export function peakOf(pid: number | undefined): number | undefined {
  return statusOf(pid, "VmHWM");
}

/** Resident memory of a process in MB now. */
export function residentOf(pid: number | undefined): number | undefined {
  return statusOf(pid, "VmRSS");
}

/** Milliseconds for which the main thread of a process has had a processor so far, as Linux counts them. */
export function workOf(pid: number | undefined): number | undefined {
  try {
    const [nanoseconds] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ");
    return Number(nanoseconds) / 1e6;
  } catch {
    return undefined;
  }
}

function statusOf(pid: number | undefined, key: string): number | undefined {
  try {
    const kilobytes = new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(
      readFileSync(`/proc/${pid}/status`, "utf8"),
    )?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

/** The value below which a share of the samples lies. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
