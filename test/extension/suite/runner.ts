import { appendFileSync } from "node:fs";
import { closeEverything } from "./editing.ts";
import { ENV, type TestReport } from "./report.ts";

/** Tests by what they say about the extension. They run in order, each starting with no editor open. */
export type Suite = { name: string; tests: Record<string, () => Promise<void>> };

const TEST_TIMEOUT_SECONDS = 60;

/**
 * Runs all suites inside the extension host and reports each test to the driver.
 * @throws Error when a test failed, which is how VS Code learns about it
 */
export async function runSuites(suites: Suite[]): Promise<void> {
  const only = process.env[ENV.only] ?? "";
  let failed = 0;
  for (const suite of suites) {
    for (const [test, body] of Object.entries(suite.tests)) {
      if (!`${suite.name}: ${test}`.includes(only)) continue;
      if (!(await runTest(suite.name, test, body))) failed++;
    }
  }
  report({ state: "ended" });
  if (failed > 0) throw new Error(`${failed} extension tests failed.`);
}

async function runTest(suite: string, test: string, body: () => Promise<void>): Promise<boolean> {
  report({ state: "started", suite, test });
  const start = performance.now();
  const spent = () => Math.round(performance.now() - start);
  try {
    await inTime(body());
    report({ state: "passed", suite, test, milliseconds: spent() });
    return true;
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    report({ state: "failed", suite, test, milliseconds: spent(), reason });
    return false;
  } finally {
    await closeInTheEnd();
  }
}

/** VS Code may call off what opens one editor while another one is still on its way, so it is tried again. */
async function closeInTheEnd(tries = 10): Promise<void> {
  try {
    await closeEverything();
  } catch (error) {
    if (tries === 0) throw error;
    await new Promise((done) => setTimeout(done, 200));
    await closeInTheEnd(tries - 1);
  }
}

async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const tooLong = () => reject(new Error(`The test took longer than ${TEST_TIMEOUT_SECONDS} s.`));
    timer = setTimeout(tooLong, TEST_TIMEOUT_SECONDS * 1000);
  });
  await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

function report(entry: TestReport): void {
  const file = process.env[ENV.reports];
  if (file === undefined)
    throw new Error(`${ENV.reports} is not set; start the tests with test/extension/run.ts.`);
  appendFileSync(file, `${JSON.stringify(entry)}\n`);
}
