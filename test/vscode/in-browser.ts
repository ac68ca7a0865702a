#!/usr/bin/env node
/**
 * Stands in for the VS Code executable: takes the arguments that `runTests` of @vscode/test-electron
 * passes, runs the extension tests in real VS Code, served to a headless Chromium, and ends with the tests'
 * exit code. Needs the current Node (24) to run.
 */
import type { Browser } from "playwright-core";
import { readArguments, type VSCodeArguments } from "./arguments.ts";
import { launchChromium } from "./chromium.ts";
import { isNoise } from "./noise.ts";
import { type Server, startServer } from "./server.ts";
import { obtainServer } from "./server-package.ts";
import { workbenchUrl } from "./workbench.ts";

const TIMEOUT_SECONDS = Number(process.env.NINES_VSCODE_TIMEOUT ?? 300);
const MESSAGE_LINES = 8;
const say = (line: string) => console.error(line);

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  const [home, browser] = await Promise.all([obtainServer(say), launchChromium(say)]);
  const server = await startServer({ home, ...args }).catch(async (error: unknown) => {
    await browser.close();
    throw error;
  });
  const stop = () => Promise.all([browser.close(), server.stop()]);
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => stop().then(() => process.exit(130)));
  try {
    return await runTestsIn(browser, server, args);
  } catch (error) {
    say(`The VS Code server's log ends with:\n${server.log()}`);
    throw error;
  } finally {
    await stop();
  }
}

async function runTestsIn(browser: Browser, server: Server, args: VSCodeArguments): Promise<number> {
  const page = await browser.newPage();
  const outcome = new Promise<number>((resolve, reject) => {
    // The two names are VS Code's: its test driver calls them with the result and each console message.
    const exposed = Promise.all([
      page.exposeFunction("codeAutomationExit", resolve),
      page.exposeFunction("codeAutomationLog", printMessage),
    ]);
    page.once("crash", () => reject(new Error("The browser page crashed.")));
    server.ended.then(() => reject(new Error("The VS Code server ended before the tests did.")));
    setTimeout(() => {
      reject(
        new Error(`The tests took longer than ${TIMEOUT_SECONDS} s (NINES_VSCODE_TIMEOUT changes that).`),
      );
    }, TIMEOUT_SECONDS * 1000).unref();
    exposed.then(() => page.goto(workbenchUrl(server, args.folder, args), { timeout: 60_000 })).catch(reject);
  });
  return outcome;
}

function printMessage(type: string, values: unknown[]): void {
  const message = values.map(String).join(" ");
  if (isNoise(message)) return;
  const lines = message.split("\n");
  // Below the first frames, stack traces only show how VS Code passes messages on.
  console.log(`[${type}] ${lines.slice(0, MESSAGE_LINES).join("\n")}`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
