const PATIENCE_MS = 15_000;
const STEP_MS = 25;

/**
 * Asks again and again until the answer is something, and returns it.
 * @param what completes "Waited in vain until …"
 * @param state describes what was there instead, for the error message
 */
export async function waitUntil<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  state: () => string = () => "",
): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}. ${state()}`);
    await pause(STEP_MS);
  }
}

/** Resolves after some milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
