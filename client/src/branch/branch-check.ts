import {
  type CancellationToken,
  CancellationTokenSource,
  type Disposable,
  EventEmitter,
  l10n,
  type Memento,
  type TextDocument,
  workspace,
} from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";
import {
  type BaseFile,
  type BaseVersion,
  type BranchSummary,
  type IntroducedFinding,
  METHODS,
} from "../../../server/src/server/protocol.ts";
import { BaseTexts } from "../git/base-texts.ts";
import { changesSince, isIn } from "../git/changed-manifests.ts";
import { type GitApi, gitApi, type Repository } from "../git/git-api.ts";
import { Bases, type ResolvedBase, resolveBase } from "./bases.ts";

/** Git says several times that something changed, and typing goes on for a while. */
const COLLECT_MS = 700;

/** What the workspace is compared with, and what that came to. */
export interface Comparison {
  /** The bases, as the user named them. */
  readonly label: string;
  /** Undefined while it is not known. */
  readonly introduced: number | undefined;
  /** Why it is not known, a sentence. */
  readonly problem: string | undefined;
}

/** Compares the workspace with the chosen bases, again whenever something changes. Silent while none is chosen. */
export class BranchCheck implements Disposable {
  readonly #client: LanguageClient;
  readonly #bases: Bases;
  readonly #texts = new Map<string, BaseTexts>();
  readonly #changed = new EventEmitter<Comparison | undefined>();
  readonly #subscriptions: Disposable[];
  readonly #watched = new Map<Repository, Disposable>();
  #api: GitApi | undefined;
  #comparison: Comparison | undefined;
  /** URIs of the files that the server was told about. */
  #told: ReadonlySet<string> = new Set();
  /** What the server was told last. */
  #version: string | undefined;
  #running: { readonly done: Promise<void>; readonly source: CancellationTokenSource } | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Called with what it is compared with now. */
  readonly onDidChange = this.#changed.event;

  constructor(client: LanguageClient, memento: Memento) {
    this.#client = client;
    this.#bases = new Bases(memento);
    this.#subscriptions = [
      this.#changed,
      client.onNotification(METHODS.branchChanged, ({ introduced }: BranchSummary) =>
        this.#count(introduced),
      ),
      client.onDidChangeState(({ newState }) => {
        this.#version = undefined;
        if (newState === State.Running) this.#schedule();
      }),
      workspace.onDidChangeTextDocument(({ document }) => this.#edited(document)),
    ];
  }

