import { setImmediate } from "node:timers/promises";
import type { SourceDocument } from "../model/document.ts";
import { scanHeader } from "../model/scan.ts";
import { type PublishedSchemas, schemasOfOpenApi } from "../schema/openapi.ts";
import type { SchemaService } from "../schema/types.ts";
import type { Outcome } from "../traffic/shift/cluster.ts";
import type { Session } from "./session.ts";

/** Groups and versions whose schemas are kept, a megabyte or so each, when no open document needs them any more. */
const MAX_KEPT = 8;

/** The schemas of what an API server serves. */
export interface PublishedBy {
  /** The address of each document by its name, as `apis/apps/v1`. An address changes whenever its document does. */
  index(signal: AbortSignal): Promise<Outcome<ReadonlyMap<string, string>>>;
  document(address: string, signal: AbortSignal): Promise<Outcome<PublishedSchemas>>;
}

/** What the schemas are taken from, and who is told. */
export interface ClusterSchemasOptions {
  readonly session: Session;
  readonly service: SchemaService;
  /** Called when schemas came or went. */
  changed(): void;
}

interface Source {
  readonly name: string;
  readonly published: PublishedBy;
  readonly stop: AbortController;
  addresses: ReadonlyMap<string, string>;
  /** The addresses that were read, in the order of their last use. */
  readonly read: Map<string, string>;
}

/**
 * Gives the schema service the types that the connected cluster serves: those of the groups and versions that open
 * documents name, read when they come into view. What cannot be read changes nothing.
 */
export class ClusterSchemas {
  readonly #options: ClusterSchemasOptions;
  readonly #versions = new WeakMap<SourceDocument, readonly string[]>();
  #source: Source | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(options: ClusterSchemasOptions) {
    this.#options = options;
  }

  /** Begins to use a cluster's schemas, from the first `refresh` on. `name` is how people call it. */
  connect(name: string, published: PublishedBy): void {
    this.disconnect();
    const stop = new AbortController();
    this.#source = { name, published, stop, addresses: new Map(), read: new Map() };
  }

  /** Lets go of them. */
  disconnect(): void {
    const source = this.#source;
    if (source === undefined) return;
    this.#source = undefined;
    source.stop.abort();
    for (const name of source.read.keys()) this.#options.service.setSchemas(sourceOf(name), []);
    if (source.read.size > 0) this.#options.changed();
  }

  /** Asks what the cluster serves by now: CRDs come and go. */
  refresh(): void {
    this.#then(async (source) => {
      const index = await source.published.index(source.stop.signal);
      if (index.ok) source.addresses = index.value;
    });
    this.documentsChanged();
  }

  /** Says that documents were opened or edited. */
  documentsChanged(): void {
    this.#then((source) => this.#look(source));
  }

  #then(work: (source: Source) => Promise<void>): void {
    const source = this.#source;
    if (source === undefined) return;
    this.#work = this.#work.then(async () => {
      if (!source.stop.signal.aborted) await work(source);
    });
  }

  async #look(source: Source): Promise<void> {
    const wanted = this.#inView();
    let isOther = false;
    for (const name of wanted) {
      const address = source.addresses.get(name);
      const known = source.read.get(name);
      if (address !== undefined && address !== known)
        isOther = (await this.#read(source, name, address)) || isOther;
      else if (address === undefined && known !== undefined) isOther = this.#drop(source, name);
      else if (known !== undefined) {
        source.read.delete(name);
        source.read.set(name, known);
      }
      if (source.stop.signal.aborted) return;
    }
    for (const name of [...source.read.keys()].slice(0, Math.max(0, source.read.size - MAX_KEPT)))
      if (!wanted.has(name)) isOther = this.#drop(source, name);
    if (isOther) this.#options.changed();
  }

  async #read(source: Source, name: string, address: string): Promise<boolean> {
    const answer = await source.published.document(address, source.stop.signal);
    if (source.stop.signal.aborted) return false;
    source.read.delete(name);
    // One that cannot be read is not asked for again before it changes, or the cluster is connected anew.
    source.read.set(name, address);
    await setImmediate();
    const schemas = answer.ok ? schemasOfOpenApi(answer.value, apiVersionOf(name), source.name) : [];
    this.#options.service.setSchemas(sourceOf(name), schemas);
    return true;
  }

  #drop(source: Source, name: string): boolean {
    source.read.delete(name);
    this.#options.service.setSchemas(sourceOf(name), []);
    return true;
  }

  /** The names of the documents that hold the schemas of what is open. */
  #inView(): ReadonlySet<string> {
    const { session } = this.#options;
    const files = session.openUris().flatMap((uri) => {
      const { validate, completion, hover } = session.settings(uri);
      return validate || completion || hover ? (session.file(uri) ?? []) : [];
    });
    return new Set(files.flatMap(({ documents }) => documents.flatMap((each) => this.#versionsIn(each))));
  }

  #versionsIn(document: SourceDocument): readonly string[] {
    const known = this.#versions.get(document);
    if (known !== undefined) return known;
    const { apiVersion } = scanHeader(document.text);
    const stated = [...document.resources.map((resource) => resource.apiVersion), apiVersion];
    const names = [...new Set(stated.flatMap((each) => (each === undefined ? [] : nameOf(each))))];
    this.#versions.set(document, names);
    return names;
  }
}

/** `v1` is published as `api/v1`, `apps/v1` as `apis/apps/v1`. */
function nameOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`;
}

function apiVersionOf(name: string): string {
  return name.slice(name.indexOf("/") + 1);
}

function sourceOf(name: string): string {
  return `nines-cluster:${name}`;
}
