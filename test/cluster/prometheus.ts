import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ControlPlane } from "./control-plane.ts";
import { isRunning, startProcess, stopProcess, waitFor } from "./processes.ts";

/** Prometheus, scraping the exporter every second. */
export class Prometheus {
  readonly #plane: ControlPlane;
  readonly url: string;

  constructor(plane: ControlPlane) {
    this.#plane = plane;
    this.url = `http://127.0.0.1:${plane.ports.prometheus}`;
  }

  /** Starts it, with what it knew before; does nothing where it runs. */
  async start(): Promise<void> {
    const { folder, programs, ports } = this.#plane;
    if (isRunning(folder, "prometheus")) return;
    await writeFile(join(folder, "prometheus.yml"), configuration(ports.exporter));
    await startProcess(folder, "prometheus", programs.prometheus, [
      "--config.file=prometheus.yml",
      "--storage.tsdb.path=prometheus-data",
      `--web.listen-address=127.0.0.1:${ports.prometheus}`,
      "--log.level=warn",
    ]);
    await waitFor("Prometheus' start", async () => (await fetch(`${this.url}/-/ready`)).ok);
  }

  async stop(): Promise<void> {
    await stopProcess(this.#plane.folder, "prometheus");
  }
}

function configuration(exporter: number): string {
  return JSON.stringify({
    global: { scrape_interval: "1s", scrape_timeout: "1s" },
    scrape_configs: [
      { job_name: "istio", honor_labels: true, static_configs: [{ targets: [`127.0.0.1:${exporter}`] }] },
    ],
  });
}
