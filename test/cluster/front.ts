import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
  type ServerResponse,
} from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestCluster } from "./cluster.ts";

/** Where Prometheus stands as a Service of the cluster. */
export const PROMETHEUS = { namespace: "monitoring", name: "prometheus", port: 9090 } as const;
const PROXY = `/api/v1/namespaces/${PROMETHEUS.namespace}/services/${PROMETHEUS.name}:${PROMETHEUS.port}/proxy`;

/** The API server as it would be where Prometheus runs in the cluster. */
export interface Front {
  /** Path of a kubeconfig with the cluster's contexts. One that shows a certificate leads past this, to the real one. */
  readonly kubeconfig: string;
  /** How often Prometheus was asked through it. */
  readonly asked: number;
  /** While it is true, Prometheus does not answer. */
  isSilent: boolean;
  stop(): Promise<void>;
}

/**
 * Stands before the real API server, passes everything on to it, and what is for the Service to the real Prometheus: a
 * real API server refuses to reach Services on the loopback interface, and the tests use no other.
 */
export async function startFront(cluster: TestCluster): Promise<Front> {
  const config = JSON.parse(await readFile(cluster.kubeconfig, "utf8"));
  const ca = Buffer.from(config.clusters[0].cluster["certificate-authority-data"], "base64");
  const agent = new Agent({ ca, keepAlive: true });
  let asked = 0;
  const server = createServer((incoming, answer) => {
    const { url = "", method, headers } = incoming;
    const isForPrometheus = url.startsWith(PROXY);
    if (isForPrometheus) asked += 1;
    if (isForPrometheus && front.isSilent) return;
    const options: RequestOptions = { method, headers };
    const outgoing = isForPrometheus
      ? httpRequest(`${cluster.prometheus.url}${url.slice(PROXY.length)}`, options)
      : httpsRequest(`${cluster.server}${url}`, { ...options, agent });
    passOn(incoming, outgoing, answer);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  // A server that listens on a port has an address with a port.
  const { port } = server.address() as AddressInfo;
  const folder = await mkdtemp(join(tmpdir(), "nines-front-"));
  const kubeconfig = join(folder, "config");
  // Without TLS credentials could be read on the way; here it ends on this machine.
  const address = { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true };
  config.clusters.push({ name: "front", cluster: address });
  for (const { context } of config.contexts) if (context.user !== "certified") context.cluster = "front";
  await writeFile(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  await publish(cluster);
  const front: Front = {
    kubeconfig,
    get asked() {
      return asked;
    },
    isSilent: false,
    async stop() {
      server.closeAllConnections();
      server.close();
      agent.destroy();
      await rm(folder, { recursive: true });
    },
  };
  return front;
}

function passOn(
  incoming: IncomingMessage,
  outgoing: ReturnType<typeof httpRequest>,
  answer: ServerResponse,
): void {
  outgoing.once("response", (reply) => {
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(answer);
  });
  // As if the connection had broken down.
  outgoing.once("error", () => answer.destroy());
  answer.once("close", () => outgoing.destroy());
  incoming.pipe(outgoing);
}

/** The Service, as the chart of Istio's samples calls it. */
async function publish({ api }: TestCluster): Promise<void> {
  const { namespace, name, port } = PROMETHEUS;
  const metadata = { name: namespace };
  await api.send("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata });
  await api.send("POST", `/api/v1/namespaces/${namespace}/services`, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { ports: [{ name: "http", port }] },
  });
}
