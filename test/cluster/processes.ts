import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

const STOP_TIMEOUT_MS = 10_000;

/**
 * Starts a program that outlives this process: its number is kept in `<folder>/<name>.pid`, its output in
 * `<folder>/<name>.log`, so that whoever knows the folder can stop it.
 */
export async function startProcess(
  folder: string,
  name: string,
  path: string,
  args: readonly string[],
): Promise<void> {
  const log = openSync(join(folder, `${name}.log`), "a");
  const child = spawn(path, args, { cwd: folder, detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  const pid = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => resolve(child.pid ?? 0));
  });
  child.unref();
  await writeFile(join(folder, `${name}.pid`), String(pid));
}

/** Stops what `startProcess` started and waits until it is gone; does nothing where it is gone already. */
export async function stopProcess(
  folder: string,
  name: string,
  signal: "SIGTERM" | "SIGKILL" = "SIGTERM",
): Promise<void> {
  const pid = processOf(folder, name);
  if (pid === undefined || pid === process.pid) return;
  send(pid, signal);
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isAlive(pid)) {
    if (Date.now() > deadline) send(pid, "SIGKILL");
    await pause(20);
  }
}

/** Whether the program runs. */
export function isRunning(folder: string, name: string): boolean {
  return processOf(folder, name) !== undefined;
}

function processOf(folder: string, name: string): number | undefined {
  const path = join(folder, `${name}.pid`);
  if (!existsSync(path)) return undefined;
  const pid = Number(readFileSync(path, "utf8"));
  return pid > 0 && isAlive(pid) ? pid : undefined;
}

/** Whether a process runs. */
export function isAlive(pid: number): boolean {
  if (!send(pid, 0)) return false;
  // A child of ours that has ended stays in the table until it is waited for.
  const status = `/proc/${pid}/stat`;
  return !existsSync(status) || !/^\d+ \(.*\) Z/.test(readFileSync(status, "utf8"));
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** The end of a program's output, for messages about what went wrong. */
export async function endOfLog(folder: string, name: string): Promise<string> {
  const text = await readFile(join(folder, `${name}.log`), "utf8").catch(() => "");
  return text.split("\n").slice(-15).join("\n");
}

/** Ports that are free now, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port could be had");
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/**
 * Asks until the answer is yes; errors count as no.
 * @throws Error that names what was waited for, with the last error
 */
export async function waitFor(
  what: string,
  isTrue: () => Promise<boolean> | boolean,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      if (await isTrue()) return;
    } catch (error) {
      last = error;
    }
    await pause(100);
  }
  const why = last instanceof Error ? `: ${last.message}` : "";
  throw new Error(`${what} did not happen within ${timeoutMs / 1000} s${why}`);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
