import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { cacheRoot } from "../vscode/cache.ts";

/** The programs of a control plane. All but Prometheus are built from Go modules where the machine has none. */
export type Program =
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kwok"
  | "prometheus";

const GO_PACKAGES: Readonly<Record<Exclude<Program, "prometheus">, { module: string; package: string }>> = {
  etcd: { module: "control-plane", package: "go.etcd.io/etcd/server/v3" },
  "kube-apiserver": { module: "control-plane", package: "k8s.io/kubernetes/cmd/kube-apiserver" },
  "kube-controller-manager": {
    module: "control-plane",
    package: "k8s.io/kubernetes/cmd/kube-controller-manager",
  },
  "kube-scheduler": { module: "control-plane", package: "k8s.io/kubernetes/cmd/kube-scheduler" },
  kwok: { module: "kwok", package: "sigs.k8s.io/kwok/cmd/kwok" },
};

/** Something that the test bed needs is not on this machine and cannot be built; the message says what to install. */
export class MissingProgram extends Error {}

/**
 * The path of each program: from `KUBEBUILDER_ASSETS`, else from the PATH, else built with Go and kept in the cache
 * folder, by version. The first build takes about ten minutes on two cores.
 * @throws MissingProgram where there is neither the program nor Go
 */
export async function obtainPrograms(
  say: (line: string) => void,
): Promise<Readonly<Record<Program, string>>> {
  const prometheus = installed("prometheus");
  if (prometheus === undefined) {
    throw new MissingProgram(
      "There is no prometheus on the PATH. Install it (Debian: apt-get install prometheus).",
    );
  }
  const obtain = (program: keyof typeof GO_PACKAGES) => installed(program) ?? built(program, say);
  // One after the other: each build uses all the cores it may.
  return {
    prometheus,
    etcd: await obtain("etcd"),
    "kube-apiserver": await obtain("kube-apiserver"),
    "kube-controller-manager": await obtain("kube-controller-manager"),
    "kube-scheduler": await obtain("kube-scheduler"),
    kwok: await obtain("kwok"),
  };
}

/** A program in `KUBEBUILDER_ASSETS` or on the PATH. */
export function installed(program: string): string | undefined {
  const name = process.platform === "win32" ? `${program}.exe` : program;
  const folders = [process.env.KUBEBUILDER_ASSETS ?? "", ...(process.env.PATH ?? "").split(delimiter)];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

async function built(program: keyof typeof GO_PACKAGES, say: (line: string) => void): Promise<string> {
  const { module, package: goPackage } = GO_PACKAGES[program];
  const source = join(import.meta.dirname, module);
  const goMod = readFileSync(join(source, "go.mod"), "utf8");
  const folder = join(
    cacheRoot(),
    `${module}-${createHash("sha256").update(goMod).digest("hex").slice(0, 12)}`,
  );
  const path = join(folder, program);
  if (existsSync(path)) return path;
  const go = installed("go");
  if (go === undefined) {
    throw new MissingProgram(
      `There is no ${program}, and no Go to build it with. Install Go, or put the programs of a control plane into a folder and name it in KUBEBUILDER_ASSETS.`,
    );
  }
  say(`Building ${program} (once for this version; minutes)…`);
  const started = performance.now();
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(join(folder, "build-"));
  try {
    await goBuild(go, source, ["-ldflags", linkerFlags(goMod), "-o", join(scratch, program), goPackage]);
    // Another process may have built the same: whichever comes last wins, and both are whole.
    await rename(join(scratch, program), path);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  say(`Built ${program} in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
  return path;
}

/** Without these, the API server calls itself v0.0.0. */
function linkerFlags(goMod: string): string {
  const [, version, major, minor] = /k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\S+)/.exec(goMod) ?? [];
  const stamp =
    version === undefined
      ? []
      : [`gitVersion=${version}`, `gitMajor=${major}`, `gitMinor=${minor}`].map(
          (field) => `-X k8s.io/component-base/version.${field}`,
        );
  return ["-s", "-w", ...stamp].join(" ");
}

/** Nice, because a build of this size would otherwise stop everything else on a small machine. */
async function goBuild(go: string, cwd: string, args: readonly string[]): Promise<void> {
  const polite = process.platform === "win32" ? [go] : ["nice", "-n", "19", go];
  const [command = go, ...rest] = [...polite, "build", "-p", "2", ...args];
  const child = spawn(command, rest, { cwd, stdio: ["ignore", "inherit", "pipe"] });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = `${errors}${text}`.slice(-4000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`go build ${args.at(-1)} failed:\n${errors}`);
}
