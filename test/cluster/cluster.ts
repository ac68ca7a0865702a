import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Api } from "./api.ts";
import { type AppOptions, deployApp } from "./app.ts";
import { obtainPrograms } from "./binaries.ts";
import { type ControlPlane, startApiServer, startControlPlane, stopControlPlane } from "./control-plane.ts";
import { installCrds } from "./crds.ts";
import { Exporter, startExporter } from "./exporter.ts";
import { applyAll, readManifests } from "./manifests.ts";
import { stopProcess, waitFor } from "./processes.ts";
import { Prometheus } from "./prometheus.ts";

/** Names the description of a running cluster to the processes of one test run, so that they share it. */
const SHARED = "NINES_TEST_CLUSTER";
/** The namespace that the contexts of the kubeconfig begin with. */
export const NAMESPACE = "shop";

/** A real control plane with fake nodes, and a Prometheus. */
export class TestCluster {
  readonly #plane: ControlPlane;
  readonly #isShared: boolean;
  /** Path of the kubeconfig; its contexts are admin, operator, viewer, stranger, certified and production. */
  readonly kubeconfig: string;
  /** The bearer tokens of those contexts, for tests that look for them where they must not be. */
  readonly tokens: ControlPlane["tokens"];
  /** The API server's address. */
  readonly server: string;
  /** The API server as the admin, with nothing of the product in between. */
  readonly api: Api;
  readonly prometheus: Prometheus;
  readonly exporter: Exporter;

  constructor(plane: ControlPlane, isShared: boolean) {
    this.#plane = plane;
    this.#isShared = isShared;
    this.kubeconfig = plane.kubeconfig;
    this.tokens = plane.tokens;
    this.server = plane.server;
    const certificate = readFileSync(join(plane.folder, "certs/apiserver.crt"));
    this.api = new Api(plane.server, plane.tokens.admin, certificate);
    this.prometheus = new Prometheus(plane);
    this.exporter = new Exporter(plane.ports.exporter);
  }

  /** The app of fixtures/app in a namespace of its own, once its Pods are ready. Returns the namespace's name. */
  app(options: AppOptions = {}): Promise<string> {
    return deployApp(this.api, options);
  }

  /** Ends the API server in the middle of whatever it does. */
  async killApiServer(): Promise<void> {
    await stopProcess(this.#plane.folder, "kube-apiserver", "SIGKILL");
  }

  /** Starts the API server again and waits until it is ready. */
  async startApiServer(): Promise<void> {
    await startApiServer(this.#plane);
  }

  /** Ends this process' use of the cluster, and the cluster too where this process started it. */
  async stop(): Promise<void> {
    this.api.close();
    if (!this.#isShared) await stopControlPlane(this.#plane);
  }

  /** For the environment of processes that are to share this cluster. */
  async share(): Promise<Record<string, string>> {
    const path = join(this.#plane.folder, "cluster.json");
    await writeFile(path, JSON.stringify(this.#plane), { mode: 0o600 });
    return { [SHARED]: path };
  }
}

/**
 * The cluster that this test run shares, else a new one; about 15 s where the programs are built.
 * @throws MissingProgram where this machine has not what it needs
 */
export async function startCluster(say: (line: string) => void = console.log): Promise<TestCluster> {
  const shared = process.env[SHARED];
  if (shared !== undefined) return new TestCluster(JSON.parse(await readFile(shared, "utf8")), true);
  const plane = await startControlPlane(await obtainPrograms(say), NAMESPACE);
  const cluster = new TestCluster(plane, false);
  try {
    await Promise.all([installCrds(cluster.api), startExporter(plane)]);
    await applyAll(cluster.api, readManifests("cluster"));
    await Promise.all([cluster.prometheus.start(), nodesAreReady(cluster.api)]);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function nodesAreReady(api: Api): Promise<void> {
  await waitFor("The nodes' being ready", async () => {
    const { items } = (await api.expect("GET", "/api/v1/nodes")) as {
      items: { status?: { conditions?: { type: string; status: string }[] } }[];
    };
    return items.every(({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
    );
  });
}
