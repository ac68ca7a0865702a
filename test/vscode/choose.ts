import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { downloadAndUnzipVSCode, SilentReporter } from "@vscode/test-electron";
import { cacheRoot } from "./cache.ts";
import { VSCODE_VERSION } from "./server-package.ts";

/** An executable that takes VS Code's arguments, and the variables to add to the environment it runs in. */
export type VSCodeExecutable = { kind: "desktop" | "browser"; path: string; env: Record<string, string> };

const DOWNLOADS = join(cacheRoot(), "desktop");
const DOWNLOAD_HOST = "https://update.code.visualstudio.com/api/releases/stable";
const PROBE_TIMEOUT_MS = 5000;

/**
 * Desktop VS Code where it can be downloaded (or already was) and shown, VS Code in a browser elsewhere.
 * `NINES_VSCODE=desktop|browser` forces one.
 * @throws Error when the forced one is impossible
 */
export async function chooseVSCode(say: (line: string) => void): Promise<VSCodeExecutable> {
  const forced = process.env.NINES_VSCODE;
  if (forced !== undefined && forced !== "desktop" && forced !== "browser") {
    throw new Error(`NINES_VSCODE is "${forced}", but it can only be "desktop" or "browser".`);
  }
  if (forced === "browser") return inBrowser();
  const obstacle = await desktopObstacle();
  if (obstacle === undefined) return desktop(say);
  if (forced === "desktop") throw new Error(`NINES_VSCODE=desktop is impossible: ${obstacle}`);
  say(`Using VS Code in a browser, because ${obstacle}`);
  return inBrowser();
}

function inBrowser(): VSCodeExecutable {
  // The launcher is a script that finds its interpreter on the PATH, where an older Node may come first.
  const PATH = dirname(process.execPath) + delimiter + process.env.PATH;
  return { kind: "browser", path: join(import.meta.dirname, "in-browser.ts"), env: { PATH } };
}

async function desktop(say: (line: string) => void): Promise<VSCodeExecutable> {
  await mkdir(DOWNLOADS, { recursive: true });
  say(`Using desktop VS Code ${VSCODE_VERSION} from ${DOWNLOADS} (downloaded if missing).`);
  const path = await downloadAndUnzipVSCode({
    version: VSCODE_VERSION,
    cachePath: DOWNLOADS,
    reporter: new SilentReporter(),
  });
  if (hasDisplay()) return { kind: "desktop", path, env: {} };
  return {
    kind: "desktop",
    path: join(import.meta.dirname, "under-xvfb.sh"),
    env: { NINES_DESKTOP_VSCODE: path },
  };
}

/** Why desktop VS Code cannot be used here, as the end of a sentence; nothing when it can. */
async function desktopObstacle(): Promise<string | undefined> {
  if (!hasDisplay() && !onPath("xvfb-run")) return "there is no display and no xvfb-run.";
  if (await isDownloaded()) return undefined;
  const reachable = await fetch(DOWNLOAD_HOST, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }).then(
    (response) => response.ok,
    () => false,
  );
  return reachable ? undefined : "its download server cannot be reached.";
}

/** Whether programs with windows can run here as they are. */
export function hasDisplay(): boolean {
  if (process.platform !== "linux") return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

async function isDownloaded(): Promise<boolean> {
  const folders = await readdir(DOWNLOADS).catch(() => []);
  // The marker is written by @vscode/test-electron once a download is unpacked.
  return folders
    .filter((folder) => folder.endsWith(`-${VSCODE_VERSION}`))
    .some((folder) => existsSync(join(DOWNLOADS, folder, "is-complete")));
}

/** The first executable of this name in the folders of the PATH. */
export function onPath(command: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
}
