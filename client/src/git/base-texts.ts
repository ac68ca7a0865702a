import { type CancellationToken, l10n } from "vscode";
import type { BaseFile } from "../../../server/src/server/protocol.ts";
import type { ManifestChange } from "./changed-manifests.ts";
import type { Repository } from "./git-api.ts";

/** Larger files are no manifests; the server does not read them either. */
const MAX_BYTES = 20 * 1024 * 1024;
/** What a change of so much text brings about is nobody's review. */
const MAX_TOTAL = 100 * 1024 * 1024;
const MAX_FILES = 10_000;
/** Programs that Git runs at the same time. */
const PARALLEL = 6;

/** The texts of manifests as a commit has them. What a commit holds never changes, so each is read once. */
export class BaseTexts {
  #known = new Map<string, Promise<string | undefined>>();

  /**
   * Files that changed with the texts they had. One that was too large, or no text, is left out: what is unknown
   * about it counts as unchanged.
   * @throws Error with a sentence for people when there are too many
   */
  async read(
    repository: Repository,
    commit: string,
    changes: readonly ManifestChange[],
    token: CancellationToken,
  ): Promise<BaseFile[]> {
    if (changes.length > MAX_FILES) throw tooMuch();
    const files: BaseFile[] = [];
    const known = new Map<string, Promise<string | undefined>>();
    let total = 0;
    const pending = [...changes];
    const work = async () => {
      for (let change = pending.pop(); change !== undefined; change = pending.pop()) {
        if (token.isCancellationRequested) return;
        const { before, after } = change;
        const was =
          before === undefined ? undefined : await this.#text(repository, commit, before.fsPath, known);
        if (was === TOO_LARGE) continue;
        total += was?.length ?? 0;
        if (total > MAX_TOTAL) throw tooMuch();
        files.push({
          before:
            before === undefined || was === undefined ? undefined : { uri: before.toString(), text: was },
          after: after?.toString(),
        });
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    this.#known = known;
    return files;
  }

  #text(
    repository: Repository,
    commit: string,
    path: string,
    keep: Map<string, Promise<string | undefined>>,
  ): Promise<string | undefined> {
    const key = `${commit}:${path}`;
    const text = this.#known.get(key) ?? textOf(repository, commit, path);
    keep.set(key, text);
    return text;
  }
}

/** No text has this content: it is what stands for one that is not read. */
const TOO_LARGE = "\0";

/** Undefined where the commit has no such file. */
async function textOf(repository: Repository, commit: string, path: string): Promise<string | undefined> {
  try {
    const { size } = await repository.getObjectDetails(commit, path);
    if (size > MAX_BYTES) return TOO_LARGE;
  } catch {
    return undefined;
  }
  const text = await repository.show(commit, path);
  return text.includes("\0") ? TOO_LARGE : text.replace(/^\uFEFF/, "");
}

function tooMuch(): Error {
  return new Error(
    l10n.t(
      "The work since the base changes more manifests than Nines compares in the editor. Choose a base that is nearer, or run “nines check --since”.",
    ),
  );
}
