import {
  type Disposable,
  env,
  l10n,
  Range,
  Uri,
  ViewColumn,
  type WebviewPanel,
  WorkspaceEdit,
  window,
  workspace,
} from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import {
  type AcceptBlockParams,
  type ManifestEdit,
  METHODS,
  type ShiftAction,
  type ShiftEventParams,
  type ShiftPage,
} from "../../../server/src/server/protocol.ts";
import type { Acceptable, FromPage, ToPage } from "../shift/messages.ts";
import { showRefusal } from "../shift/refusal.ts";
import { shiftWords } from "../shift/words.ts";
import { escaped, webviewPage } from "./webview-page.ts";

/** One shift in its panel: shows what the server tells of it, and tells the server what the user wants. */
export class TrafficShiftPanel implements Disposable {
  readonly #client: LanguageClient;
  readonly #panel: WebviewPanel;
  readonly #words = shiftWords();
  readonly #subscription: Disposable;
  #page: ShiftPage;
  #gone: string | undefined;
  #isListening = false;

  constructor(client: LanguageClient, page: ShiftPage, panel: WebviewPanel, extension: Uri) {
    this.#client = client;
    this.#page = page;
    this.#panel = panel;
    this.#subscription = panel.webview.onDidReceiveMessage((message: FromPage) => this.#hear(message));
    const title = l10n.t("Traffic Shift");
    panel.webview.html = webviewPage(panel.webview, extension, {
      name: "traffic-shift",
      title,
      body: `<header>
<div class="heading"><h1 id="title">${escaped(title)}</h1><p id="phase" class="phase"></p></div>
<div id="actions" class="toolbar" role="toolbar" aria-label="${escaped(this.#words.actions)}"></div>
</header>
<p id="status" role="status"></p>
<main id="content"></main>`,
    });
  }

  get page(): ShiftPage {
    return this.#page;
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  reveal(): void {
    this.#panel.reveal();
  }

  show(page: ShiftPage): void {
    this.#page = page;
    const names = page.members.map(({ name }) => name);
    if (names.length > 0) this.#panel.title = l10n.t("Shift: {0}", names.join(" → "));
    this.#tell({ type: "page", page, words: this.#words });
  }

  /** The server carries it out no more. */
  showGone(text: string): void {
    this.#gone = text;
    this.#tell({ type: "gone", text });
  }

  /** Tells the server a wish, after asking for what it needs: the production contexts' names, a reason. */
  async wish(event: ShiftAction["event"], versions = this.#versions()): Promise<void> {
    const action = this.#page.actions.find((candidate) => candidate.event === event);
    const typed = action?.confirm === undefined ? undefined : await this.#typeNames();
    if (action?.confirm !== undefined && typed === undefined) return;
    const reason = action?.needsReason === true ? await askReason() : undefined;
    if (action?.needsReason === true && reason === undefined) return;
    const params: ShiftEventParams = {
      shift: this.#page.shift,
      event,
      versions,
      ...(typed !== undefined && { typed }),
      ...(reason !== undefined && { reason }),
    };
    try {
      this.show(await this.#client.sendRequest<ShiftPage>(METHODS.shiftEvent, params));
    } catch (error) {
      showRefusal(error);
    }
  }

  /** Every production context is typed by itself; undefined where one was not. */
  async #typeNames(): Promise<string | undefined> {
    const { members } = this.#page;
    const names = new Set(members.flatMap(({ production, context }) => (production ? [context] : [])));
    for (const name of names) if ((await typeName(name)) === undefined) return undefined;
    return [...names].join(",");
  }

  #versions(): readonly string[] {
    return this.#page.members.map(({ resourceVersion }) => resourceVersion ?? "");
  }

  #tell(message: ToPage): void {
    if (this.#isListening) void this.#panel.webview.postMessage(message);
  }

