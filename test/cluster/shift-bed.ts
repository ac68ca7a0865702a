import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, connect } from "../../server/src/cluster/connection.ts";
import { readKubeconfig } from "../../server/src/cluster/kubeconfig.ts";
import { metricsOfUrl } from "../../server/src/cluster/prometheus.ts";
import { DiskJournals } from "../../server/src/journal/disk-journals.ts";
import { render } from "../../server/src/model/message.ts";
import type { Clock, Cluster, Metrics } from "../../server/src/traffic/shift/cluster.ts";
import type { Change, Intent, ShiftRequest } from "../../server/src/traffic/shift/intent.ts";
import type { Journal } from "../../server/src/traffic/shift/journal.ts";
import { KINDS } from "../../server/src/traffic/shift/kinds.ts";
import { Shift } from "../../server/src/traffic/shift/shift.ts";
import { ENDED, type Phase } from "../../server/src/traffic/shift/state.ts";
import { mergeThresholds, type Thresholds } from "../../server/src/traffic/shift/thresholds.ts";
import type { ShiftDeps } from "../../server/src/traffic/shift/work.ts";
import type { Manifest } from "./api.ts";
import { readyEndpoints } from "./app.ts";
import { startCluster, type TestCluster } from "./cluster.ts";
import { waitFor } from "./processes.ts";

const THRESHOLDS: Partial<Thresholds> = {
  soak: 2,
  interval: 0.5,
  minRequests: 20,
  scrapeInterval: 1,
  window: 4,
  podCapacity: 100,
  retryPatience: 30,
  rampPatience: 40,
};
/** Content types of patches. */
export const JSON_PATCH = "application/json-patch+json";
export const MERGE_PATCH = "application/merge-patch+json";

/** Real time. */
export const clock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

/** A hundred times as fast, for steps that only have to settle. */
export const hurried: Clock = {
  now: () => Date.now() * 100,
  sleep: (_, signal) => clock.sleep(50, signal),
};

/** How a shift of a test is connected. */
export interface Using {
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly metrics?: Metrics | undefined;
  /** Puts something between the engine and the API server. */
  readonly change?: (real: Cluster) => Cluster;
  readonly thresholds?: Partial<Thresholds>;
  readonly clock?: Clock;
}

/** Carries shifts out against a real API server and Prometheus, and looks at what came of them. */
export class ShiftBed {
  readonly cluster: TestCluster;
  /** Where journals are kept. */
  readonly folder: string;
  readonly #opened: Connection[] = [];
  readonly #shifts: Shift[] = [];

  private constructor(cluster: TestCluster, folder: string) {
    this.cluster = cluster;
    this.folder = folder;
  }

  static async open(): Promise<ShiftBed> {
    return new ShiftBed(await startCluster(), await mkdtemp(join(tmpdir(), "nines-shift-")));
  }

