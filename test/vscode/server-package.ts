import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoot } from "./cache.ts";
import { runCommand } from "./command.ts";

/** The VS Code version that both the desktop download and the browser launcher use. */
export const VSCODE_VERSION = "1.139.1";

// The npm package `code-server` carries Microsoft's VS Code server and web workbench, built from the
// release of the same minor version. Change the three together.
const PACKAGE = "code-server@4.139.1";
const INTEGRITY =
  "sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==";

/**
 * The folder of a ready VS Code server (it holds `out/server-main.js`), taken from the cache or made there.
 * It is built in a folder of its own and renamed at the end, so an interrupted or a second simultaneous
 * run never leaves or sees half of it.
 * @param say receives one line when something takes long
 * @throws Error when the package cannot be downloaded or is not the pinned one
 */
export async function obtainServer(say: (line: string) => void): Promise<string> {
  if (process.platform === "win32") {
    throw new Error(
      "VS Code in a browser runs on Linux and macOS only. Use the desktop VS Code (NINES_VSCODE=desktop).",
    );
  }
  const finished = join(cacheRoot(), `vscode-server-${VSCODE_VERSION}-${process.platform}-${process.arch}`);
  if (!existsSync(join(finished, "out", "server-main.js"))) await build(finished, say);
  return finished;
}

async function build(finished: string, say: (line: string) => void): Promise<void> {
  say(
    `Downloading VS Code ${VSCODE_VERSION} (npm package ${PACKAGE}) into ${cacheRoot()}, once per machine…`,
  );
  await mkdir(cacheRoot(), { recursive: true });
  const work = await mkdtemp(join(cacheRoot(), "building-"));
  try {
    const archive = await download(work);
    await runCommand("tar", ["-xzf", archive, "-C", work]);
    const server = join(work, "package", "lib", "vscode");
    // Install scripts would compile native modules, for which a machine may lack compilers; what the
    // tests use runs without them or with prebuilt ones.
    const flags = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await runCommand("npm", ["install", ...flags], { cwd: server, env: outsideNpm(), timeoutSeconds: 600 });
    await moveIntoPlace(server, finished);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download(work: string): Promise<string> {
  const report = await runCommand("npm", ["pack", PACKAGE, "--json", "--loglevel=error"], {
    cwd: work,
    env: outsideNpm(),
    timeoutSeconds: 600,
  });
  const [packed] = JSON.parse(report) as { filename: string; integrity: string }[]; // npm's documented output
  if (packed?.integrity !== INTEGRITY) {
    throw new Error(`${PACKAGE} has the checksum ${packed?.integrity}, but ${INTEGRITY} was expected.`);
  }
  return join(work, packed.filename);
}

async function moveIntoPlace(from: string, to: string): Promise<void> {
  const product = JSON.parse(await readFile(join(from, "product.json"), "utf8")) as { version?: string };
  if (product.version !== VSCODE_VERSION) {
    throw new Error(`${PACKAGE} holds VS Code ${product.version}, but ${VSCODE_VERSION} was expected.`);
  }
  try {
    await rename(from, to);
  } catch (error) {
    // Somebody else was faster: theirs is as good.
    if (!existsSync(join(to, "out", "server-main.js"))) throw error;
  }
}

/** The environment without the variables by which an outer `npm run` would steer an inner `npm install`. */
function outsideNpm(): NodeJS.ProcessEnv {
  const steering = /^npm_(package_|lifecycle_|config_local_prefix|config_workspace)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !steering.test(name)));
}
