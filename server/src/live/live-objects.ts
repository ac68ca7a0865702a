import { setImmediate } from "node:timers/promises";
import type { Cluster, KubeObject, Outcome } from "../traffic/shift/cluster.ts";
import type { Beyond, Known, Look } from "../workspace/beyond.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { Workspace } from "../workspace/workspace.ts";
import { LIVE_KINDS, type LiveKind, manifestOf } from "./kinds.ts";
import { type Lapse, lapseAfter } from "./lapse.ts";

/** Objects of one type that are kept at the most; of more, nothing is known. */
const MAX_OBJECTS = 20_000;
/** Objects that are parsed without a break. */
const SLICE = 25;
/** Stands for every namespace; no namespace is called so. */
const EVERYWHERE = "*";

/** What the objects are read from, and who is told. */
export interface LiveObjectsOptions {
  readonly cluster: Pick<Cluster, "list">;
  /** Context of the kubeconfig. */
  readonly context: string;
  /** The namespace that was chosen. */
  readonly namespace: string;
  /** Called when answers may have changed. */
  changed(): void;
  /** Called when reading something failed or works again: `lapses` may differ. */
  lapsed?(): void;
}

/** What is known of one type, everywhere or in one namespace. */
interface Shelf {
  readonly kind: LiveKind;
  readonly namespace: string;
  known: Known;
  /** Whether the API server refused to list it, which other namespaces may not share. */
  isRefused: boolean;
  readonly uris: Set<string>;
  /** Milliseconds since 1970; undefined before it was read. */
  readAt: number | undefined;
  /** Why it is no longer, or not yet, known. */
  lapse: Lapse | undefined;
  /** Resolves when what was begun is read: one reading after the other, or an older answer could come last. */
  reading: Promise<void>;
}

/**
 * The objects of a connected cluster that rules look for, read when they are first asked for and again at each
 * `refresh`. They stand in a workspace of their own, one file each.
 */
export class LiveObjects implements Beyond {
  readonly name: string;
  readonly namespace: string;
  readonly #options: LiveObjectsOptions;
  readonly #store = new Workspace(LIVE_KINDS.keys());
  readonly #shelves = new Map<string, Shelf>();
  readonly #stop = new AbortController();
  #changedTypes = new Set<string>();

  constructor(options: LiveObjectsOptions) {
    this.#options = options;
    this.name = options.context;
    this.namespace = options.namespace;
  }

