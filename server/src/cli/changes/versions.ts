import { basename, resolve, sep } from "node:path";
import { isConfigFile } from "../../config/name.ts";
import { isManifestName, mayHoldResources } from "../../files/manifest-names.ts";
import { decode, type ReadOutcome, readManifest } from "../../files/read.ts";
import { type Message, t } from "../../model/message.ts";
import type { VersionSource } from "../../programs/version-tree.ts";
import { UsageError } from "../errors.ts";
import type { Selection } from "../files/select.ts";
import type { Read } from "../load.ts";
import { type ChangedFile, Repository } from "./git.ts";

/** One version of the files: what of it is not as the disk has it. Undefined for a file that is not part of it. */
type Texts = ReadonlyMap<string, ReadOutcome | undefined>;

/** Two versions of the files of a repository. */
export interface Versions {
  readonly before: Version;
  readonly after: Version;
  /** The manifests and configurations that differ. */
  readonly changes: readonly ChangedFile[];
  /** All files that differ. */
  readonly allChanges: readonly ChangedFile[];
  /** What they are compared with, as a person says it. */
  readonly since: Message;
  /** The repository's top folder. */
  readonly root: string;
}

/** Which change is looked at: the work since a ref, or what is staged. */
export type ChangeRequest = { readonly since: string } | { readonly staged: true };

/** The files as they were or will be. */
export class Version {
  readonly #texts: Texts;
  /** Where Git has it; undefined for the files on the disk. */
  readonly source: VersionSource | undefined;

  constructor(texts: Texts, source: VersionSource | undefined) {
    this.#texts = texts;
    this.source = source;
  }

  /** Reads a file of this version. */
  readonly read: Read = (path, isNamed) => {
    if (!this.#texts.has(path)) return readManifest(path, isNamed);
    const outcome = this.#texts.get(path);
    return outcome !== undefined && "text" in outcome && !isNamed && !mayHoldResources(path, outcome.text)
      ? undefined
      : outcome;
  };

  /** A selection made on the disk, with the files that are there in this version instead. `paths` are what was asked for. */
  select(selection: Selection, paths: readonly string[]): Selection {
    const isHere = (path: string) => !this.#texts.has(path) || this.#texts.get(path) !== undefined;
    const targets = selection.targets.filter(({ path }) => isHere(path));
    const known = new Set(selection.targets.map(({ path }) => path));
    const extra = [...this.#texts.keys()].filter((path) => isHere(path) && !known.has(path)).sort();
    const isAskedFor = (path: string) =>
      paths.some((asked) => path === asked || path.startsWith(asked + sep));
    const manifests = extra.filter((path) => !isConfigFile(slashed(path)));
    const asked = manifests.filter(isAskedFor);
    return {
      ...selection,
      targets: [...targets, ...asked.map((path) => ({ path, isNamed: false }))],
      configs: new Set(
        [
          ...selection.configs,
          ...extra.filter((path) => isConfigFile(slashed(path)) && isAskedFor(path)),
        ].filter(isHere),
      ),
      context: () => {
        const found = selection.context().filter(isHere);
        return [...found, ...manifests.filter((path) => !isAskedFor(path) && !found.includes(path))];
      },
    };
  }
}

/**
 * The two versions that a request is about.
 * @throws UsageError when Git cannot tell, or a path is outside of the repository
 */
export function versionsOf(request: ChangeRequest, cwd: string, paths: readonly string[]): Versions {
  const repository = Repository.around(cwd);
  for (const path of paths) {
    const absolute = resolve(cwd, path);
    if (absolute !== repository.root && !absolute.startsWith(repository.root + sep))
      throw new UsageError(
        t(
          "“{path}” is not part of the repository {root}, so nothing is known about its changes. Run the command in its own repository.",
          { path, root: repository.root },
        ),
      );
  }
  return "staged" in request ? staged(repository) : since(repository, request.since);
}

function since(repository: Repository, ref: string): Versions {
  const commit = repository.mergeBase(ref);
  const { root } = repository;
  const allChanges = repository.changesSince(commit);
  const changes = allChanges.filter(matters);
  return {
    before: new Version(textsBefore(repository, changes), { root, version: { commit } }),
    after: new Version(new Map(), undefined),
    ...{ changes, allChanges, root },
    since: t("{ref} (commit {commit})", { ref, commit: commit.slice(0, 12) }),
  };
}

/** The index against the last commit; what is changed on the disk but not staged does not count. */
function staged(repository: Repository): Versions {
  const { root } = repository;
  const allChanges = repository.stagedChanges();
  const changes = allChanges.filter(matters);
  const unstaged = repository.unstagedChanges().filter(matters);
  const after: [string, ReadOutcome | undefined][] = repository.untracked().map((path) => [path, undefined]);
  const known = unstaged.filter(hasOld);
  for (const [i, content] of repository.contents(known.map(({ oldObject }) => oldObject)).entries()) {
    const path = known[i]?.before;
    if (path !== undefined) after.push([path, decode(content)]);
  }
  const index = new Map(after);
  const before = new Map([...index, ...textsBefore(repository, changes)]);
  // Before the first commit there is nothing to build.
  const head = repository.head;
  return {
    before: new Version(before, { root, version: head === undefined ? "index" : { commit: head } }),
    after: new Version(index, { root, version: "index" }),
    ...{ changes, allChanges, root },
    since: t("the last commit"),
  };
}

function textsBefore(
  repository: Repository,
  changes: readonly ChangedFile[],
): Map<string, ReadOutcome | undefined> {
  const texts = new Map<string, ReadOutcome | undefined>();
  for (const { before, after } of changes)
    if (after !== undefined && after !== before) texts.set(after, undefined);
  const known = changes.filter(hasOld);
  const contents = repository.contents(known.map(({ oldObject }) => oldObject));
  for (const [i, content] of contents.entries()) {
    const path = known[i]?.before;
    if (path !== undefined) texts.set(path, decode(content));
  }
  return texts;
}

function hasOld(change: ChangedFile): change is ChangedFile & { oldObject: string } {
  return change.oldObject !== undefined && change.before !== undefined;
}

function matters({ before, after }: ChangedFile): boolean {
  return [before, after].some((path) => path !== undefined && isManifestName(basename(path)));
}

function slashed(path: string): string {
  return path.split(sep).join("/");
}
