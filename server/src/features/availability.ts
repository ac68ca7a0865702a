import type { Location, Position } from "vscode-languageserver/node";
import { bundleItem, workloadItem } from "./availability-items.ts";
import { type BundleRows, collectRows, type Row } from "./availability-rows.ts";
import type {
  AvailabilityBundle,
  AvailabilityChange,
  AvailabilityPath,
  AvailabilityWorkload,
} from "./availability-tree.ts";
import type { Introduced } from "./introduced.ts";
import { documentAt, offsetAt, toLspRange } from "./ranges.ts";
import { Refresh } from "./refresh.ts";
import type { Session } from "./session.ts";
import { Slices } from "./slices.ts";

/** Changes are collected for this long before the client is told, in milliseconds. */
const COLLECT_MS = 300;

/**
 * The Availability view's content: bundles, and the workloads of those that are opened. Nothing is computed before a client
 * asks, and afterwards it hears only of rows that it shows and that have become others.
 */
export class Availability {
  readonly #session: Session;
  readonly #introduced: () => Promise<Introduced>;
  readonly #tell: (change: AvailabilityChange) => void;
  /** What is there; undefined when something has changed since it was collected. */
  #bundles: Promise<readonly BundleRows[]> | undefined;
  /** Rows as they were delivered, as text, by id; undefined when nobody has asked yet. */
  #shownBundles: Map<string, string> | undefined;
  /** The workloads of a bundle as they were delivered. */
  readonly #shownWorkloads = new Map<string, string>();
  /** One comparison at a time: a large workspace takes longer than the next change. */
  readonly #refresh = new Refresh(() => this.#compare());
  #timer: NodeJS.Timeout | undefined;

  /** `introduced` gives the findings that were not there before. */
  constructor(
    session: Session,
    introduced: () => Promise<Introduced>,
    tell: (change: AvailabilityChange) => void,
  ) {
    this.#session = session;
    this.#introduced = introduced;
    this.#tell = tell;
  }

  /** Says that something changed. Tells the client once it shows something else. */
  changed(): void {
    this.#bundles = undefined;
    if (this.#shownBundles === undefined) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#refresh.request();
    }, COLLECT_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Every bundle that has workloads, by folder; once all files are in. */
  async bundles(): Promise<readonly AvailabilityBundle[]> {
    const items = (await this.#collect()).map((rows) => this.#bundleItem(rows));
    this.#shownBundles = new Map(items.map((item) => [item.id, JSON.stringify(item)]));
    return items;
  }

  /** The workloads of a bundle, by name; none when it is gone. */
  async workloads(bundle: string): Promise<readonly AvailabilityWorkload[]> {
    const rows = (await this.#collect()).find(({ id }) => id === bundle);
    const items = rows === undefined ? [] : this.#workloadItems(rows);
    this.#shownWorkloads.set(bundle, JSON.stringify(items));
    return items;
  }

  /** Where a workload stands, or one of its findings by its place in the list. */
  async place(workload: string, finding?: number): Promise<Location | undefined> {
    const row = await this.#row(({ id }) => id === workload);
    if (row === undefined) return undefined;
    const place = row.row.findings[finding ?? -1]?.finding ?? row.row.place(this.#session);
    if (place === undefined) return undefined;
    const { document, range } = place;
    return { uri: this.#session.clientUri(document.uri), range: toLspRange(document, range) };
  }

  /** The row of the workload at a position of a file, or of the one that the budget or autoscaler there is about. */
  async pathOf(uri: string, position: Position): Promise<AvailabilityPath | undefined> {
    await this.#session.complete;
    const file = this.#session.file(uri);
    if (file === undefined) return undefined;
    const offset = offsetAt(file, position);
    const document = documentAt(file, offset);
    const within = offset - (document?.start ?? 0);
    const around =
      document?.resources.filter(({ root }) => root.range.start <= within && within <= root.range.end) ?? [];
    const candidates = around.length > 0 ? around : (document?.resources.slice(0, 1) ?? []);
    const found =
      (await this.#row((row) => row.isAt(this.#session, candidates))) ??
      (await this.#row((row) => row.isAbout(this.#session, candidates)));
    return found === undefined ? undefined : { bundle: found.bundle, workload: found.row.id };
  }

  async #row(isMeant: (row: Row) => boolean): Promise<{ bundle: string; row: Row } | undefined> {
    for (const { id: bundle, rows } of await this.#collect()) {
      const row = rows.find(isMeant);
      if (row !== undefined) return { bundle, row };
    }
    return undefined;
  }

  async #collect(): Promise<readonly BundleRows[]> {
    await this.#session.complete;
    this.#bundles ??= this.#introduced().then((introduced) => collectRows(this.#session, introduced));
    return this.#bundles;
  }

  async #compare(): Promise<void> {
    const before = this.#shownBundles;
    if (before === undefined) return;
    const now = await this.#collect();
    const slices = new Slices();
    const items: AvailabilityBundle[] = [];
    const workloads: string[] = [];
    for (const rows of now) {
      items.push(this.#bundleItem(rows));
      if (this.#isOutdated(rows)) workloads.push(rows.id);
      await slices.pause();
    }
    const ids = new Set(items.map(({ id }) => id));
    for (const id of this.#shownWorkloads.keys()) if (!ids.has(id)) this.#shownWorkloads.delete(id);
    const change: AvailabilityChange = {
      list: ids.size !== before.size || items.some(({ id }) => !before.has(id)),
      bundles: items.filter((item) => before.has(item.id) && before.get(item.id) !== JSON.stringify(item)),
      workloads,
    };
    for (const item of change.bundles) before.set(item.id, JSON.stringify(item));
    if (change.list || change.bundles.length > 0 || change.workloads.length > 0) this.#tell(change);
  }

  #isOutdated(rows: BundleRows): boolean {
    const shown = this.#shownWorkloads.get(rows.id);
    return shown !== undefined && shown !== JSON.stringify(this.#workloadItems(rows));
  }

  #bundleItem(rows: BundleRows): AvailabilityBundle {
    return bundleItem(this.#session, rows);
  }

  #workloadItems(bundle: BundleRows): readonly AvailabilityWorkload[] {
    return bundle.rows.map((row) => workloadItem(this.#session, bundle, row));
  }
}
