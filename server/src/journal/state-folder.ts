import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where programs keep what must outlive them: `XDG_STATE_HOME` (XDG Base Directory Specification), on macOS the
 * Application Support folder, on Windows the local application data. `NINES_STATE_DIR` overrides all.
 */
export function stateFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.NINES_STATE_DIR) return env.NINES_STATE_DIR;
  if (platform === "win32") return join(env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "nines");
  if (platform === "darwin") return join(homedir(), "Library", "Application Support", "nines");
  return join(env.XDG_STATE_HOME ?? join(homedir(), ".local", "state"), "nines");
}
