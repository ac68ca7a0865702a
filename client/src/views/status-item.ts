import { type Disposable, LanguageStatusSeverity, l10n, languages } from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";
import { METHODS, type Status } from "../../../server/src/server/protocol.ts";
import { documentSelector } from "../language-client.ts";

/** The entry among the language statuses of a manifest: what Nines is doing. */
export class StatusItem implements Disposable {
  readonly #item = languages.createLanguageStatusItem("nines.status", documentSelector());
  readonly #subscriptions: Disposable[];

  constructor(client: LanguageClient) {
    this.#item.name = "Nines";
    this.#item.command = { command: "nines.showOutput", title: l10n.t("Show Output") };
    this.#subscriptions = [
      client.onNotification(METHODS.status, (status: Status) => this.#show(status)),
      client.onDidChangeState(({ newState }) => this.#showState(newState)),
    ];
    this.#showState(client.state);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#item.dispose();
  }

  #show({ state, files, findings, note }: Status): void {
    this.#item.severity = LanguageStatusSeverity.Information;
    this.#item.busy = state === "indexing";
    this.#item.text = "Nines";
    if (state === "indexing") this.#item.detail = l10n.t("Reading the workspace: {0} files so far", files);
    else if (findings === undefined) this.#item.detail = l10n.t("{0} files", files);
    else this.#item.detail = l10n.t("{0} findings in {1} files", findings, files);
    // Without alarm: what is found is right, there may be more.
    if (note !== undefined) this.#item.detail += ` · ${note}`;
  }

  #showState(state: State): void {
    this.#item.text = "Nines";
    this.#item.busy = state === State.Starting;
    const stopped = state === State.Stopped;
    this.#item.severity = stopped ? LanguageStatusSeverity.Error : LanguageStatusSeverity.Information;
    this.#item.detail = stopped ? l10n.t("The language server is not running") : "";
  }
}
