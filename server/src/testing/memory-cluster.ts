import { applyPatch } from "rfc6902";
import {
  type Cluster,
  type Failure,
  failure,
  type KubeObject,
  type Metrics,
  type ObjectRef,
  type Outcome,
  type ResourceType,
  type Sample,
  success,
} from "../traffic/shift/cluster.ts";

/** A cluster in memory that keeps to the API server's rules for patches: 409, 422, resourceVersion. For tests. */
export class MemoryCluster implements Cluster {
  readonly #objects = new Map<string, KubeObject>();
  #version = 100;
  /** Writes so far. */
  writes = 0;
  /** Asked before every request; what it returns is the answer instead. */
  intercept: (request: string) => Failure | undefined = () => undefined;
  /** Called after a write was carried out, before it is answered. */
  afterWrite: () => void = () => {};
  readonly context: string;

  constructor(objects: readonly KubeObject[], context = "test") {
    this.context = context;
    for (const object of objects) this.put(object);
  }

  /** Writes past the engine, as somebody else would. */
  put(object: KubeObject, manager = "somebody"): void {
    const managedFields = [{ manager, time: "2026-01-01T00:00:00Z", fieldsV1: { "f:spec": {} } }];
    const metadata = { ...object.metadata, resourceVersion: String(++this.#version), managedFields };
    this.#objects.set(keyOf(object.kind, metadata.namespace, metadata.name), {
      ...structuredClone(object),
      metadata,
    });
  }

  /** The object as it is. */
  object(kind: string, name: string, namespace = "shop"): KubeObject {
    const found = this.#objects.get(keyOf(kind, namespace, name));
    if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
    return structuredClone(found);
  }

  /** Changes an object as somebody else would. */
  change(kind: string, name: string, change: (object: KubeObject) => KubeObject): void {
    this.put(change(this.object(kind, name)));
  }

  remove(kind: string, name: string, namespace = "shop"): void {
    this.#objects.delete(keyOf(kind, namespace, name));
  }

  async identity() {
    return success({
      context: this.context,
      server: `https://${this.context}`,
      user: "tester",
      namespace: "shop",
    });
  }

  async get({ type, namespace, name }: ObjectRef): Promise<Outcome<KubeObject>> {
    await Promise.resolve();
    const refused = this.intercept(`get ${type.kind}`);
    if (refused !== undefined) return { ok: false, failure: refused };
    const found = this.#objects.get(keyOf(type.kind, namespace, name));
    return found === undefined
      ? failure("notFound", `${type.plural} "${name}" not found`)
      : success(structuredClone(found));
  }

  async list<T>(
    type: ResourceType,
    { namespace, labelSelector }: { namespace: string | undefined; labelSelector?: string },
    pick: (object: KubeObject) => T | undefined,
  ): Promise<Outcome<readonly T[]>> {
    await Promise.resolve();
    const refused = this.intercept(`list ${type.kind}`);
    if (refused !== undefined) return { ok: false, failure: refused };
    const wanted = (labelSelector ?? "")
      .split(",")
      .filter(Boolean)
      .map((part) => part.split("="));
    const found = [...this.#objects.values()].filter(
      ({ kind, metadata }) =>
        kind === type.kind &&
        (namespace === undefined || metadata.namespace === namespace) &&
        wanted.every(([key = "", value]) => metadata.labels?.[key] === value),
    );
    return success(
      found.map((object) => pick(structuredClone(object))).filter((picked) => picked !== undefined),
    );
  }

  async mayI(): Promise<Outcome<boolean>> {
    const refused = this.intercept("review");
    return refused === undefined ? success(true) : { ok: false, failure: refused };
  }

  async patch(
    { type, namespace, name }: ObjectRef,
    operations: Parameters<Cluster["patch"]>[1],
    { dryRun }: { dryRun: boolean },
  ): Promise<Outcome<KubeObject>> {
    await Promise.resolve();
    const refused = this.intercept(dryRun ? "dryRun" : `patch ${type.kind}`);
    if (refused !== undefined) return { ok: false, failure: refused };
    const key = keyOf(type.kind, namespace, name);
    const before = this.#objects.get(key);
    if (before === undefined) return failure("notFound", `${type.plural} "${name}" not found`);
    const after = structuredClone(before);
    const wrong = applyPatch(after, [...operations]).find((result) => result !== null);
    if (wrong) return failure("invalid", wrong.message);
    if (after.metadata.resourceVersion !== before.metadata.resourceVersion)
      return failure("conflict", "the object has been modified");
    if (dryRun) return success(after);
    this.writes++;
    this.put(after, "nines");
    this.afterWrite();
    return success(structuredClone(this.object(type.kind, name, namespace)));
  }
}

function keyOf(kind: string, namespace: string | undefined, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

/** A Prometheus that answers as the test says: requests per second and failing parts by version. */
export class MemoryMetrics implements Metrics {
  readonly source = "memory";
  isDown = false;
  /** By version: requests per second, part that fails at the destination, failures per second on the way. */
  traffic: Record<
    string,
    { readonly rate: number; readonly failing?: number; readonly lost?: number; readonly flag?: string }
  > = {};

  async query(promql: string): Promise<Outcome<readonly Sample[]>> {
    await Promise.resolve();
    if (this.isDown) return failure("unreachable", "connect ECONNREFUSED");
    const window = Number(/\[(\d+)s\]/.exec(promql)?.[1] ?? 1);
    const times = promql.includes("increase(") ? window : 1;
    const entries = Object.entries(this.traffic);
    const sample = (version: string, value: number, labels = {}): Sample => ({
      labels: { destination_version: version, ...labels },
      value,
    });
    if (promql.startsWith("up{")) return success([]);
    if (promql.includes("histogram_quantile"))
      return success(entries.map(([version]) => sample(version, 40)));
    if (promql.includes('reporter="source"') && !promql.includes("response_code"))
      return success(entries.map(([version, { rate, lost = 0 }]) => sample(version, (rate + lost) * times)));
    if (promql.includes('reporter="source"'))
      return success(
        entries.map(([v, { lost = 0, flag = "UH" }]) => sample(v, lost * times, { response_flags: flag })),
      );
    if (promql.includes('response_code=~"5.."'))
      return success(entries.map(([v, { rate, failing = 0 }]) => sample(v, rate * failing * times)));
    return success(entries.map(([version, { rate }]) => sample(version, rate * times)));
  }
}
