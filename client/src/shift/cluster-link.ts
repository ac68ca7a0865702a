import {
  commands,
  type Disposable,
  type ExtensionContext,
  l10n,
  type Memento,
  ProgressLocation,
  StatusBarAlignment,
  ThemeColor,
  window,
  workspace,
} from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";
import {
  type ClusterLapse,
  type ConnectClusterParams,
  type ConnectedCluster,
  METHODS,
} from "../../../server/src/server/protocol.ts";
import { chooseContext, chooseNamespace } from "./choose-cluster.ts";
import { lapseWords } from "./lapse-words.ts";
import { showRefusal } from "./refusal.ts";

const REMEMBERED = "nines.cluster";

/** The window's connection to a cluster: which one, in the status bar, and remembered for the workspace. */
export class ClusterLink implements Disposable {
  readonly #client: LanguageClient;
  readonly #memory: Memento;
  readonly #item = window.createStatusBarItem("nines.cluster", StatusBarAlignment.Left, 50);
  readonly #subscriptions: Disposable[];
  readonly #listeners = new Set<(cluster: ConnectedCluster) => void>();
  #connected: ConnectedCluster | undefined;
  /** Why what is known of it is not as it is now. */
  #lapse: ClusterLapse | undefined;

  constructor(client: LanguageClient, { workspaceState }: ExtensionContext) {
    this.#client = client;
    this.#memory = workspaceState;
    this.#item.name = l10n.t("Nines: Cluster");
    this.#subscriptions = [
      client.onDidChangeState(({ newState }) => {
        if (newState === State.Stopped) this.#set(undefined);
      }),
      client.onNotification(METHODS.clusterLapsed, (lapse: ClusterLapse) => {
        this.#lapse = lapse.problem === undefined ? undefined : lapse;
        this.#show();
      }),
    ];
    this.#set(undefined);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#item.dispose();
  }

  get connected(): ConnectedCluster | undefined {
    return this.#connected;
  }

  /** What this workspace was connected to last. */
  get remembered(): ConnectClusterParams | undefined {
    return this.#memory.get<ConnectClusterParams>(REMEMBERED);
  }

  /** Calls back after each connection that comes about. */
  onConnect(listener: (cluster: ConnectedCluster) => void): void {
    this.#listeners.add(listener);
  }

  /** The connection there is, else the one that the user chooses; undefined where there is none after all. */
  async ensure(): Promise<ConnectedCluster | undefined> {
    return this.#connected ?? (await this.choose());
  }

  /** Lets the user choose a context and a namespace, and connects. */
  async choose(): Promise<ConnectedCluster | undefined> {
    if (!(await isTrusted())) return undefined;
    try {
      const context = await chooseContext(this.#client, this.#connected ?? this.remembered);
      if (context === undefined) return undefined;
      const namespace = await chooseNamespace(this.#client, context, this.remembered);
      return namespace === undefined ? undefined : await this.connect({ context: context.name, namespace });
    } catch (error) {
      showRefusal(error);
      return undefined;
    }
  }

  /** Connects, showing progress; a failure is shown too. */
  async connect(params: ConnectClusterParams): Promise<ConnectedCluster | undefined> {
    if (!(await isTrusted())) return undefined;
    const progress = {
      location: ProgressLocation.Notification,
      cancellable: true,
      title: l10n.t("Connecting to {0}", params.context),
    };
    try {
      const connected = await window.withProgress(progress, (_, token) =>
        this.#client.sendRequest<ConnectedCluster>(METHODS.connectCluster, params, token),
      );
      this.#set(connected);
      await this.#memory.update(REMEMBERED, {
        context: connected.context,
        namespace: connected.namespace,
      } satisfies ConnectClusterParams);
      for (const listener of this.#listeners) listener(connected);
      return connected;
    } catch (error) {
      showRefusal(error);
      return undefined;
    }
  }

  /** Has everything that is known of the cluster read again now; says so where that fails. */
  async refresh(): Promise<void> {
    if (this.#connected === undefined) {
      void window.showInformationMessage(l10n.t("No cluster is connected."));
      return;
    }
    const progress = { location: ProgressLocation.Window, title: l10n.t("Reading the cluster") };
    try {
      await window.withProgress(progress, () => this.#client.sendRequest(METHODS.refreshCluster));
      const problem = this.#lapse?.problem;
      if (problem !== undefined) void window.showWarningMessage(problem);
    } catch (error) {
      showRefusal(error);
    }
  }

  /** Ends the connection and forgets it. */
  async disconnect(): Promise<void> {
    if (this.#connected === undefined && this.remembered === undefined) {
      void window.showInformationMessage(l10n.t("No cluster is connected."));
      return;
    }
    try {
      if (this.#connected !== undefined) await this.#client.sendRequest(METHODS.disconnectCluster);
    } catch (error) {
      showRefusal(error);
      return;
    }
    await this.#memory.update(REMEMBERED, undefined);
    this.#set(undefined);
  }

  #set(connected: ConnectedCluster | undefined): void {
    this.#connected = connected;
    this.#lapse = undefined;
    void commands.executeCommand("setContext", "nines.clusterConnected", connected !== undefined);
    this.#show();
  }

  #show(): void {
    const item = this.#item;
    const connected = this.#connected;
    const shown = connected ?? this.remembered;
    if (shown === undefined) {
      item.hide();
      return;
    }
    const place = `${shown.context}/${shown.namespace}`;
    item.command = connected === undefined ? "nines.reconnectCluster" : "nines.connectCluster";
    item.backgroundColor = connected?.production
      ? new ThemeColor("statusBarItem.warningBackground")
      : undefined;
    if (connected === undefined) {
      item.text = `$(debug-disconnect) ${place}`;
      item.tooltip = l10n.t("Not connected. Click to connect to {0} again.", place);
    } else {
      const lapse = lapseWords(this.#lapse);
      const icon = lapse === undefined ? (connected.production ? "warning" : "plug") : "sync-ignored";
      item.text = `$(${icon}) ${place}${lapse === undefined ? "" : ` · ${lapse.short}`}`;
      item.tooltip = [
        ...(lapse === undefined ? [] : [lapse.long]),
        l10n.t("Connected to {0}, Kubernetes {1}", connected.server, connected.version),
        ...(connected.production
          ? [l10n.t("A production context: its name is asked for before anything is written.")]
          : []),
        l10n.t("Click to choose another one."),
      ].join("\n");
    }
    item.accessibilityInformation = { label: `Nines: ${place}. ${item.tooltip}` };
    item.show();
  }
}

/** Whether a cluster may be reached from here; where not, says why. */
export async function isTrusted(): Promise<boolean> {
  if (workspace.isTrusted) return true;
  const manage = l10n.t("Manage Workspace Trust");
  const answer = await window.showWarningMessage(
    l10n.t(
      "This workspace is not trusted, so Nines reaches no cluster from it: its settings and files could choose what is run and contacted. Trust the workspace first.",
    ),
    manage,
  );
  if (answer === manage) await commands.executeCommand("workbench.trust.manage");
  return false;
}
