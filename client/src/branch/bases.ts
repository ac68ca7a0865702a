import { l10n, type Memento } from "vscode";
import type { GitApi, Repository } from "../git/git-api.ts";

/** What a repository is compared with. */
export interface Base {
  readonly repository: Repository;
  /** A branch, a tag or a commit, as the user named it. */
  readonly ref: string;
}

/** A base and the commit from which the work since it began. */
export interface ResolvedBase extends Base {
  readonly commit: string;
}

const KEY = "nines.bases";

/** The bases that the user chose, kept with the workspace. */
export class Bases {
  readonly #memento: Memento;

  constructor(memento: Memento) {
    this.#memento = memento;
  }

  /** Those of repositories that are open. */
  of({ repositories }: GitApi): Base[] {
    return repositories.flatMap((repository) => {
      const ref = this.refOf(repository);
      return ref === undefined ? [] : [{ repository, ref }];
    });
  }

  /** Without a ref the repository is compared with nothing. */
  async choose({ rootUri }: Repository, ref: string | undefined): Promise<void> {
    await this.#memento.update(KEY, { ...this.#all(), [rootUri.toString()]: ref });
  }

  refOf({ rootUri }: Repository): string | undefined {
    return this.#all()[rootUri.toString()];
  }

  async forget(): Promise<void> {
    await this.#memento.update(KEY, undefined);
  }

  #all(): Readonly<Record<string, string | undefined>> {
    return this.#memento.get<Record<string, string | undefined>>(KEY, {});
  }
}

/**
 * The last commit that a base has in common with what is checked out.
 * @throws Error with a sentence for people when there is none
 */
export async function resolveBase(base: Base): Promise<ResolvedBase> {
  const { repository, ref } = base;
  // A name that begins with a dash would be an option.
  const commit = ref.startsWith("-") ? undefined : await mergeBase(repository, ref);
  if (commit !== undefined && commit !== "") return { ...base, commit };
  throw new Error(
    l10n.t(
      "“{0}” and what is checked out have no commit in common here. Choose another base; if this clone is shallow, run “git fetch --unshallow” first.",
      ref,
    ),
  );
}

async function mergeBase(repository: Repository, ref: string): Promise<string | undefined> {
  try {
    return await repository.getMergeBase(ref, "HEAD");
  } catch {
    return undefined; // there is no such ref, or no commit yet
  }
}
