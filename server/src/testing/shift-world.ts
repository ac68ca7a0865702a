import type { Clock, KubeObject } from "../traffic/shift/cluster.ts";
import type { ShiftRequest } from "../traffic/shift/intent.ts";
import type { Created, Journal, JournalStore } from "../traffic/shift/journal.ts";
import { readJournal, writeJournal } from "../traffic/shift/journal.ts";
import { KINDS } from "../traffic/shift/kinds.ts";
import { Shift } from "../traffic/shift/shift.ts";
import { ENDED, type Phase } from "../traffic/shift/state.ts";
import { mergeThresholds, type Thresholds } from "../traffic/shift/thresholds.ts";
import type { ShiftDeps } from "../traffic/shift/work.ts";
import { MemoryCluster, MemoryMetrics } from "./memory-cluster.ts";

/** Time that passes as fast as it is slept. */
export class SkippingClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  now(): number {
    return this.#now;
  }
  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (!signal.aborted) this.#now += milliseconds;
  }
}

/** Journals in memory, through the same text as on disk. */
export class MemoryJournals implements JournalStore {
  readonly texts = new Map<string, string>();
  isFull = false;
  /** Asked before a journal is written; throws to end the process there. */
  beforeSave: () => void = () => {};

  async create(journal: Journal): Promise<Created> {
    await this.save(journal);
    return { ok: true };
  }
  async save(journal: Journal): Promise<void> {
    this.beforeSave();
    if (this.isFull) throw new Error("ENOSPC: no space left on device");
    this.texts.set(journal.id, writeJournal(journal));
  }
  async release(): Promise<void> {}
  async discard(id: string): Promise<void> {
    this.texts.delete(id);
  }
  /** The only one. */
  get journal(): Journal | undefined {
    const [text] = this.texts.values();
    return text === undefined ? undefined : readJournal(text);
  }
}

/** A Service with two versions and a route between them, and everything that a shift needs. */
export class ShiftWorld {
  readonly cluster: MemoryCluster;
  readonly metrics = new MemoryMetrics();
  readonly clock = new SkippingClock();
  readonly journals = new MemoryJournals();
  readonly thresholds: Thresholds;

  constructor(thresholds: Partial<Thresholds> = {}, more: readonly KubeObject[] = []) {
    this.cluster = new MemoryCluster([...objects({ v1: 3, v2: 3 }), ...more]);
    this.metrics.traffic = { v1: { rate: 95 }, v2: { rate: 5 } };
    this.thresholds = mergeThresholds({ soak: 60, interval: 10, podCapacity: 50, ...thresholds });
  }

  deps(withMetrics = true): ShiftDeps {
    const { cluster, clock, journals, thresholds } = this;
    const metrics = withMetrics ? this.metrics : undefined;
    return {
      connections: new Map([["test", { cluster, metrics, production: false }]]),
      clock,
      journals,
      thresholds,
      newId: () => "shift-1",
    };
  }

  /** A promotion of v2 in steps, not begun yet. */
  promotion(
    steps: readonly number[] = [25, 50, 100],
    more: Partial<ShiftRequest> = {},
    withMetrics = true,
  ): Shift {
    return new Shift(requestOf(steps, more), this.deps(withMetrics));
  }

  /** Sets how many Pods of each version are ready. */
  scale(ready: { readonly v1: number; readonly v2: number }): void {
    for (const version of ["v1", "v2"])
      for (let i = 0; i < 12; i++) this.cluster.remove("Pod", `app-${version}-${i}`);
    for (const object of objects(ready))
      if (object.kind === "Pod" || object.kind === "EndpointSlice") this.cluster.put(object);
  }

  get weights(): readonly (number | undefined)[] {
    return weightsOf(this.cluster.object("VirtualService", "app"));
  }
}

export function requestOf(steps: readonly number[], more: Partial<ShiftRequest> = {}): ShiftRequest {
  const ref = { type: KINDS.virtualService, namespace: "shop", name: "app" };
  return {
    intents: [{ context: "test", ref, kind: "weights", to: [{ leg: "v2", weight: 100 }], steps }],
    emergency: false,
    accepted: [],
    ask: false,
    ...more,
  };
}

