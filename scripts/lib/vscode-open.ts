/**
 * Opens VS Code on examples/ with the extension of this checkout: the desktop one where there is a display,
 * else one in a browser, whose address is printed. Runs until the window is closed or Ctrl-C is pressed.
 */
import { spawn } from "node:child_process";
import { readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startPlayground, whatToTry } from "../../test/cluster/play.ts";
import { chooseVSCode, hasDisplay, onPath } from "../../test/vscode/choose.ts";
import { startServer } from "../../test/vscode/server.ts";
import { obtainServer } from "../../test/vscode/server-package.ts";
import { makeProfile, type Profile } from "../../test/vscode/user-data.ts";
import { workbenchUrl } from "../../test/vscode/workbench.ts";
import { readSuggestions } from "./vscode-suggestions.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const EXAMPLES = join(ROOT, "examples");
const { values: flags } = parseArgs({
  options: {
    "no-open": { type: "boolean", default: false },
    "with-cluster": { type: "boolean", default: false },
  },
});

async function main(): Promise<void> {
  const cluster = flags["with-cluster"] ? await startPlayground() : undefined;
  const profile = await makeProfile();
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, resolve);
  });
  try {
    if (cluster) {
      // VS Code and all that it starts find the cluster by this.
      process.env.KUBECONFIG = cluster.kubeconfig;
      console.log(whatToTry(cluster));
    }
    const desktop = await desktopExecutable();
    if (desktop) await openDesktop(desktop, profile, interrupted);
    else await openInBrowser(profile, interrupted);
  } finally {
    await profile.remove();
    await cluster?.stop();
  }
}

/** The developer's own VS Code, else a downloaded one; nothing when a browser has to do. */
async function desktopExecutable(): Promise<string | undefined> {
  const wanted = process.env.NINES_VSCODE;
  if (wanted === "browser" || flags["no-open"]) return undefined;
  if (wanted === undefined && !hasDisplay()) return undefined;
  const own = onPath(process.platform === "win32" ? "code.cmd" : "code");
  if (own) return own;
  const choice = await chooseVSCode(console.log);
  return choice.kind === "desktop" ? choice.path : undefined;
}

async function openDesktop(executable: string, profile: Profile, interrupted: Promise<void>): Promise<void> {
  const args = [
    ...["--new-window", "--wait", "--disable-workspace-trust", "--no-sandbox"],
    `--user-data-dir=${profile.userDataDir}`,
    `--extensions-dir=${profile.extensionsDir}`,
    `--extensionDevelopmentPath=${ROOT}`,
    EXAMPLES,
  ];
  const shell = executable.endsWith(".cmd");
  const quoted = shell ? args.map((arg) => `"${arg}"`) : args;
  const child = spawn(shell ? `"${executable}"` : executable, quoted, { shell, stdio: "ignore" });
  const closed = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => resolve());
  });
  console.log("VS Code is opening. Close its window or press Ctrl-C to stop.");
  await printSuggestions();
  await Promise.race([closed, interrupted]);
  child.kill();
}

async function openInBrowser(profile: Profile, interrupted: Promise<void>): Promise<void> {
  const home = await obtainServer(console.log);
  await linkExtension(profile.extensionsDir);
  const port = Number(process.env.NINES_PORT ?? 0);
  const server = await startServer({ home, ...profile, port, trustEverything: true });
  const url = workbenchUrl(server, EXAMPLES);
  console.log(`\nVS Code runs at ${url}\nOpen that address in a browser. Press Ctrl-C to stop.`);
  await printSuggestions();
  if (!flags["no-open"] && hasDisplay()) openUrl(url);
  await Promise.race([interrupted, server.ended]);
  await server.stop();
}

/** Makes VS Code find this checkout among the installed extensions: no copy, so a rebuild is enough. */
async function linkExtension(extensionsDir: string): Promise<void> {
  const manifest: { publisher: string; name: string; version: string } = JSON.parse(
    await readFile(join(ROOT, "package.json"), "utf8"),
  );
  const { publisher, name, version } = manifest;
  await symlink(ROOT, join(extensionsDir, `${publisher}.${name}-${version}`), "dir");
}

function openUrl(url: string): void {
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  // Where there is no opener, the printed address does.
  spawn(opener, [url], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}

async function printSuggestions(): Promise<void> {
  const suggestions = await readSuggestions(join(EXAMPLES, "README.md"), 6);
  console.log("\nWhat to try (more in examples/README.md):");
  for (const { file, see, act } of suggestions) console.log(`- ${file}: ${see} ${act}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
