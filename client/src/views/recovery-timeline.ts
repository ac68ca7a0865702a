import { type Disposable, type ExtensionContext, Uri, ViewColumn, type WebviewPanel, window } from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";
import { METHODS, type RecoveryPlanRef } from "../../../server/src/server/protocol.ts";
import { type ExportFormat, planOfState } from "../timeline/messages.ts";
import { TimelinePanel } from "./timeline-panel.ts";
import { pageFolder } from "./webview-page.ts";

const TYPE = "nines.recoveryTimeline";

/** The panels that show recovery plans in time: one for each plan, also after the window was reloaded. */
export class RecoveryTimelines implements Disposable {
  readonly #client: LanguageClient;
  readonly #extension: Uri;
  readonly #panels = new Map<string, TimelinePanel>();
  readonly #subscriptions: Disposable[];

  constructor(client: LanguageClient, { extensionUri }: ExtensionContext) {
    this.#client = client;
    this.#extension = extensionUri;
    this.#subscriptions = [
      client.onNotification(METHODS.recoveryTimelineChanged, (plan: RecoveryPlanRef) => {
        this.#panels.get(keyOf(plan))?.refresh();
      }),
      client.onDidChangeState(({ newState }) => {
        if (newState === State.Running) for (const panel of this.#panels.values()) panel.refresh();
      }),
      window.registerWebviewPanelSerializer(TYPE, {
        deserializeWebviewPanel: async (webview, state) => {
          const plan = planOfState(state);
          if (plan === undefined || this.#panels.has(keyOf(plan))) webview.dispose();
          else this.#adopt(plan, webview);
        },
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** Shows a plan beside the editor, and a part of it where one is named. */
  show({ uri, name }: RecoveryPlanRef, section?: string): void {
    const plan = { uri, name };
    const panel = this.#panels.get(keyOf(plan)) ?? this.#adopt(plan, this.#create(name));
    panel.reveal(section);
  }

  /** Saves what the panel in front shows; returns false where none is. */
  async exportActive(format: ExportFormat): Promise<boolean> {
    const active = [...this.#panels.values()].find(({ isActive }) => isActive);
    await active?.export(format);
    return active !== undefined;
  }

  #create(name: string): WebviewPanel {
    return window.createWebviewPanel(
      TYPE,
      name,
      { viewColumn: ViewColumn.Beside, preserveFocus: true },
      { enableFindWidget: true },
    );
  }

  #adopt(plan: RecoveryPlanRef, webview: WebviewPanel): TimelinePanel {
    webview.webview.options = { enableScripts: true, localResourceRoots: [pageFolder(this.#extension)] };
    webview.iconPath = Uri.joinPath(this.#extension, "images", "icon.png");
    const panel = new TimelinePanel(this.#client, plan, webview, this.#extension);
    this.#panels.set(keyOf(plan), panel);
    webview.onDidDispose(() => {
      this.#panels.delete(keyOf(plan));
      panel.dispose();
    });
    return panel;
  }
}

function keyOf({ uri, name }: RecoveryPlanRef): string {
  return JSON.stringify([uri, name]);
}
