import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type Browser, chromium } from "playwright-core";
import { runCommand } from "./command.ts";

const USUAL_PLACES: Partial<Record<NodeJS.Platform, string[]>> = {
  linux: [
    "/usr/bin/chromium",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/usr/bin/microsoft-edge",
    "/usr/bin/chromium-browser",
    "/snap/bin/chromium",
  ],
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
};

// Chromium refuses its sandbox as root; the other switches keep it from talking to anyone but VS Code.
const SWITCHES = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts a headless Chromium, installing Debian's package first when there is none and we may.
 * `NINES_CHROMIUM` names another executable.
 * @throws Error that says what to install
 */
export async function launchChromium(say: (line: string) => void): Promise<Browser> {
  const executablePath = findChromium() ?? (await installChromium(say));
  return chromium.launch({ executablePath, args: SWITCHES, timeout: 60_000 });
}

function findChromium(): string | undefined {
  const named = process.env.NINES_CHROMIUM;
  return [...(named ? [named] : []), ...(USUAL_PLACES[process.platform] ?? [])].find((path) =>
    existsSync(path),
  );
}

async function installChromium(say: (line: string) => void): Promise<string> {
  if (process.getuid?.() === 0 && (await isDebian())) {
    say("Installing Debian's chromium, once per machine…");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await runCommand("apt-get", ["update", "-qq"], { env });
    await runCommand("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], {
      env,
      timeoutSeconds: 600,
    });
  }
  const found = findChromium();
  if (found) return found;
  throw new Error(
    "No Chromium, Chrome or Edge was found, so VS Code cannot be opened in a browser. " +
      "Install one of them (Debian: `apt-get install chromium`) or set NINES_CHROMIUM to its executable.",
  );
}

// Ubuntu's package of the same name only points at a snap, which does not run in containers.
async function isDebian(): Promise<boolean> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^ID=debian$/m.test(release);
}
