import { cpus } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

/** Of the machine's processors, this part has to be idle for what is timed then to tell something. */
const QUIET = 0.6;
const SAMPLE_MS = 500;

/** Waits until the machine has little else to do; false where that does not come about in time. */
export async function becomesQuiet(timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) if ((await idlePart()) > QUIET) return true;
  return false;
}

async function idlePart(): Promise<number> {
  const before = times();
  await pause(SAMPLE_MS);
  const after = times();
  return (after.idle - before.idle) / (after.all - before.all);
}

function times(): { idle: number; all: number } {
  const all = cpus().map((cpu) => cpu.times);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return { idle: sum(all.map(({ idle }) => idle)), all: sum(all.flatMap((one) => Object.values(one))) };
}