  look(types: readonly string[], namespaces: ReadonlySet<string>): Look {
    const states = types.map((type) => this.#stateOf(type, namespaces));
    const snapshot = this.#store.snapshot();
    return {
      known: states.includes("pending") ? "pending" : states.includes("unknown") ? "unknown" : "known",
      find: (index, key) => find(snapshot, types, index, key),
    };
  }

  takeChanges(): readonly string[] {
    const types = [...this.#changedTypes];
    this.#changedTypes = new Set();
    return types;
  }

  /** Reads again what was asked for so far. */
  async refresh(): Promise<void> {
    await Promise.all([...this.#shelves.values()].map((shelf) => this.#readNext(shelf)));
  }

  /** What could not be read when it was last tried, though it may be when it is tried again. */
  get lapses(): readonly Lapse[] {
    return [...this.#shelves.values()].flatMap(({ lapse }) => lapse ?? []);
  }

  /** Ends what is under way; nobody is told anything any more. */
  stop(): void {
    this.#stop.abort();
  }

  #stateOf(type: string, namespaces: ReadonlySet<string>): Known {
    const kind = LIVE_KINDS.get(type);
    if (kind === undefined) return "unknown";
    const everywhere = this.#shelf(kind, EVERYWHERE);
    if (!kind.isNamespaced || !everywhere.isRefused) return everywhere.known;
    const states = [...namespaces].map((namespace) => this.#shelf(kind, namespace).known);
    return states.includes("pending") ? "pending" : states.includes("unknown") ? "unknown" : "known";
  }

  /** The shelf of a type; it is filled in the background when it is new. */
  #shelf(kind: LiveKind, namespace: string): Shelf {
    const key = `${kind.type.group}/${kind.type.kind}/${namespace}`;
    const known = this.#shelves.get(key);
    if (known !== undefined) return known;
    const shelf: Shelf = {
      kind,
      namespace,
      known: "pending",
      isRefused: false,
      uris: new Set(),
      readAt: undefined,
      lapse: undefined,
      reading: Promise.resolve(),
    };
    this.#shelves.set(key, shelf);
    void this.#readNext(shelf);
    return shelf;
  }

  #readNext(shelf: Shelf): Promise<void> {
    shelf.reading = shelf.reading.then(() => this.#read(shelf));
    return shelf.reading;
  }

  async #read(shelf: Shelf): Promise<void> {
    const { kind, namespace } = shelf;
    const { signal } = this.#stop;
    let count = 0;
    const list = await this.#options.cluster.list(
      kind.type,
      { namespace: namespace === EVERYWHERE ? undefined : namespace },
      (object) => {
        count += 1;
        // What is on its way out answers for nothing in a moment.
        const isKept = count <= MAX_OBJECTS && object.metadata.deletionTimestamp === undefined;
        return isKept ? { uri: this.#uriOf(kind, object), text: manifestOf(kind, object) } : undefined;
      },
      signal,
    );
    if (signal.aborted) return;
    const before = { known: shelf.known, isRefused: shelf.isRefused };
    this.#noteLapse(shelf, list);
    // What was read before still counts as being there; that nothing more is, nobody knows until it is read again.
    if (shelf.lapse !== undefined) {
      shelf.known = "pending";
      if (before.known !== shelf.known) this.#tell(kind);
      return;
    }
    const files = list.ok && count <= MAX_OBJECTS ? list.value : [];
    const isOther = await this.#put(shelf, files);
    if (signal.aborted) return;
    // Not before every object is in: until then nothing may be called missing.
    shelf.isRefused = !list.ok && list.failure.kind === "forbidden";
    shelf.known = knownOf(list, count);
    if (isOther || before.known !== shelf.known || before.isRefused !== shelf.isRefused) this.#tell(kind);
  }

  #tell({ type }: LiveKind): void {
    this.#changedTypes.add(`${type.group}/${type.kind}`);
    this.#options.changed();
  }

  #noteLapse(shelf: Shelf, list: Outcome<unknown>): void {
    const before = shelf.lapse;
    shelf.lapse = lapseAfter(list, [shelf.kind.type.kind], shelf.readAt);
    if (list.ok) shelf.readAt = Date.now();
    if (before !== undefined || shelf.lapse !== undefined) this.#options.lapsed?.();
  }

  /** Makes these the objects of a shelf; whether anything differs from before. */
  async #put(shelf: Shelf, files: readonly { uri: string; text: string }[]): Promise<boolean> {
    let isOther = false;
    const wanted = new Set(files.map(({ uri }) => uri));
    for (const [i, { uri, text }] of files.entries()) {
      if (this.#store.file(uri)?.text === text && shelf.uris.has(uri)) continue;
      if (i % SLICE === 0) await setImmediate();
      this.#store.set(uri, text);
      shelf.uris.add(uri);
      isOther = true;
    }
    for (const uri of shelf.uris) {
      if (wanted.has(uri)) continue;
      shelf.uris.delete(uri);
      this.#store.delete(uri);
      isOther = true;
    }
    this.#store.takeChanges();
    return isOther;
  }

  /** Each object is a file in a folder of its own: nothing is deployed together with it. */
  #uriOf({ type }: LiveKind, { metadata }: KubeObject): string {
    const parts = [this.name, type.group || "core", type.kind, metadata.namespace ?? "_", metadata.name];
    return `nines-cluster:///${parts.map(encodeURIComponent).join("/")}/object.yaml`;
  }
}

/** A type that is not installed has no objects. A refusal tells nothing, and will not tomorrow. */
function knownOf(list: Outcome<readonly unknown[]>, count: number): Known {
  if (list.ok) return count <= MAX_OBJECTS ? "known" : "unknown";
  return list.failure.kind === "notServed" ? "known" : "unknown";
}

function find(
  snapshot: Snapshot,
  types: readonly string[],
  ...[index, key]: Parameters<Snapshot["find"]>
): ReturnType<Snapshot["find"]> {
  return snapshot.find(index, key).filter(({ type }) => types.includes(type));
}
