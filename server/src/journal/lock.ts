import { open, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";

/** A file that one process holds. */
export interface Lock {
  release(): Promise<void>;
}

/** Takes a lock; undefined while another living process holds it. What a dead process left is taken over. */
export async function acquireLock(path: string): Promise<Lock | undefined> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, "wx", 0o600);
      try {
        await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname() }));
      } finally {
        await file.close();
      }
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if (!isExisting(error)) throw error;
      if (await isHeld(path)) return undefined;
      await rm(path, { force: true });
    }
  }
  return undefined;
}

/** On a shared home folder another machine's process cannot be asked: it is taken to live. */
async function isHeld(path: string): Promise<boolean> {
  const text = await readFile(path, "utf8").catch(() => "");
  const [, pid] = /"pid":(\d+)/.exec(text) ?? [];
  if (pid === undefined) return false;
  if (!text.includes(`"host":${JSON.stringify(hostname())}`)) return true;
  try {
    // Signal 0 asks only whether the process is there.
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return isForbidden(error);
  }
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

/** It is there, and belongs to somebody else. */
function isForbidden(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPERM";
}
