import {
  commands,
  type Disposable,
  l10n,
  type TextDocumentContentProvider,
  Uri,
  window,
  workspace,
} from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import {
  type ExplainRuleParams,
  METHODS,
  type RulePage,
  type RuleSummary,
} from "../../server/src/server/protocol.ts";

const SCHEME = "nines-rule";

/** The rules' pages as read-only documents, offline. */
export class RulePages implements TextDocumentContentProvider {
  readonly #client: LanguageClient;

  constructor(client: LanguageClient, subscriptions: Disposable[]) {
    this.#client = client;
    subscriptions.push(workspace.registerTextDocumentContentProvider(SCHEME, this));
  }

  /** Every rule, by id. */
  list(): Promise<RuleSummary[]> {
    return this.#client.sendRequest<RuleSummary[]>(METHODS.rules);
  }

  /** Shows a rule's page. */
  async show(ruleId: string): Promise<void> {
    if ((await this.#page(ruleId)) === null) {
      await window.showWarningMessage(l10n.t("There is no rule “{0}”.", ruleId));
      return;
    }
    await commands.executeCommand("markdown.showPreview", Uri.from({ scheme: SCHEME, path: `${ruleId}.md` }));
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    return (await this.#page(uri.path.replace(/\.md$/, "")))?.markdown ?? "";
  }

  #page(ruleId: string): Promise<RulePage | null> {
    const params: ExplainRuleParams = { ruleId };
    return this.#client.sendRequest<RulePage | null>(METHODS.explainRule, params);
  }
}