/** A promotion that was read and waits to be confirmed. */
export async function previewed(
  world: ShiftWorld,
  ...args: Parameters<ShiftWorld["promotion"]>
): Promise<Shift> {
  const shift = world.promotion(...args);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  return shift;
}

/** The fixture's VirtualService with other weights in its default route. */
export function withWeights(object: KubeObject, weights: readonly number[]): KubeObject {
  // The fixture below is all that this is used for.
  const copy = structuredClone(object) as { spec: { http: { route: { weight: number }[] }[] } } & KubeObject;
  for (const [i, leg] of (copy.spec.http[1]?.route ?? []).entries()) leg.weight = weights[i] ?? 0;
  return copy;
}

/** The weights of the fixture's default route. */
export function weightsOf(object: KubeObject): readonly (number | undefined)[] {
  // The fixture below is all that this is used for.
  const spec = object.spec as { http: { route: { weight?: number }[] }[] };
  return spec.http[1]?.route.map(({ weight }) => weight) ?? [];
}

/** Resolves once the shift is in one of the phases; rejects when it ends elsewhere. */
export function reaches(shift: Shift, ...phases: readonly Phase[]): Promise<Phase> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const { phase, log, status } = shift.view;
      if (phases.includes(phase)) resolve(phase);
      else if ([...ENDED, "blocked", "completed", "manualIntervention", "hold"].includes(phase))
        reject(
          new Error(
            `it is ${phase}: ${status.text} ${JSON.stringify(status.values)} ${log.map(({ message }) => message.text).join(" | ")}`,
          ),
        );
      else return false;
      return true;
    };
    if (look()) return;
    const stop = shift.onChange(() => {
      // What follows the change is begun first.
      queueMicrotask(() => {
        if (look()) stop();
      });
    });
  });
}

/** Services, DestinationRule, route, Pods and slices. */
export function objects(ready: { readonly v1: number; readonly v2: number }): readonly KubeObject[] {
  const pods = Object.entries(ready).flatMap(([version, count]) =>
    Array.from({ length: count }, (_, i) =>
      make("v1", "Pod", `app-${version}-${i}`, { status: { phase: "Running" } }, { app: "app", version }),
    ),
  );
  const endpoints = pods.map(({ metadata }) => ({
    addresses: ["10.0.0.1"],
    conditions: { ready: true },
    targetRef: { kind: "Pod", name: metadata.name },
  }));
  return [
    make("v1", "Service", "app", { spec: { selector: { app: "app" } } }),
    make(
      "discovery.k8s.io/v1",
      "EndpointSlice",
      "app-1",
      { endpoints },
      { "kubernetes.io/service-name": "app" },
    ),
    make("networking.istio.io/v1", "DestinationRule", "app", {
      spec: {
        host: "app",
        subsets: [
          { name: "v1", labels: { version: "v1" } },
          { name: "v2", labels: { version: "v2" } },
        ],
      },
    }),
    make("networking.istio.io/v1", "VirtualService", "app", { spec: route() }),
    ...pods,
  ];
}

function route(): unknown {
  const to = (subset: string, weight?: number) => ({
    destination: { host: "app", subset },
    ...(weight !== undefined && { weight }),
  });
  return {
    hosts: ["app"],
    http: [
      {
        name: "internal",
        match: [{ headers: { "user-type": { exact: "internal" } } }],
        timeout: "3s",
        route: [to("v2")],
      },
      { name: "default", timeout: "5s", retries: { attempts: 2 }, route: [to("v1", 95), to("v2", 5)] },
    ],
  };
}

export function make(
  apiVersion: string,
  kind: string,
  name: string,
  body: Readonly<Record<string, unknown>>,
  labels: Readonly<Record<string, string>> = {},
): KubeObject {
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: "shop", uid: `uid-${kind}-${name}`, labels },
    ...body,
  };
}
