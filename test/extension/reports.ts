import { readFile } from "node:fs/promises";
import { ENV, type TestReport } from "./suite/report.ts";

/** How one test ended. */
export type Outcome = Exclude<TestReport, { state: "started" }>;

/**
 * Reads what an extension host reported. A test that started and never ended counts as failed, for VS Code
 * ended or was stopped during it; so does a run that reported nothing at all.
 */
export async function readOutcomes(file: string, run: string): Promise<Outcome[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  const reports = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as TestReport); // written by suite/runner.ts
  const outcomes = reports.filter((report) => report.state !== "started");
  const last = reports.at(-1);
  if (last?.state === "started")
    outcomes.push(lost(last.suite, last.test, "VS Code ended during this test."));
  if (last === undefined && !process.env[ENV.only])
    outcomes.push(lost(run, "VS Code starts the tests", "No test was started."));
  return outcomes;
}

function lost(suite: string, test: string, reason: string): Outcome {
  return { state: "failed", suite, test, milliseconds: 0, reason };
}

/** Prints one line per test, then the totals alone on the last line. Returns whether all passed. */
export function printOutcomes(outcomes: Outcome[]): boolean {
  for (const outcome of outcomes) {
    const mark = outcome.state === "passed" ? "ok    " : "FAILED";
    console.log(`${mark} ${outcome.suite}: ${outcome.test} (${outcome.milliseconds} ms)`);
    if (outcome.state === "failed") console.log(outcome.reason.replace(/^/gm, "         "));
  }
  const failed = outcomes.filter(({ state }) => state === "failed").length;
  console.log(`${outcomes.length - failed} passed, ${failed} failed`);
  return failed === 0;
}
