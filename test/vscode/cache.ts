import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The folder that holds what is too big to download for every run, outside the checkout so that a fresh
 * clone on the same machine finds it again. Follows the XDG base directory specification.
 */
export function cacheRoot(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "nines");
}
