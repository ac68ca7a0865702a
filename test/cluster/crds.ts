import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { cacheRoot } from "../vscode/cache.ts";
import type { Api, Manifest } from "./api.ts";
import { installed, MissingProgram } from "./binaries.ts";
import { waitFor } from "./processes.ts";

/** Go modules that hold CRDs, where in them, and what the module's contents hash to. */
const SOURCES = [
  {
    module: "istio.io/api@v1.31.1",
    sum: "h1:5Yb5ihcz4YQsCkciusK7DnFpBMwRB6EFWeUKH1Atuyk=",
    path: "kubernetes",
    files: /^customresourcedefinitions\.gen\.yaml$/,
  },
  {
    module: "sigs.k8s.io/gateway-api@v1.4.0",
    sum: "h1:ZwlNM6zOHq0h3WUX2gfByPs2yAEsy/EenYJB78jpQfQ=",
    path: "config/crd/standard",
    files: /^gateway\.networking\.k8s\.io_.*\.yaml$/,
  },
  {
    module: "github.com/argoproj/argo-rollouts@v1.8.3",
    sum: "h1:blbtQva4IK9r6gFh+dWkCrLnFdPOWiv9ubQYu36qeaA=",
    path: "manifests/crds",
    files: /-crd\.yaml$/,
  },
  {
    module: "github.com/cloudnative-pg/cloudnative-pg@v1.27.1",
    sum: "h1:w+bbtXyEPoaa7sZGXxbb8qJ+/bUGWQ3M48kbNUEpKlk=",
    path: "config/crd/bases",
    files: /_(?:clusters|scheduledbackups|backups)\.yaml$/,
  },
  {
    module: "sigs.k8s.io/external-dns@v0.20.0",
    sum: "h1:rJ4Q5c32NStvI8J+u2nyM4bcKxZG4g1NLPL0p994U9M=",
    path: "config/crd/standard",
    files: /^dnsendpoints\..*\.yaml$/,
  },
] as const;

/** Adds the CRDs to the cluster and waits until the API server serves them. */
export async function installCrds(api: Api): Promise<void> {
  const crds = await obtainCrds();
  const collection = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  await Promise.all(crds.map((crd) => api.expect("POST", collection, crd)));
  const isServed = async () => {
    const { items } = (await api.expect("GET", collection)) as {
      items: { status?: { conditions?: Condition[] } }[];
    };
    return items.every(({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === "Established" && is === "True"),
    );
  };
  await waitFor("The CRDs' being served", isServed);
}

type Condition = { type: string; status: string };

/** The CRDs, from the cache where they were read before. */
async function obtainCrds(): Promise<readonly Manifest[]> {
  const key = createHash("sha256").update(
    JSON.stringify(SOURCES, (_, value) => (value instanceof RegExp ? value.source : value)),
  );
  const folder = join(cacheRoot(), "crds");
  const path = join(folder, `${key.digest("hex").slice(0, 12)}.json`);
  if (existsSync(path)) return JSON.parse(await readFile(path, "utf8"));
  const crds = (await Promise.all(SOURCES.map(readSource))).flat();
  await mkdir(folder, { recursive: true });
  const scratch = `${path}.${process.pid}`;
  await writeFile(scratch, JSON.stringify(crds));
  await rename(scratch, path);
  return crds;
}

async function readSource({ module, sum, path, files }: (typeof SOURCES)[number]): Promise<Manifest[]> {
  const go = installed("go");
  if (go === undefined)
    throw new MissingProgram("The CRDs come from Go modules, and there is no Go. Install Go.");
  // Outside any module, so that no go.mod is looked for or changed.
  const run = promisify(execFile)(go, ["mod", "download", "-json", module], { cwd: tmpdir() });
  const download: { Dir: string; Sum: string } = JSON.parse((await run).stdout);
  if (download.Sum !== sum) throw new Error(`${module} hashes to ${download.Sum} instead of ${sum}`);
  const folder = join(download.Dir, path);
  const names = (await readdir(folder)).filter((name) => files.test(name));
  if (names.length === 0) throw new Error(`${module} holds no CRDs in ${path}`);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts
    .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Manifest | null))
    .filter((document) => document?.kind === "CustomResourceDefinition") as Manifest[];
}
