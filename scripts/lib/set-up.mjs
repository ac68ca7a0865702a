/**
 * What `npm start` and `npm test` share: they run on a machine that has nothing but Node.js 20, so this uses
 * nothing but Node's own modules.
 */
import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

const windows = process.platform === "win32";
const binaries = join(root, "node_modules", ".bin");

/** The project's own Node: newer than the machine's may be, and able to run TypeScript. */
export const node = join(root, "node_modules", "node", "bin", windows ? "node.exe" : "node");

/**
 * Ends this process on a Node.js that is too old, and installs what the lock file names where that is not done
 * yet. Returns whether it did, which builds as well.
 */
export async function setUp() {
  const [major] = process.versions.node.split(".").map(Number);
  if (major < 20) {
    console.error(
      `Nines needs Node.js 20 or newer, and this is ${process.version}. Please install a newer one.`,
    );
    process.exit(1);
  }
  if (!installIsOld()) return false;
  console.log("Installing what Nines is built with, and building it. This takes a minute or two…");
  // Warnings are about engines: what needs a newer Node.js than the machine's runs on the project's own.
  await run(windows ? "npm.cmd" : "npm", ["ci", "--loglevel=error"]);
  return true;
}

/** Whether node_modules is missing or was installed before the lock file last changed. */
function installIsOld() {
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed) || !existsSync(node)) return true;
  return statSync(installed).mtimeMs < statSync(join(root, "package-lock.json")).mtimeMs;
}

/**
 * Runs a command in the repository; ends this process when it fails.
 * @param {string} command
 * @param {string[]} args
 */
export async function run(command, args) {
  const code = await exitCodeOf(command, args);
  if (code !== 0) process.exit(code);
}

/**
 * Runs a command in the repository and returns its exit code. The project's tools come first on its PATH.
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function exitCodeOf(command, args) {
  const PATH = `${binaries}${windows ? ";" : ":"}${process.env.PATH}`;
  const child = spawn(command, args, {
    cwd: root,
    stdio: "inherit",
    shell: command.endsWith(".cmd"),
    env: { ...process.env, PATH },
  });
  // Ctrl-C reaches the child by itself, which then cleans up; other signals are passed on.
  const ignore = () => undefined;
  const pass = () => child.kill("SIGTERM");
  process.on("SIGINT", ignore);
  process.on("SIGTERM", pass);
  const code = await new Promise((resolve) => {
    child.once("error", (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      resolve(1);
    });
    child.once("exit", (exitCode, signal) => resolve(signal === null ? exitCode : 130));
  });
  process.off("SIGINT", ignore);
  process.off("SIGTERM", pass);
  return code;
}
