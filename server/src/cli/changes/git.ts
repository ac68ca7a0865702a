import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { type Message, t } from "../../model/message.ts";
import { UsageError } from "../errors.ts";

/** One file that differs between two versions; paths are absolute. */
export interface ChangedFile {
  /** Undefined for a file that is new. */
  readonly before: string | undefined;
  /** Undefined for a file that is gone. */
  readonly after: string | undefined;
  /** The object that holds the content before; undefined for a new file. */
  readonly oldObject: string | undefined;
  /** The object that holds the content after; undefined where it is the file on the disk, or gone. */
  readonly newObject: string | undefined;
}

/** Objects can be large, lists of changed files too. */
const MAX_OUTPUT = 1024 * 1024 * 1024;
const NOTHING = /^0+$/;
const SUBMODULE = "160000";

/** A Git repository, read through the `git` command. Runs no hooks, external diffs or filters' programs of its own accord. */
export class Repository {
  /** Its top folder. */
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  /**
   * The repository around a folder: a clone, a linked worktree or a submodule.
   * @throws UsageError when there is none or Git is missing
   */
  static around(folder: string): Repository {
    // Relative: the folder may be written with links in it, and the files' paths are to be written the same way.
    const outcome = attempt(folder, ["rev-parse", "--show-cdup"]);
    if ("output" in outcome) return new Repository(resolve(folder, outcome.output.toString().trimEnd()));
    throw new UsageError(noRepository(folder, outcome));
  }

  /**
   * The commit from which the work since `ref` began: the last one that it has in common with what is checked out.
   * @throws UsageError when there is no such ref, or history that is not there hides the commit
   */
  mergeBase(ref: string): string {
    // A name that begins with a dash would be an option.
    if (
      ref.startsWith("-") ||
      !("output" in this.#try(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]))
    )
      throw new UsageError(this.#unknown(ref));
    const outcome = this.#try(["merge-base", ref, "HEAD"]);
    if ("output" in outcome) return outcome.output.toString().trim();
    if (this.isShallow)
      throw new UsageError(
        t(
          "The history of this clone is cut off before the commit in which “{ref}” and what is checked out meet. Run `git fetch --unshallow`, or set the depth of the checkout to 0.",
          { ref },
        ),
      );
    throw new UsageError(
      t(
        "“{ref}” and what is checked out have no commit in common, so there is no change between them to look at. Name the branch that this work began from.",
        { ref },
      ),
    );
  }

  /** Whether its history was cut off when it was cloned. */
  get isShallow(): boolean {
    return this.#run(["rev-parse", "--is-shallow-repository"]).toString().trim() === "true";
  }

  /** What differs between a commit and the files on the disk, files that Git does not know yet included. */
  changesSince(commit: string): ChangedFile[] {
    return [...this.#diff(["diff", ...RAW, commit, "--"]), ...this.untracked().map(added)];
  }

  /** The hash of the last commit; undefined before the first one. */
  get head(): string | undefined {
    const head = this.#try(["rev-parse", "--verify", "--quiet", "HEAD"]);
    return "output" in head ? head.output.toString().trim() : undefined;
  }

  /** What is staged: the differences between the last commit, or none, and the index. */
  stagedChanges(): ChangedFile[] {
    return this.#diff(["diff", "--cached", ...RAW, this.head ?? this.#emptyTree(), "--"]);
  }

  /** What differs between the index and the files on the disk. */
  unstagedChanges(): ChangedFile[] {
    return this.#diff(["diff", ...RAW, "--"]);
  }

  /** Files on the disk that are neither tracked nor ignored. */
  untracked(): string[] {
    return split(this.#run(["ls-files", "--others", "--exclude-standard", "-z"])).map((path) =>
      join(this.root, path),
    );
  }

  /** The contents of objects, in order. */
  contents(objects: readonly string[]): Buffer[] {
    if (objects.length === 0) return [];
    const output = this.#run(["cat-file", "--batch"], `${objects.join("\n")}\n`);
    let at = 0;
    return objects.map((object) => {
      const lineEnd = output.indexOf("\n", at);
      const size = Number(output.toString("latin1", at, lineEnd).split(" ")[2]);
      // In a partial clone whose server cannot be reached, Git says “missing” instead.
      if (!Number.isInteger(size))
        throw new UsageError(
          t("Git has no content for object {object}. Run `git fetch` to get it.", { object }),
        );
      const start = lineEnd + 1;
      at = start + size + 1;
      return output.subarray(start, start + size);
    });
  }

  #unknown(ref: string) {
    if (this.head === undefined)
      return t(
        "This repository has no commit yet, so there is nothing to compare with. Make the first one, or check everything.",
      );
    const branch = ref.replace(/^origin\//, "");
    if (this.isShallow)
      return t(
        "This clone is shallow and has no “{ref}”. Run `git fetch --no-tags origin +refs/heads/{branch}:refs/remotes/origin/{branch}` and `git fetch --unshallow`, or set the depth of the checkout to 0.",
        { ref, branch },
      );
    return t(
      "This repository has no commit called “{ref}”. Name a branch, a tag or a commit that exists here; `git fetch origin {branch}` gets a branch of the server, which is then `origin/{branch}`.",
      { ref, branch },
    );
  }

  #emptyTree(): string {
    return this.#run(["hash-object", "-t", "tree", "--stdin"], "").toString().trim();
  }

  #diff(args: readonly string[]): ChangedFile[] {
    const parts = split(this.#run(args));
    const changes: ChangedFile[] = [];
    for (let i = 0; i < parts.length; ) {
      const [oldMode = "", newMode, oldObject = "", newObject = "", status = ""] = (parts[i++] ?? "")
        .slice(1)
        .split(" ");
      const first = join(this.root, parts[i++] ?? "");
      const second = /^[RC]/.test(status) ? join(this.root, parts[i++] ?? "") : first;
      // What a submodule holds is its own repository's business.
      if (oldMode === SUBMODULE || newMode === SUBMODULE) continue;
      const isNew = status === "A" || status.startsWith("C");
      const isGone = status === "D";
      changes.push({
        before: isNew ? undefined : first,
        after: isGone ? undefined : second,
        oldObject: isNew || NOTHING.test(oldObject) ? undefined : oldObject,
        newObject: isGone || NOTHING.test(newObject) ? undefined : newObject,
      });
    }
    return changes;
  }

  #run(args: readonly string[], input?: string): Buffer {
    const outcome = this.#try(args, input);
    if ("output" in outcome) return outcome.output;
    throw new UsageError(
      t("Git could not tell what changed: {reason}. Run `git {command}` to see more.", {
        reason: outcome.reason,
        command: args[0] ?? "",
      }),
    );
  }

  #try(args: readonly string[], input?: string): Attempt {
    return attempt(this.root, args, input);
  }
}