  /** After each test: nothing of it goes on. */
  async settle(): Promise<void> {
    for (const shift of this.#shifts.splice(0)) await shift.dispose();
  }

  async close(): Promise<void> {
    for (const one of this.#opened) one.close();
    await this.cluster.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async deps(using: Using = {}): Promise<ShiftDeps> {
    const { context = "admin", kubeconfig = this.cluster.kubeconfig, change = (real) => real } = using;
    const connection = connect(await readKubeconfig([kubeconfig]), context);
    this.#opened.push(connection);
    const { metrics } = using;
    return {
      connections: new Map([
        [context, { cluster: change(connection.cluster), metrics, production: context === "production" }],
      ]),
      clock: using.clock ?? clock,
      journals: new DiskJournals(this.folder),
      thresholds: mergeThresholds(THRESHOLDS, using.thresholds ?? {}),
      newId: () => `t${process.pid}-${Math.random().toString(36).slice(2, 10)}`,
    };
  }

  prometheus(): Metrics {
    return metricsOfUrl(new URL(this.cluster.prometheus.url));
  }

  /** Disposed of when the test is over. */
  keep(shift: Shift): Shift {
    this.#shifts.push(shift);
    return shift;
  }

  /** Reads until there is a preview, or a reason why there is none. */
  async start(request: ShiftRequest, using: ShiftDeps): Promise<Shift> {
    const shift = this.keep(new Shift(request, using));
    await shift.dispatch({ type: "start" });
    await reaches(shift, "previewed", "blocked");
    return shift;
  }

  /** A shift that was previewed, confirmed, and has come to one of the phases. */
  async confirmed(request: ShiftRequest, using: ShiftDeps, ...phases: readonly Phase[]): Promise<Shift> {
    const shift = await this.start(request, using);
    assert.equal(shift.view.phase, "previewed", explain(shift));
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, ...phases);
    return shift;
  }

  /** The v1 and v2 of a namespace with so many requests per second, seen by Prometheus. */
  async traffic(
    namespace: string,
    v1: number,
    v2: number,
    more: { errorRate?: number; neverArriving?: number } = {},
  ): Promise<void> {
    await this.cluster.exporter.set(namespace, [
      { service: "app", version: "v1", rps: v1 },
      { service: "app", version: "v2", rps: v2, ...more },
    ]);
    const metrics = this.prometheus();
    const query = `sum(rate(istio_requests_total{reporter="destination",destination_service_namespace="${namespace}",destination_version="v2"}[4s]))`;
    await waitFor("The traffic's being seen", async () => {
      const outcome = await metrics.query(query, AbortSignal.timeout(5000));
      return outcome.ok && Math.abs((outcome.value[0]?.value ?? 0) - v2) < v2 * 0.1;
    });
  }

  /** A VirtualService as it stands there. */
  live(namespace: string, name = "app"): Promise<Manifest> {
    return this.cluster.api.get(pathOf(namespace, name));
  }

  /** Changes a VirtualService as somebody else does. */
  async edit(namespace: string, operations: readonly object[], manager = "test"): Promise<void> {
    const path = `${pathOf(namespace)}?fieldManager=${manager}`;
    await this.cluster.api.expect("PATCH", path, operations, JSON_PATCH);
  }

  async merge(namespace: string, body: object, name = "app"): Promise<void> {
    await this.cluster.api.expect("PATCH", pathOf(namespace, name), body, MERGE_PATCH);
  }

  /** Creates a VirtualService. */
  async route(namespace: string, name: string, spec: object): Promise<void> {
    await this.cluster.api.expect("POST", pathOf(namespace, "").slice(0, -1), {
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      metadata: { name },
      spec,
    });
  }

  /** Scales a Deployment of the app and waits until its Pods are endpoints. */
  async scale(namespace: string, name: string, replicas: number): Promise<void> {
    const { api } = this.cluster;
    const deployment = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
    const { status } = (await api.get(deployment)) as unknown as { status: { readyReplicas?: number } };
    const others = (await readyEndpoints(api, namespace)) - (status.readyReplicas ?? 0);
    await api
      .expect("DELETE", `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/${name}`)
      .catch(() => {});
    await api.expect("PATCH", deployment, { spec: { replicas } }, MERGE_PATCH);
    await waitFor("The scaling", async () => (await readyEndpoints(api, namespace)) === others + replicas);
  }

  /** The journal of that shift, from the disk. */
  async journal(id: string | undefined): Promise<Journal> {
    const { journals } = await new DiskJournals(this.folder).list();
    const journal = journals.find((candidate) => candidate.id === id);
    assert.ok(journal);
    return journal;
  }
}

function pathOf(namespace: string, name = "app"): string {
  return `/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices/${name}`;
}

/** v2 gets everything, in steps. */
export function canary(steps: readonly number[] = [25, 50, 100]): Change {
  return { kind: "weights", to: [{ leg: "v2", weight: 100 }], steps };
}

/** A shift of one object. */
export function request(
  namespace: string,
  change: Change,
  name = "app",
  type: Intent["ref"]["type"] = KINDS.virtualService,
  context = "admin",
): ShiftRequest {
  return requestOf([{ context, ref: { type, namespace, name }, ...change }]);
}

/** A shift of several. */
export function requestOf(intents: readonly Intent[]): ShiftRequest {
  return { intents, emergency: false, accepted: [], ask: false };
}

/** Resolves once the shift is in one of the phases; rejects when it comes to rest in another. */
export function reaches(shift: Shift, ...phases: readonly Phase[]): Promise<void> {
  const rest: readonly Phase[] = [...ENDED, "blocked", "completed", "manualIntervention", "hold"];
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`still ${explain(shift)}`)), 60_000);
    let stop = () => {};
    const look = () => {
      const { phase } = shift.view;
      const isThere = phases.includes(phase);
      if (!isThere && !rest.includes(phase)) return;
      clearTimeout(timer);
      stop();
      if (isThere) resolve();
      else reject(new Error(explain(shift)));
    };
    stop = shift.onChange(() => setImmediate(look));
    look();
  });
}

/** Where a shift is and why, for messages of tests. */
export function explain(shift: Shift): string {
  const { phase, status, members } = shift.view;
  const checks = members
    .flatMap((member) => member.checks)
    .filter(({ level }) => level === "block" || level === "unknown");
  return `${phase}: ${render(status)}\n${log(shift)}\n${checks.map(({ id, level, message }) => `${level} ${id}: ${render(message)}`).join("\n")}`;
}

export function log(shift: Shift): string {
  return shift.view.log.map(({ message }) => render(message)).join("\n");
}

/** The first check of the first object by its id. */
export function checkOf(shift: Shift, id: string) {
  return shift.view.members[0]?.checks.find((check) => check.id === id);
}

/** The ids of the checks that block. */
export function blocked(shift: Shift): readonly string[] {
  return shift.view.members.flatMap(({ checks }) =>
    checks.flatMap(({ id, level }) => (level === "block" ? [id] : [])),
  );
}

/** The cluster, so that single requests can be replaced. */
export function bound(real: Cluster): Cluster {
  return {
    identity: (signal) => real.identity(signal),
    get: (ref, signal) => real.get(ref, signal),
    list: (type, query, pick, signal) => real.list(type, query, pick, signal),
    mayI: (access, signal) => real.mayI(access, signal),
    patch: (ref, operations, options, signal) => real.patch(ref, operations, options, signal),
  };
}

/** Calls back after every write that was carried out. */
export function watching(real: Cluster, written: () => Promise<void>): Cluster {
  return {
    ...bound(real),
    patch: async (ref, operations, options, signal) => {
      const outcome = await real.patch(ref, operations, options, signal);
      if (outcome.ok && !options.dryRun) await written();
      return outcome;
    },
  };
}

type Routes = { http: { route: { weight?: number }[] }[] };

/** The weights of an http route; absent ones as 0. */
export function weights({ spec }: Manifest, index = 1): readonly (number | undefined)[] {
  return (spec as Routes).http[index]?.route.map(({ weight }) => weight ?? 0) ?? [];
}

export function withoutWeights({ spec }: Manifest): unknown {
  return JSON.parse(JSON.stringify(spec, (key, value) => (key === "weight" ? undefined : value)));
}