  /** Begins to listen to Git. */
  start(api: GitApi): void {
    if (this.#api !== undefined) return;
    this.#api = api;
    const { onDidOpenRepository, onDidCloseRepository, repositories } = api;
    this.#subscriptions.push(
      onDidOpenRepository((repository) => this.#watch(repository)),
      onDidCloseRepository((repository) => {
        this.#watched.get(repository)?.dispose();
        this.#watched.delete(repository);
        this.#schedule();
      }),
    );
    for (const repository of repositories) this.#watch(repository);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#running?.source.cancel();
    for (const subscription of [...this.#subscriptions, ...this.#watched.values()]) subscription.dispose();
  }

  /** What the workspace is compared with; undefined when with nothing. */
  get comparison(): Comparison | undefined {
    return this.#comparison;
  }

  /** The bases of the open repositories, with the commits they come to. */
  async bases(): Promise<ResolvedBase[]> {
    const api = this.#api ?? (await gitApi());
    return api === undefined ? [] : Promise.all(this.#bases.of(api).map(resolveBase));
  }

  /**
   * Compares a repository with a base from now on, unless it is cancelled meanwhile.
   * @throws Error with a sentence for people; then everything is as before
   */
  async choose(repository: Repository, ref: string, token: CancellationToken): Promise<void> {
    await resolveBase({ repository, ref });
    const api = this.#api ?? (await gitApi());
    if (api !== undefined) this.start(api);
    const before = this.#bases.refOf(repository);
    await this.#bases.choose(repository, ref);
    this.#watch(repository);
    const cancelling = token.onCancellationRequested(() => this.#running?.source.cancel());
    await this.check();
    cancelling.dispose();
    if (!token.isCancellationRequested) return;
    await this.#bases.choose(repository, before);
    await this.check();
  }

  /** Compares with nothing any more. */
  async forget(): Promise<void> {
    await this.#bases.forget();
    await this.check();
  }

  /** Compares now, instead of what is under way. What goes wrong is part of the comparison. */
  async check(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const before = this.#running;
    before?.source.cancel();
    const source = new CancellationTokenSource();
    const done = (before?.done ?? Promise.resolve()).then(() => this.#check(source));
    this.#running = { done, source };
    await done;
  }

  /** What is new, by place. */
  introduced(): Promise<IntroducedFinding[]> {
    return this.#client.sendRequest<IntroducedFinding[]>(METHODS.introducedFindings);
  }

  async #check(source: CancellationTokenSource): Promise<void> {
    if (this.#api === undefined || !this.#client.isRunning() || source.token.isCancellationRequested) return;
    const chosen = this.#bases.of(this.#api);
    if (chosen.length === 0) {
      await this.#forgetAll();
      return;
    }
    const label = [...new Set(chosen.map(({ ref }) => ref))].join(", ");
    try {
      const bases = await Promise.all(chosen.map(resolveBase));
      const files = (await Promise.all(bases.map((base) => this.#filesOf(base, source)))).flat();
      if (source.token.isCancellationRequested) return;
      const version = versionOf(bases, files);
      if (version === this.#version && this.#comparison?.introduced !== undefined) return;
      this.#told = new Set(files.flatMap(({ after }) => after ?? []));
      const repositories = bases.map(({ repository, commit }) => ({
        ...{ root: repository.rootUri.toString(), commit },
      }));
      const params: BaseVersion = { files, repositories };
      const summary = await this.#client.sendRequest<BranchSummary | null>(
        METHODS.checkBranch,
        params,
        source.token,
      );
      if (summary === null) return;
      this.#version = version;
      this.#set({ label, introduced: summary.introduced, problem: undefined });
    } catch (error) {
      if (source.token.isCancellationRequested) return;
      const problem = error instanceof Error ? error.message : String(error);
      // What was compared before is not what is there now.
      await this.#forgetAll();
      this.#set({ label, introduced: undefined, problem });
    }
  }

  async #filesOf(
    { repository, commit }: ResolvedBase,
    { token }: CancellationTokenSource,
  ): Promise<BaseFile[]> {
    const key = repository.rootUri.toString();
    const texts = this.#texts.get(key) ?? new BaseTexts();
    this.#texts.set(key, texts);
    return texts.read(repository, commit, await changesSince(repository, commit), token);
  }

  async #forgetAll(): Promise<void> {
    this.#version = undefined;
    this.#told = new Set();
    await this.#client.sendNotification(METHODS.forgetBranch);
    this.#set(undefined);
  }

  #set(comparison: Comparison | undefined): void {
    if (JSON.stringify(comparison) === JSON.stringify(this.#comparison)) return;
    this.#comparison = comparison;
    this.#changed.fire(comparison);
  }

  /** The server counted again after an edit. */
  #count(introduced: number | undefined): void {
    if (this.#comparison !== undefined && typeof introduced === "number")
      this.#set({ ...this.#comparison, introduced, problem: undefined });
  }

  #watch(repository: Repository): void {
    if (!this.#watched.has(repository))
      this.#watched.set(
        repository,
        repository.state.onDidChange(() => this.#schedule()),
      );
    this.#schedule();
  }

  /** A file that was as the base has it differs from the first key on, before it is saved. */
  #edited({ uri, isDirty }: TextDocument): void {
    if (!isDirty || this.#comparison === undefined || this.#told.has(uri.toString())) return;
    if (this.#api?.repositories.some((repository) => isIn(repository, uri)) === true) this.#schedule();
  }

  #schedule(): void {
    if (this.#api === undefined || this.#timer !== undefined) return;
    if (this.#comparison === undefined && this.#bases.of(this.#api).length === 0) return;
    this.#timer = setTimeout(() => void this.check(), COLLECT_MS);
  }
}

/** Says when the server is to be told again. What a commit holds never changes, so names do. */
function versionOf(bases: readonly ResolvedBase[], files: readonly BaseFile[]): string {
  const names = files.map(({ before, after }) => [before?.uri, after]);
  return JSON.stringify([
    bases.map(({ repository, commit }) => [repository.rootUri.path, commit]),
    names.sort(),
  ]);
}

/** What a comparison came to, in a sentence. */
export function summaryOf({ label, introduced, problem }: Comparison): string {
  if (problem !== undefined) return problem;
  if (introduced === undefined) return l10n.t("Comparing with {0}…", label);
  if (introduced === 0) return l10n.t("Compared with {0}, nothing found is new.", label);
  if (introduced === 1) return l10n.t("Compared with {0}, 1 finding is new.", label);
  return l10n.t("Compared with {0}, {1} findings are new.", label, introduced);
}
