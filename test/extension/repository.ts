import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GIT_ENVIRONMENT } from "../git-environment.ts";

/**
 * Makes a repository of a folder of manifests: `main` holds them as they are, `work` is checked out, one commit ahead,
 * with a change that is not committed and a file that Git does not know.
 */
export async function makeRepository(folder: string): Promise<void> {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, env: GIT_ENVIRONMENT });
  const edit = async (path: string, from: string, to: string, into = path) => {
    const text = await readFile(join(folder, path), "utf8");
    if (!text.includes(from)) throw new Error(`${path} does not contain ${from}.`);
    await writeFile(join(folder, into), text.replaceAll(from, to));
  };
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "As it was");
  git("checkout", "--quiet", "-b", "work");
  await edit("pay.yaml", "port: http ", "port: htpp ");
  git("commit", "--quiet", "--all", "--message", "A mistake");
  await edit("cart.yaml", "maxUnavailable: 1", "maxUnavailable: 0");
  await edit("pay.yaml", "pay", "refund", "refund.yaml");
}
