import { commands, type Disposable } from "vscode";
import { hasChanges } from "../git/changed-manifests.ts";
import type { GitApi, Repository } from "../git/git-api.ts";
import type { BranchCheck } from "./branch-check.ts";

/** Lets menus know whether there is something to compare or to fix. */
export class BranchContextKeys implements Disposable {
  readonly #subscriptions: Disposable[];
  #isStarted = false;
  readonly #values = new Map<string, boolean>();

  constructor(branch: BranchCheck) {
    this.#subscriptions = [
      branch.onDidChange((comparison) => this.#set("nines.isCompared", comparison !== undefined)),
    ];
  }

  /** Begins to listen to Git. */
  start(api: GitApi): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const watch = (repository: Repository) => {
      this.#subscriptions.push(repository.state.onDidChange(() => this.#look(api)));
      this.#look(api);
    };
    this.#subscriptions.push(
      api.onDidOpenRepository(watch),
      api.onDidCloseRepository(() => this.#look(api)),
    );
    api.repositories.forEach(watch);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #look({ repositories }: GitApi): void {
    this.#set("nines.hasRepository", repositories.length > 0);
    this.#set("nines.hasChangedManifests", repositories.some(hasChanges));
  }

  #set(key: string, value: boolean): void {
    if (this.#values.get(key) === value) return;
    this.#values.set(key, value);
    void commands.executeCommand("setContext", key, value);
  }
}
