import { createInterface } from "node:readline/promises";

/** Asks a person; undefined when there is nobody to ask, or the input ends. */
export async function ask(question: string, signal?: AbortSignal): Promise<string | undefined> {
  if (process.stdin.isTTY !== true) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(question, signal === undefined ? {} : { signal })).trim();
  } catch {
    return undefined;
  } finally {
    lines.close();
  }
}

/** Whether a person sits at the terminal. */
export function isInteractive(): boolean {
  return process.stdin.isTTY === true;
}
