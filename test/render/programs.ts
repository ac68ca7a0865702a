import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cacheRoot } from "../vscode/cache.ts";

/** The programs that render, as Go modules at the versions that are tested with. */
const PACKAGES = {
  helm: { path: "helm.sh/helm/v3/cmd/helm", version: "v3.19.0" },
  kustomize: { path: "sigs.k8s.io/kustomize/kustomize/v5", version: "v5.8.0" },
} as const;

/** A program by name. */
export type RenderProgram = keyof typeof PACKAGES;

/**
 * The folder of a program, for a PATH: built with Go at its pinned version and kept in the cache folder, else where
 * the machine has it; or why there is none. The first build takes some minutes.
 */
export function folderOfProgram(name: RenderProgram): { folder: string } | { problem: string } {
  const { path, version } = PACKAGES[name];
  const cached = join(cacheRoot(), `${name}-${version}`);
  if (existsSync(join(cached, fileOf(name)))) return { folder: cached };
  if (installed("go") === undefined) {
    const folder = installed(name);
    if (folder !== undefined) return { folder };
    return {
      problem: `There is no ${name}, and no Go to build it with. Install ${name}, or Go 1.24 or newer (https://go.dev/dl).`,
    };
  }
  mkdirSync(cacheRoot(), { recursive: true });
  const folder = mkdtempSync(join(cacheRoot(), `${name}-building-`));
  console.log(`Building ${name} ${version}. This takes some minutes, once.`);
  const { status, stderr } = spawnSync("go", ["install", `${path}@${version}`], {
    env: { ...process.env, GOBIN: folder, CGO_ENABLED: "0" },
    encoding: "utf8",
  });
  if (status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    return { problem: `${name} could not be built: ${stderr.trim().split("\n").at(-1)}` };
  }
  if (existsSync(cached)) rmSync(folder, { recursive: true, force: true });
  else renameSync(folder, cached);
  return { folder: cached };
}

/**
 * A PATH with the programs alone. Where one is missing: `skip` says why, for tests that cannot do without; in
 * continuous integration nothing is skipped.
 * @throws Error in continuous integration when a program is missing
 */
export function renderPath(...names: readonly RenderProgram[]): { PATH: string; skip: string | false } {
  const found = names.map(folderOfProgram);
  const problems = found.flatMap((each) => ("problem" in each ? [each.problem] : []));
  if (problems.length > 0 && process.env.CI) throw new Error(problems.join(" "));
  const folders = found.flatMap((each) => ("folder" in each ? [each.folder] : []));
  return { PATH: folders.join(delimiter), skip: problems.length > 0 && problems.join(" ") };
}

function fileOf(program: string): string {
  return process.platform === "win32" ? `${program}.exe` : program;
}

/** The folder of the PATH that holds a program. */
function installed(name: string): string | undefined {
  const file = fileOf(name);
  return (process.env.PATH ?? "")
    .split(delimiter)
    .find((folder) => folder !== "" && existsSync(join(folder, file)));
}
