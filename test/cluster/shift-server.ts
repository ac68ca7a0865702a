import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ConnectedCluster,
  METHODS,
  type PreviewShiftParams,
  type ShiftEventParams,
  type ShiftPage,
  type ShiftPart,
} from "../../server/src/server/protocol.ts";
import { TestClient, until } from "../protocol/client.ts";
import type { TestCluster } from "./cluster.ts";
import { waitFor } from "./processes.ts";

/** Settings `nines.shift` with which a step takes seconds. */
export const FAST = {
  soak: "2s",
  interval: "1s",
  minRequests: 20,
  scrapeInterval: "1s",
  podCapacity: 100,
  steps: [50, 100],
};

/** The language server with a workspace of its own, and a client that steers shifts over the cluster. */
export class ShiftServer {
  readonly #cluster: TestCluster;
  readonly folder: string;
  readonly #pages = new Map<string, ShiftPage>();
  client: TestClient;

  private constructor(cluster: TestCluster, folder: string, client: TestClient) {
    this.#cluster = cluster;
    this.folder = folder;
    this.client = client;
    this.#listen();
  }

  static async start(cluster: TestCluster): Promise<ShiftServer> {
    const folder = await mkdtemp(join(tmpdir(), "nines-flows-"));
    await mkdir(join(folder, "workspace"));
    return new ShiftServer(cluster, folder, await clientOf(cluster, folder, true));
  }

  /** Ends the server in the middle of whatever it does, and starts another. */
  async killAndRestart(): Promise<void> {
    this.client.process.kill("SIGKILL");
    await this.#startAgain();
  }

  /** Ends the server as an editor does that is closed, and starts another. */
  async restart(): Promise<void> {
    await this.client.stop();
    await this.#startAgain();
  }

  async #startAgain(): Promise<void> {
    this.#pages.clear();
    this.client = await clientOf(this.#cluster, this.folder, true);
    this.#listen();
  }

  /** A client of a workspace that is not trusted. */
  untrusted(): Promise<TestClient> {
    return clientOf(this.#cluster, this.folder, false);
  }

  async stop(): Promise<void> {
    await this.client.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  ask<T>(method: string, params?: unknown): Promise<T> {
    const { connection } = this.client;
    return params === undefined
      ? connection.sendRequest<T>(method)
      : connection.sendRequest<T>(method, params);
  }

  connectTo(namespace: string, context = "admin"): Promise<ConnectedCluster> {
    return this.ask(METHODS.connectCluster, { context, namespace });
  }

  /** The preview of a shift, once all is read. */
  async preview(...members: readonly ShiftPart[]): Promise<ShiftPage> {
    const params: PreviewShiftParams = { members, emergency: false };
    const { shift } = await this.ask<ShiftPage>(METHODS.previewShift, params);
    return await this.phase(shift, "previewed", "blocked");
  }

  /** The page of a shift, once it has come to one of these phases. */
  async phase(shift: string, ...phases: readonly ShiftPage["phase"][]): Promise<ShiftPage> {
    await until(`the shift is ${phases}, not ${this.#pages.get(shift)?.phase}`, () =>
      phases.includes(this.#pages.get(shift)?.phase ?? "draft"),
    );
    const page = this.#pages.get(shift);
    assert.ok(page);
    return page;
  }

  wish(
    page: ShiftPage,
    event: ShiftEventParams["event"],
    more: Partial<ShiftEventParams> = {},
  ): Promise<ShiftPage> {
    const versions = page.members.map(({ resourceVersion }) => resourceVersion ?? "");
    return this.ask(METHODS.shiftEvent, { shift: page.shift, event, versions, ...more });
  }

  async resume(id: string | undefined): Promise<ShiftPage> {
    const page = await this.ask<ShiftPage>(METHODS.resumeShift, { id });
    this.#pages.set(page.shift, page);
    return page;
  }

  /** The app in a namespace of its own, with traffic to both versions that Prometheus has seen. */
  async app(): Promise<string> {
    const namespace = await this.#cluster.app({ replicas: { v1: 3, v2: 3 } });
    await this.#cluster.exporter.set(namespace, [
      { service: "app", version: "v1", rps: 60 },
      { service: "app", version: "v2", rps: 60 },
    ]);
    const query = `sum(rate(istio_requests_total{reporter="destination",destination_service_namespace="${namespace}"}[4s]))`;
    const url = `${this.#cluster.prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`;
    await waitFor("The traffic's being seen", async () => {
      const { data } = (await (await fetch(url)).json()) as {
        data: { result: { value: [number, string] }[] };
      };
      return Number(data.result[0]?.value[1] ?? 0) > 100;
    });
    return namespace;
  }

  #listen(): void {
    this.client.connection.onNotification(METHODS.shiftChanged, (page: ShiftPage) => {
      this.#pages.set(page.shift, page);
    });
  }
}

function clientOf(cluster: TestCluster, folder: string, trusted: boolean): Promise<TestClient> {
  const settings = {
    prometheus: ["admin", "operator", "production"]
      .map((context) => `${context}=${cluster.prometheus.url}`)
      .join(","),
    productionContexts: ["production"],
    shift: FAST,
  };
  return TestClient.start({
    folder: join(folder, "workspace"),
    capabilities: { workspace: { configuration: true } },
    initializationOptions: { trusted },
    env: { KUBECONFIG: cluster.kubeconfig, NINES_STATE_DIR: join(folder, "state") },
    prepare: (connection) => {
      connection.onRequest("workspace/configuration", ({ items }: { items: { section: string }[] }) =>
        items.map(({ section }) => (section === "nines" ? settings : {})),
      );
    },
  });
}
