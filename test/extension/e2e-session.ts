import { readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../vscode/chromium.ts";
import { runCommand } from "../vscode/command.ts";
import { type Server, startServer } from "../vscode/server.ts";
import { obtainServer } from "../vscode/server-package.ts";
import { makeProfile, type Profile } from "../vscode/user-data.ts";
import { workbenchUrl } from "../vscode/workbench.ts";

/** A VS Code in a browser with packaged extensions installed, as a user has it. */
export type Session = {
  profile: Profile;
  /** opens a folder in a new window */
  open(folder: string): Promise<Page>;
  close(): Promise<void>;
};

/** What a session is opened with. */
export type SessionOptions = {
  /** the packaged extension, or the folder of one that is built */
  vsix: string;
  /** false opens folders in restricted mode until the user trusts them */
  trustEverything: boolean;
  settings?: Record<string, unknown>;
  size?: { width: number; height: number };
  /** picture elements per CSS pixel: 2 makes pictures for sharp displays */
  scale?: number;
};

const PATIENCE_MS = 30_000;

/** Installs a VSIX into an empty profile and starts VS Code with it. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const home = await obtainServer(console.log);
  const profile = await makeProfile(options.settings);
  const opened: { browser?: Browser; server?: Server } = {};
  const close = async () => {
    await opened.browser?.close();
    await opened.server?.stop();
    await profile.remove();
  };
  try {
    if (options.vsix.endsWith(".vsix")) await install(options.vsix, home, profile);
    else await link(options.vsix, profile.extensionsDir);
    opened.browser = await launchChromium(console.log);
    const server = await startServer({ home, ...profile, trustEverything: options.trustEverything });
    opened.server = server;
    const context = await opened.browser.newContext({
      viewport: options.size ?? { width: 1400, height: 1000 },
      deviceScaleFactor: options.scale ?? 1,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const open = async (folder: string) => {
      const page = await context.newPage();
      await page.goto(workbenchUrl(server, folder));
      return page;
    };
    return { profile, open, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes VS Code find the extension of a folder among those that are installed. */
async function link(folder: string, extensionsDir: string): Promise<void> {
  const { publisher, name, version } = JSON.parse(
    await readFile(join(folder, "package.json"), "utf8"),
  ) as Record<string, string>;
  await symlink(folder, join(extensionsDir, `${publisher}.${name}-${version}`), "dir");
}

async function install(vsix: string, home: string, profile: Profile): Promise<void> {
  const folders = ["--extensions-dir", profile.extensionsDir, "--server-data-dir", profile.userDataDir];
  const args = ["out/server-main.js", "--install-extension", vsix, ...folders];
  const output = await runCommand(process.execPath, [...args, "--user-data-dir", profile.userDataDir], {
    cwd: home,
  });
  if (!/was successfully installed/.test(output))
    throw new Error(`VS Code did not install ${vsix}:\n${output}`);
}
