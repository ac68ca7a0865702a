import { readFile } from "node:fs/promises";
import type { TestReport } from "./suite/report.ts";

/** How one test ended. */
export type Outcome = Extract<TestReport, { state: "passed" | "failed" }>;

/**
 * Reads what an extension host reported. A test that started and never ended counts as failed, for VS Code
 * ended or was stopped during it; so does a run that did not come to its end, or reported nothing at all.
 */
export async function readOutcomes(file: string, run: string): Promise<Outcome[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  const reports = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as TestReport); // written by suite/runner.ts
  const outcomes = reports.filter((report) => report.state === "passed" || report.state === "failed");
  const last = reports.at(-1);
  if (last?.state === "started")
    outcomes.push(lost(last.suite, last.test, "VS Code ended during this test."));
  else if (last === undefined) outcomes.push(lost(run, "VS Code starts the tests", "No test was started."));
  else if (last.state !== "ended")
    outcomes.push(lost(run, ALL_RUN, `It ended after ${last.suite}: ${last.test}.`));
  return outcomes;
}

const ALL_RUN = "VS Code runs all tests";

/** Whether VS Code ended between two tests, so that some were never begun. */
export function wasCutShort(outcomes: readonly Outcome[]): boolean {
  return outcomes.some(({ test }) => test === ALL_RUN);
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
