import { isDeepStrictEqual } from "node:util";
import type { Cluster } from "../traffic/shift/cluster.ts";
import type { Topology } from "../workspace/snapshot.ts";
import { type Lapse, lapseAfter, summed } from "./lapse.ts";
import { LiveObjects } from "./live-objects.ts";
import { NOTHING_STATED, readTopology } from "./live-topology.ts";

/** How long what was read counts, in milliseconds. Reading takes at most a twentieth of the time. */
const FRESH_MS = 30_000;
const REST = 20;
/** How soon it is tried again where nobody answered. Those who did would have more to do, or a person to sign in again. */
const RETRY_MS = 5000;
const UNANSWERED: readonly string[] = ["unreachable", "unclear"];

/** A connected cluster as rules look at it. */
export interface LiveClusterOptions {
  readonly cluster: Pick<Cluster, "list">;
  readonly context: string;
  readonly namespace: string;
  /** Called when objects came or went. */
  objectsChanged(): void;
  /** Called when the nodes became others. */
  topologyChanged(): void;
  /** Called whenever everything is read again. */
  refreshing(): void;
  /** Called when it cannot be read any more, and with undefined when it can again. */
  lapsed(lapse: Lapse | undefined): void;
}

/** What is known of a connected cluster, kept up to date until `stop`. */
export class LiveCluster {
  readonly objects: LiveObjects;
  readonly #options: LiveClusterOptions;
  readonly #stop = new AbortController();
  #topology: Topology = NOTHING_STATED;
  #nodesReadAt: number | undefined;
  #nodesLapse: Lapse | undefined;
  #told: Lapse | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LiveClusterOptions) {
    const { cluster, context, namespace } = options;
    this.#options = options;
    this.objects = new LiveObjects({
      cluster,
      context,
      namespace,
      changed: options.objectsChanged,
      lapsed: () => this.#tellLapse(),
    });
  }

  /** Its nodes and zones, as far as they are known. */
  get topology(): Topology {
    return this.#topology;
  }

  /** What cannot be read at present, or not any more. */
  get lapse(): Lapse | undefined {
    return summed(this.#nodesLapse, this.objects.lapses);
  }

  /** Begins to read. */
  start(): void {
    void this.refresh();
  }

  /** Reads again what is in use, now. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    const began = performance.now();
    this.#options.refreshing();
    await Promise.all([this.objects.refresh(), this.#readTopology()]);
    if (this.#stop.signal.aborted) return;
    clearTimeout(this.#timer);
    const isUnanswered = UNANSWERED.includes(this.lapse?.failure.kind ?? "");
    const pause = Math.max(isUnanswered ? RETRY_MS : FRESH_MS, REST * (performance.now() - began));
    this.#timer = setTimeout(() => void this.refresh(), pause);
    this.#timer.unref();
  }

  /** Lets go of everything. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
    this.objects.stop();
  }

  async #readTopology(): Promise<void> {
    const read = await readTopology(this.#options.cluster, this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    this.#nodesLapse = lapseAfter(read, [], this.#nodesReadAt);
    if (read.ok) this.#nodesReadAt = Date.now();
    this.#tellLapse();
    const topology = read.ok ? read.value : NOTHING_STATED;
    if (JSON.stringify(topology) === JSON.stringify(this.#topology)) return;
    this.#topology = topology;
    this.#options.topologyChanged();
  }

  #tellLapse(): void {
    const { lapse } = this;
    if (this.#stop.signal.aborted) return;
    if (isDeepStrictEqual(lapse, this.#told)) return;
    this.#told = lapse;
    this.#options.lapsed(lapse);
  }
}
