/** Starts a cluster to play with, says how, and stops it on Ctrl-C. */
import { startPlayground, whatToTry } from "../../test/cluster/play.ts";

async function main(): Promise<void> {
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, resolve);
  });
  // A listener for a signal does not keep a process alive.
  const alive = setInterval(() => undefined, 60_000);
  try {
    const cluster = await startPlayground();
    console.log(`${whatToTry(cluster)}\nPress Ctrl-C to stop it.`);
    await interrupted;
    await cluster.stop();
  } finally {
    clearInterval(alive);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
