/**
 * `npm start`: opens VS Code on examples/ with the extension under development, on a machine that has
 * nothing but Node.js 20. Installs and builds first. `npm start -- --no-open` only prints the address when
 * VS Code runs in a browser. NINES_PORT chooses its port, NINES_VSCODE=desktop|browser the kind.
 * Uses nothing but Node's own modules, because it runs before anything is installed.
 */
import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const windows = process.platform === "win32";
// The project's own Node: newer than the machine's may be, and able to run TypeScript.
const node = join(root, "node_modules", "node", "bin", windows ? "node.exe" : "node");

const [major] = process.versions.node.split(".").map(Number);
if (major < 20) {
  console.error(
    `Nines needs Node.js 20 or newer, and this is ${process.version}. Please install a newer one.`,
  );
  process.exit(1);
}

if (installIsOld()) await run(windows ? "npm.cmd" : "npm", ["ci"]);
await run(node, ["scripts/build.mjs"]);
await run(node, ["scripts/lib/vscode-open.ts", ...process.argv.slice(2)]);

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
async function run(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: "inherit", shell: command.endsWith(".cmd") });
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
  if (code !== 0) process.exit(code);
}
