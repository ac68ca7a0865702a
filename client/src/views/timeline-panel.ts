import { type Disposable, l10n, Range, Uri, ViewColumn, type WebviewPanel, window, workspace } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import {
  METHODS,
  type RecoveryPlanRef,
  type RecoveryView,
  type TimelinePlace,
} from "../../../server/src/server/protocol.ts";
import type { ExportFormat, FromPage, ToPage } from "../timeline/messages.ts";
import { pageOf } from "./recovery-timeline-page.ts";
import { exportTimeline } from "./timeline-export.ts";

/** One plan in its panel. What it shows is asked for again whenever the server says that it has become different. */
export class TimelinePanel implements Disposable {
  readonly #client: LanguageClient;
  readonly #plan: RecoveryPlanRef;
  readonly #panel: WebviewPanel;
  readonly #subscriptions: Disposable[];
  #view: RecoveryView | null | undefined;
  #section: string | undefined;
  #isListening = false;
  #asking: Promise<void> | undefined;
  #askAgain = false;

  constructor(client: LanguageClient, plan: RecoveryPlanRef, panel: WebviewPanel, extension: Uri) {
    this.#client = client;
    this.#plan = plan;
    this.#panel = panel;
    this.#subscriptions = [panel.webview.onDidReceiveMessage((message: FromPage) => this.#hear(message))];
    panel.webview.html = pageOf(panel.webview, extension);
  }

  get isActive(): boolean {
    return this.#panel.active;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    if (this.#client.isRunning())
      void this.#client.sendNotification(METHODS.recoveryTimelineClosed, this.#plan);
  }

  /** Brings it to the front, and a part of it into view. */
  reveal(section: string | undefined): void {
    this.#panel.reveal(undefined, true);
    this.#section = section;
    this.#showSection();
  }

  /** Asks for the plan again; requests do not overtake each other. */
  refresh(): void {
    if (!this.#isListening) return;
    if (this.#asking !== undefined) {
      this.#askAgain = true;
      return;
    }
    this.#asking = this.#ask().finally(() => {
      this.#asking = undefined;
      if (!this.#askAgain) return;
      this.#askAgain = false;
      this.refresh();
    });
  }

  /** Saves what it shows. */
  async export(format: ExportFormat): Promise<void> {
    if (this.#view) await exportTimeline(this.#view, format);
    else await window.showWarningMessage(goneText(this.#plan));
  }

  async #ask(): Promise<void> {
    // A server that is not there yet, or not any more, is asked when it is.
    if (!this.#client.isRunning()) return;
    const view = await this.#client
      .sendRequest<RecoveryView | null>(METHODS.recoveryTimeline, this.#plan)
      .catch(() => undefined);
    if (view === undefined) return;
    this.#view = view;
    this.#panel.title = view?.title ?? l10n.t("Recovery Timeline");
    this.#tell(view === null ? { type: "gone", text: goneText(this.#plan) } : { type: "view", view });
    this.#showSection();
  }

  #showSection(): void {
    if (this.#section === undefined || !this.#view || !this.#isListening) return;
    this.#tell({ type: "reveal", section: this.#section });
    this.#section = undefined;
  }

  #tell(message: ToPage): void {
    void this.#panel.webview.postMessage(message);
  }

  #hear(message: FromPage): void {
    switch (message.type) {
      case "ready":
        this.#isListening = true;
        this.refresh();
        break;
      case "open":
        void this.#open(message.place);
        break;
      case "export":
        void this.export(message.format);
        break;
    }
  }

  /** Opens a place that the view names, and no other. */
  async #open(place: TimelinePlace): Promise<void> {
    const known = this.#view ? placesOf(this.#view) : [];
    const found = known.find((each) => JSON.stringify(each) === JSON.stringify(place));
    if (found === undefined) return;
    const { start, end } = found.range;
    const selection = new Range(start.line, start.character, end.line, end.character);
    const isBeside = (this.#panel.viewColumn ?? ViewColumn.One) > ViewColumn.One;
    try {
      const document = await workspace.openTextDocument(Uri.parse(found.uri));
      const viewColumn = isBeside ? ViewColumn.One : ViewColumn.Beside;
      await window.showTextDocument(document, { selection, viewColumn });
    } catch (error) {
      await window.showErrorMessage(
        l10n.t(
          "{0} could not be opened: {1}",
          found.uri,
          error instanceof Error ? error.message : String(error),
        ),
      );
    }
  }
}

function placesOf({ sections }: RecoveryView): readonly TimelinePlace[] {
  return sections
    .flatMap(({ charts, inputs }) => [...charts.flatMap(({ bars }) => bars), ...inputs])
    .flatMap(({ place }) => place ?? []);
}

function goneText({ uri, name }: RecoveryPlanRef): string {
  return l10n.t(
    "There is no recovery plan “{0}” in {1} at the moment. As soon as it is back, it is shown here.",
    name,
    workspace.asRelativePath(Uri.parse(uri)),
  );
}
