import {
  commands,
  type Disposable,
  EventEmitter,
  Range,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
  Uri,
  window,
} from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";
import {
  type AvailabilityBundle,
  type AvailabilityChange,
  type AvailabilityPath,
  type AvailabilityPlaceParams,
  type AvailabilityWorkload,
  type AvailabilityWorkloadsParams,
  type ManifestPlace,
  METHODS,
} from "../../../server/src/server/protocol.ts";
import { type BranchCheck, type Comparison, summaryOf } from "../branch/branch-check.ts";
import {
  type AvailabilityElement,
  type BundleElement,
  type FindingElement,
  OPEN,
  treeItemOf,
  type WorkloadElement,
} from "./availability-items.ts";
import { NewMarks } from "./new-marks.ts";

/** A place as the protocol has it. */
interface ProtocolLocation {
  readonly uri: string;
  readonly range: Record<"start" | "end", { readonly line: number; readonly character: number }>;
}

/** What is guaranteed to each workload, by bundle. Rows keep their objects, so that a refresh moves nothing else. */
export class AvailabilityView implements TreeDataProvider<AvailabilityElement>, Disposable {
  readonly #client: LanguageClient;
  readonly #changed = new EventEmitter<AvailabilityElement[] | undefined>();
  readonly #view: TreeView<AvailabilityElement>;
  readonly #subscriptions: Disposable[];
  #bundles = new Map<string, BundleElement>();
  readonly #workloads = new Map<string, ReadonlyMap<string, WorkloadElement>>();

