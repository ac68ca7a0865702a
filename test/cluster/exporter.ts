import { join } from "node:path";
import type { ControlPlane } from "./control-plane.ts";
import { startProcess, waitFor } from "./processes.ts";

/** Requests that flow to one version of a service. */
export type Stream = {
  /** The Service's name. */
  service: string;
  /** `destination_version`; `unknown` is what Istio writes for Pods without the label. */
  version: string;
  /** Requests per second that arrive. */
  rps: number;
  /** The part of them that is answered with 500, 0 to 1. */
  errorRate?: number;
  /** How long each of them takes; 20 unless told. */
  latencyMs?: number;
  /** Further requests per second that fail on the way, which only the source reports. */
  neverArriving?: number;
  /** Their `response_flags`: `UH` (no healthy upstream) unless told; `FI` is an injected fault. */
  flag?: string;
  /** `destination_workload`; SERVICE-VERSION unless told. */
  workload?: string;
};

/** The traffic that Prometheus is told of. */
export class Exporter {
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** From now on, exactly these requests flow in the namespace. Counters keep what they have counted. */
  async set(namespace: string, streams: readonly Stream[]): Promise<void> {
    const url = `http://127.0.0.1:${this.#port}/traffic/${namespace}`;
    const answer = await fetch(url, { method: "PUT", body: JSON.stringify(streams) });
    if (!answer.ok) throw new Error(`the exporter answered with ${answer.status}`);
  }
}

/** Starts the exporter, which has no traffic at first. */
export async function startExporter({ folder, ports }: ControlPlane): Promise<void> {
  const script = join(import.meta.dirname, "exporter-server.ts");
  await startProcess(folder, "exporter", process.execPath, [script, String(ports.exporter)]);
  const answers = async () => (await fetch(`http://127.0.0.1:${ports.exporter}/metrics`)).ok;
  await waitFor("The exporter's start", answers);
}