  #hear(message: FromPage): void {
    switch (message.type) {
      case "ready":
        this.#isListening = true;
        if (this.#gone === undefined) this.show(this.#page);
        else this.showGone(this.#gone);
        break;
      case "wish":
        void this.wish(message.event, message.versions);
        break;
      case "accept":
        void this.#accept(message.accept);
        break;
      case "edit":
        void this.#edit(message.member);
        break;
      case "copy":
        void this.#copy(message.member);
        break;
      case "close":
        this.#panel.dispose();
        break;
    }
  }

  /** Somebody else will undo the shift: asks whether the user takes that on, saying what follows. */
  async #accept(accept: Acceptable): Promise<void> {
    const blocks = this.#page.members.map(({ checks }) =>
      checks.filter((check) => check.level === "block" && check.accept === accept),
    );
    const seen = blocks.flat().map(({ message }) => message);
    const member = this.#page.members.findIndex(({ editable }, i) => editable && blocks[i]?.length !== 0);
    const [yes, edit] = [l10n.t("Shift All the Same"), this.#words.edit];
    const answer = await window.showWarningMessage(
      l10n.t("What is shifted here will be undone by somebody else. Shift all the same?"),
      { modal: true, detail: [...seen, whatFollows()].join("\n\n") },
      // The first one is what Enter chooses.
      ...(member >= 0 ? [edit] : []),
      yes,
    );
    if (answer === edit) await this.#edit(member);
    if (answer !== yes) return;
    const params: AcceptBlockParams = { shift: this.#page.shift, accept, seen };
    try {
      this.show(await this.#client.sendRequest<ShiftPage>(METHODS.acceptBlock, params));
    } catch (error) {
      showRefusal(error);
    }
  }

  async #copy(index: number): Promise<void> {
    const kubectl = this.#page.members[index]?.kubectl;
    if (kubectl === undefined) return;
    await env.clipboard.writeText(kubectl.apply);
    window.setStatusBarMessage(l10n.t("The kubectl command is in the clipboard."), 5000);
  }

  /** Writes the weights at the end into the manifest, to be reviewed and committed there. */
  async #edit(member: number): Promise<void> {
    try {
      const { uri, edits } = await this.#client.sendRequest<ManifestEdit>(METHODS.shiftManifestEdit, {
        shift: this.#page.shift,
        member,
      });
      const edit = new WorkspaceEdit();
      const target = Uri.parse(uri);
      const ranges = edits.map(
        ({ range: { start, end } }) => new Range(start.line, start.character, end.line, end.character),
      );
      for (const [i, { newText }] of edits.entries())
        edit.replace(target, ranges[i] ?? new Range(0, 0, 0, 0), newText);
      const document = await workspace.openTextDocument(target);
      await workspace.applyEdit(edit);
      const [selection] = ranges;
      await window.showTextDocument(document, {
        viewColumn: ViewColumn.Beside,
        ...(selection !== undefined && { selection: new Range(selection.start, selection.start) }),
      });
    } catch (error) {
      showRefusal(error);
    }
  }
}

function whatFollows(): string {
  return l10n.t(
    "Then the traffic goes back to what the manifest says: all at once, past all gates, and without anybody being asked. To keep the shift, edit the manifest instead, or have the reconciliation paused until it is there. Nothing is written yet: the preview is read again and has to be applied as always. That you took this on is kept in the journal.",
  );
}

async function typeName(name: string): Promise<string | undefined> {
  return await window.showInputBox({
    title: l10n.t("{0} is a production context", name),
    prompt: l10n.t("Type {0} to go on. Anything else writes nothing.", name),
    validateInput: (text) => (text === name ? undefined : l10n.t("This is not {0}.", name)),
    ignoreFocusOut: true,
  });
}

async function askReason(): Promise<string | undefined> {
  return await window.showInputBox({
    title: l10n.t("Go on without evidence"),
    prompt: l10n.t("Why is it right to go on? The reason is kept in the journal."),
    validateInput: (text) => (text.trim() === "" ? l10n.t("A reason is needed.") : undefined),
    ignoreFocusOut: true,
  });
}
