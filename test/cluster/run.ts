/**
 * Runs the tests against a real control plane: `node test/cluster/run.ts [FILES]`. They share one cluster, one file
 * after the other, because some of them stop parts of it.
 */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { MissingProgram } from "./binaries.ts";
import { startCluster, type TestCluster } from "./cluster.ts";

async function main(): Promise<number> {
  const named = process.argv.slice(2);
  const files = named.length > 0 ? named : globSync(join(import.meta.dirname, "suite/*.cluster.ts")).sort();
  let cluster: TestCluster;
  try {
    cluster = await startCluster();
  } catch (error) {
    if (!(error instanceof MissingProgram)) throw error;
    const isRequired = process.env.CI === "true";
    console.log(`${isRequired ? "Cannot run" : "Skipped"} the cluster tests: ${error.message}`);
    return isRequired ? 1 : 0;
  }
  try {
    return await runTests(files, await cluster.share());
  } finally {
    await cluster.stop();
  }
}

/** A signal ends the tests, and so what follows them. */
async function runTests(files: readonly string[], env: Record<string, string>): Promise<number> {
  const child = spawn(process.execPath, ["--test", "--test-concurrency=1", ...files], {
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  const stop = () => child.kill("SIGTERM");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

process.exitCode = await main();
