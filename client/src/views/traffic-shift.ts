import {
  CancellationTokenSource,
  type Disposable,
  type ExtensionContext,
  l10n,
  ProgressLocation,
  Uri,
  ViewColumn,
  window,
} from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";
import { METHODS, type PreviewShiftParams, type ShiftPage } from "../../../server/src/server/protocol.ts";
import { showRefusal } from "../shift/refusal.ts";
import { TrafficShiftPanel } from "./traffic-shift-panel.ts";
import { pageFolder } from "./webview-page.ts";

const TYPE = "nines.trafficShift";
/** In milliseconds. */
const MOMENT_MS = 800;

/** Phases in which nothing was written, or all is over: closing the panel ends the shift. */
const IDLE: readonly ShiftPage["phase"][] = [
  "draft",
  "reading",
  "blocked",
  "previewed",
  "stale",
  "rolledBack",
  "retired",
  "cancelled",
  "left",
  "completed",
];

/** The panels of traffic shifts, one for each. A shift that is under way goes on without its panel. */
export class TrafficShifts implements Disposable {
  readonly #client: LanguageClient;
  readonly #extension: Uri;
  readonly #panels = new Map<string, TrafficShiftPanel>();
  readonly #subscriptions: Disposable[];

  constructor(client: LanguageClient, { extensionUri }: ExtensionContext) {
    this.#client = client;
    this.#extension = extensionUri;
    this.#subscriptions = [
      client.onNotification(METHODS.shiftChanged, (page: ShiftPage) => this.#changed(page)),
      client.onDidChangeState(({ newState }) => {
        if (newState === State.Stopped) this.#lost();
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** Previews a shift in a panel of its own. */
  async preview(params: PreviewShiftParams): Promise<void> {
    const stop = new CancellationTokenSource();
    try {
      const asked = this.#client.sendRequest<ShiftPage>(METHODS.previewShift, params, stop.token);
      this.open(await withCancel(asked, l10n.t("Preparing the preview"), stop));
    } catch (error) {
      showRefusal(error);
    } finally {
      stop.dispose();
    }
  }

  /** Takes a journal over and shows it; undefined where that is refused. */
  async resume(id: string): Promise<TrafficShiftPanel | undefined> {
    const shown = [...this.#panels.values()].find(({ page }) => page.id === id);
    if (shown !== undefined) {
      shown.reveal();
      return shown;
    }
    try {
      return this.open(await this.#client.sendRequest<ShiftPage>(METHODS.resumeShift, { id }));
    } catch (error) {
      showRefusal(error);
      return undefined;
    }
  }

  /** Shows a shift. */
  open(page: ShiftPage): TrafficShiftPanel {
    const known = this.#panels.get(page.shift);
    if (known !== undefined) {
      known.reveal();
      return known;
    }
    const webview = window.createWebviewPanel(TYPE, l10n.t("Traffic Shift"), ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [pageFolder(this.#extension)],
      enableFindWidget: true,
    });
    webview.iconPath = Uri.joinPath(this.#extension, "images", "icon-mono.svg");
    const panel = new TrafficShiftPanel(this.#client, page, webview, this.#extension);
    this.#panels.set(page.shift, panel);
    panel.show(page);
    webview.onDidDispose(() => this.#closed(panel));
    return panel;
  }

  #changed(page: ShiftPage): void {
    const panel = this.#panels.get(page.shift);
    if (panel !== undefined) panel.show(page);
  }

  #closed(panel: TrafficShiftPanel): void {
    const { page } = panel;
    panel.dispose();
    this.#panels.delete(page.shift);
    if (!this.#client.isRunning()) return;
    if (IDLE.includes(page.phase))
      void this.#client.sendNotification(METHODS.shiftClosed, { shift: page.shift });
    else void this.#tellUnderWay(page);
  }

  async #tellUnderWay(page: ShiftPage): Promise<void> {
    const show = l10n.t("Show");
    const answer = await window.showInformationMessage(
      l10n.t("The shift of {0} goes on without its panel.", page.members[0]?.name ?? ""),
      show,
    );
    if (answer !== show) return;
    try {
      this.open(await this.#client.sendRequest<ShiftPage>(METHODS.shiftPage, { shift: page.shift }));
    } catch (error) {
      showRefusal(error);
    }
  }

  #lost(): void {
    for (const panel of this.#panels.values())
      panel.showGone(
        l10n.t(
          "The language server was stopped, so nothing more is written. What was written stays as it is and stands in the journal: connect again, and an unfinished shift is offered to be resumed or rolled back.",
        ),
      );
    this.#panels.clear();
  }
}

/** What takes longer than a moment is shown as progress that can be cancelled. */
async function withCancel<T>(work: Promise<T>, title: string, stop: CancellationTokenSource): Promise<T> {
  const moment = new Promise<false>((resolve) => setTimeout(() => resolve(false), MOMENT_MS));
  if (await Promise.race([work.then(() => true), moment])) return await work;
  const progress = { location: ProgressLocation.Notification, cancellable: true, title };
  return await window.withProgress(progress, (_, token) => {
    token.onCancellationRequested(() => stop.cancel());
    return work;
  });
}
