import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";

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

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // of a server that listens on a port
  server.close();
  return port;
}

/** The heap of a process started with `--inspect=<port>`, in MB, after its garbage was collected: what it keeps. */
export async function heapOf(port: number): Promise<number | undefined> {
  const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
  const [target] = targets as { webSocketDebuggerUrl: string }[]; // Chrome DevTools Protocol
  if (target === undefined) return undefined;
  const address = target.webSocketDebuggerUrl;
  const socket = new WebSocket(address);
  await once(socket, "open");
  const ask = async (id: number, method: string): Promise<{ readonly usedSize?: number }> => {
    const answer = once(socket, "message");
    socket.send(JSON.stringify({ id, method }));
    const [message] = (await answer) as [{ data: string }]; // the inspector speaks text
    return (JSON.parse(message.data) as { result: { usedSize?: number } }).result; // Chrome DevTools Protocol
  };
  await ask(1, "HeapProfiler.collectGarbage");
  const { usedSize } = await ask(2, "Runtime.getHeapUsage");
  socket.close();
  return usedSize === undefined ? undefined : usedSize / 1e6;
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