function noRepository(folder: string, { reason, isMissing }: Refusal): Message {
  if (isMissing)
    return t("Changes are found with Git, which is not installed or not on the PATH. Install it.");
  if (reason.startsWith("not a git repository"))
    return t(
      "“{folder}” is not part of a Git repository, so nothing is known about changes. Run this inside of a clone, or check everything.",
      { folder },
    );
  return t("Git cannot read the repository of “{folder}”, so nothing is known about changes: {reason}.", {
    folder,
    reason,
  });
}

/** Machine-readable, with renames, whatever the user's settings say. */
const RAW = [
  "--raw",
  "-z",
  "--no-abbrev",
  "--find-renames",
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "--ignore-submodules=dirty",
];

interface Refusal {
  readonly reason: string;
  /** Whether Git is not there. */
  readonly isMissing: boolean;
}

type Attempt = { readonly output: Buffer } | Refusal;

function attempt(cwd: string, args: readonly string[], input = ""): Attempt {
  try {
    const output = execFileSync("git", ["-c", "core.fsmonitor=false", ...args], {
      cwd,
      input,
      maxBuffer: MAX_OUTPUT,
      stdio: ["pipe", "pipe", "pipe"],
      // Its sentences in English, no locks taken, nobody asked for a password.
      env: { ...process.env, LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0" },
    });
    return { output };
  } catch (error) {
    // What `execFileSync` throws.
    const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: Buffer };
    const said = stderr
      ?.toString()
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^fatal: /, "")
      .replace(/\.$/, "");
    return { reason: said || message, isMissing: code === "ENOENT" };
  }
}

function added(path: string): ChangedFile {
  return { before: undefined, after: path, oldObject: undefined, newObject: undefined };
}

/** The parts of an output that NULs end. */
function split(output: Buffer): string[] {
  const text = output.toString();
  return text === "" ? [] : text.replace(/\0$/, "").split("\0");
}