  /** Whether only what was not there before is shown. */
  #onlyNew = false;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(client: LanguageClient, branch: BranchCheck) {
    this.#client = client;
    this.#view = window.createTreeView("nines.availability", {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#subscriptions = [
      this.#view,
      this.#changed,
      client.onNotification(METHODS.availabilityChanged, (change: AvailabilityChange) => this.#apply(change)),
      client.onDidChangeState(({ newState }) => {
        if (newState !== State.Starting) this.refresh();
      }),
      branch.onDidChange((comparison) => this.#compared(comparison)),
      window.registerFileDecorationProvider(new NewMarks()),
      commands.registerCommand(OPEN, (element: WorkloadElement | FindingElement) => this.#open(element)),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** Asks for everything again. */
  refresh(): void {
    this.#changed.fire(undefined);
  }

  /** Shows the workload at a position; returns false where there is none. */
  async reveal(uri: string, position: { line: number; character: number }): Promise<boolean> {
    const params: ManifestPlace = { uri, position };
    const path = await this.#client.sendRequest<AvailabilityPath | null>(METHODS.availabilityPath, params);
    const element = path === null ? undefined : await this.#find(path);
    if (element === undefined) return false;
    // What is asked for is shown, whatever was left out.
    if (element.item.introduced === 0) await this.showOnlyNew(false);
    await this.#view.reveal(element, { select: true, focus: true, expand: true });
    return true;
  }

  /** Leaves out what was there before, or shows everything again. */
  async showOnlyNew(onlyNew: boolean): Promise<void> {
    if (onlyNew === this.#onlyNew) return;
    this.#onlyNew = onlyNew;
    await commands.executeCommand("setContext", "nines.onlyNew", onlyNew);
    this.refresh();
  }

  /** Shows the view. */
  async focus(): Promise<void> {
    await commands.executeCommand("nines.availability.focus");
  }

  getTreeItem(element: AvailabilityElement): TreeItem {
    return treeItemOf(element);
  }

  getParent(element: AvailabilityElement): AvailabilityElement | undefined {
    return element.type === "bundle" ? undefined : element.parent;
  }

  async getChildren(element?: AvailabilityElement): Promise<AvailabilityElement[]> {
    const parts = await this.#partsOf(element);
    return this.#onlyNew ? parts.filter(isNew) : parts;
  }

  async #partsOf(element: AvailabilityElement | undefined): Promise<AvailabilityElement[]> {
    if (element === undefined) return this.#readBundles();
    if (element.type === "bundle") return this.#readWorkloads(element);
    return element.type === "workload" ? partsOf(element) : [];
  }

  async #readBundles(): Promise<BundleElement[]> {
    if (this.#client.state === State.Stopped) return [];
    const items = await this.#client.sendRequest<AvailabilityBundle[]>(METHODS.availability);
    const before = this.#bundles;
    this.#bundles = new Map(
      items.map((item) => {
        const element = before.get(item.id) ?? { type: "bundle", item };
        element.item = item;
        return [item.id, element];
      }),
    );
    for (const id of this.#workloads.keys()) if (!this.#bundles.has(id)) this.#workloads.delete(id);
    return [...this.#bundles.values()];
  }

  async #readWorkloads(parent: BundleElement): Promise<WorkloadElement[]> {
    const params: AvailabilityWorkloadsParams = { bundle: parent.item.id };
    const items = await this.#client.sendRequest<AvailabilityWorkload[]>(
      METHODS.availabilityWorkloads,
      params,
    );
    const before = this.#workloads.get(parent.item.id);
    const elements = new Map(
      items.map((item) => {
        const element = before?.get(item.id) ?? { type: "workload", parent, item };
        element.item = item;
        return [item.id, element];
      }),
    );
    this.#workloads.set(parent.item.id, elements);
    return [...elements.values()];
  }

  async #find({ bundle, workload }: AvailabilityPath): Promise<WorkloadElement | undefined> {
    if (!this.#bundles.has(bundle)) await this.#readBundles();
    const parent = this.#bundles.get(bundle);
    if (parent === undefined) return undefined;
    if (this.#workloads.get(bundle)?.has(workload) !== true) await this.#readWorkloads(parent);
    return this.#workloads.get(bundle)?.get(workload);
  }

  /** Draws only the rows that have become others. */
  #apply({ list, bundles, workloads }: AvailabilityChange): void {
    // With some left out, a row that changes may come or go.
    if (list || (this.#onlyNew && bundles.length > 0)) {
      this.refresh();
      return;
    }
    const changed = new Set<BundleElement>();
    for (const item of bundles) {
      const element = this.#bundles.get(item.id);
      if (element === undefined) continue;
      element.item = item;
      changed.add(element);
    }
    for (const id of workloads) {
      const element = this.#bundles.get(id);
      if (element !== undefined) changed.add(element);
    }
    if (changed.size > 0) this.#changed.fire([...changed]);
  }

  /** Says above the rows what they are compared with. */
  #compared(comparison: Comparison | undefined): void {
    this.#view.message = comparison === undefined ? "" : summaryOf(comparison);
    if (comparison === undefined) void this.showOnlyNew(false);
  }

  async #open(element: WorkloadElement | FindingElement): Promise<void> {
    const params: AvailabilityPlaceParams =
      element.type === "workload"
        ? { workload: element.item.id }
        : { workload: element.parent.item.id, finding: element.index };
    const place = await this.#client.sendRequest<ProtocolLocation | null>(METHODS.availabilityPlace, params);
    if (place === null) return;
    const { start, end } = place.range;
    const selection = new Range(start.line, start.character, end.line, end.character);
    await window.showTextDocument(Uri.parse(place.uri), { selection, preview: true, preserveFocus: true });
  }
}

function isNew(element: AvailabilityElement): boolean {
  if (element.type === "finding") return element.item.isNew;
  return element.type !== "guarantee" && element.item.introduced > 0;
}

/** What is guaranteed first, then what is wrong. */
function partsOf(parent: WorkloadElement): AvailabilityElement[] {
  const { guarantees, findings } = parent.item;
  return [
    ...guarantees.map((item) => ({ type: "guarantee" as const, parent, item })),
    ...findings.map((item, index) => ({ type: "finding" as const, parent, index, item })),
  ];
}
