import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Temporary folders for one run of VS Code. */
export type Profile = {
  /** the folder that holds the others; for whatever else the run needs */
  root: string;
  userDataDir: string;
  extensionsDir: string;
  remove(): Promise<void>;
};

// What a test or a demonstration does not want to be interrupted by.
const QUIET_SETTINGS = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "git.enabled": false,
  "security.workspace.trust.startupPrompt": "never",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/**
 * Makes an empty VS Code profile whose user settings are quiet plus the given ones. Desktop VS Code and the
 * browser launcher read it from the same places.
 */
export async function makeProfile(settings: Record<string, unknown> = {}): Promise<Profile> {
  // Short, because VS Code puts a socket there, whose path may have about 100 characters; and without
  // symbolic links (macOS), because VS Code reports real paths.
  const root = await realpath(await mkdtemp(join(tmpdir(), "nines-")));
  const userDataDir = join(root, "user");
  const extensionsDir = join(root, "extensions");
  await mkdir(join(userDataDir, "User"), { recursive: true });
  await mkdir(extensionsDir);
  const text = JSON.stringify({ ...QUIET_SETTINGS, ...settings }, undefined, 2);
  await writeFile(join(userDataDir, "User", "settings.json"), text);
  const remove = () => rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  return { root, userDataDir, extensionsDir, remove };
}
