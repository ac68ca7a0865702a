import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Message, t } from "../model/message.ts";
import { findProgram } from "./find.ts";
import { type Command, type RunOutcome, runForBytes } from "./run.ts";

/** A version of the files of a repository: a commit, by its hash, or what is staged. */
export type GitVersion = { readonly commit: string } | "index";

/** What is to be written where. */
export interface ExportRequest {
  /** Absolute path of the repository's top folder. */
  readonly root: string;
  readonly version: GitVersion;
  /** Files and folders, relative to the top folder, with `/`; everything where one is empty. */
  readonly paths: readonly string[];
  /** Absolute path of an empty folder. */
  readonly into: string;
  /** How long it may take in all, in milliseconds. */
  readonly timeout: number;
  /** The environment in which Git is looked for, and that it gets. */
  readonly env?: NodeJS.ProcessEnv;
}

/** How an export ended. */
export type ExportOutcome =
  /** `left` are the links and submodules among what was asked for, relative to the top folder. */
  | { readonly status: "done"; readonly left: readonly string[] }
  | { readonly status: "failed"; readonly reason: Message }
  | { readonly status: "cancelled" };

/** More than that is no set of charts and kustomizations. */
const MAX_FILES = 20_000;
const MAX_BYTES = 128 * 1024 * 1024;
/** What Git says about the files: a line for each. */
const MAX_LIST = 64 * 1024 * 1024;
/** Windows takes the fewest characters. */
const MAX_COMMAND_LINE = 16_000;

interface Entry {
  readonly path: string;
  readonly object: string;
  /** Whether it is neither a link nor a submodule. */
  readonly isFile: boolean;
}

/**
 * Writes the files of a version below a folder, as Git holds them. Runs no hooks, filters or other programs, changes
 * nothing in the repository and fetches nothing; links and submodules are left out, so that nothing leads outside.
 */
export async function exportFiles(request: ExportRequest, signal: AbortSignal): Promise<ExportOutcome> {
  if (request.paths.length === 0) return { status: "done", left: [] };
  const env = request.env ?? process.env;
  const program = findProgram("git", env);
  if (program === undefined) return failed(missing());
  const git = new Git(program, request, env, signal);
  const listed = await git.list();
  if (listed.status !== "done") return failure(listed);
  const isWanted = wantedIn(request.paths);
  const all = entriesIn(listed.output.toString("utf8")).filter(({ path }) => isWanted(path));
  const entries = all.filter(({ isFile }) => isFile);
  if (entries.length > MAX_FILES) return failed(tooMuch());
  const sizes = await git.ask("--batch-check=%(objectsize)", entries, MAX_LIST);
  if (sizes.status !== "done") return failure(sizes);
  const lines = sizes.output.toString("utf8").split("\n");
  const total = entries.reduce((sum, _, i) => sum + Number(lines[i] || Number.NaN), 0);
  if (Number.isNaN(total)) return failed(notHere());
  if (total > MAX_BYTES) return failed(tooMuch());
  const contents = await git.ask("--batch", entries, total + MAX_LIST);
  if (contents.status !== "done") return failure(contents);
  const isWhole = await writeAll(request.into, entries, contents.output, signal);
  if (signal.aborted) return { status: "cancelled" };
  if (!isWhole) return failed(notHere());
  return { status: "done", left: all.flatMap(({ path, isFile }) => (isFile ? [] : [path])) };
}

class Git {
  readonly #program: string;
  readonly #request: ExportRequest;
  readonly #env: NodeJS.ProcessEnv;
  readonly #signal: AbortSignal;
  readonly #deadline: number;

  constructor(program: string, request: ExportRequest, env: NodeJS.ProcessEnv, signal: AbortSignal) {
    this.#program = program;
    this.#request = request;
    this.#env = env;
    this.#signal = signal;
    this.#deadline = performance.now() + request.timeout;
  }

  list(): Promise<RunOutcome<Buffer>> {
    const { version, paths } = this.#request;
    const args =
      version === "index" ? ["ls-files", "--stage", "-z"] : ["ls-tree", "-r", "-z", version.commit];
    // Command lines have an end; of a longer list everything is asked for.
    const isShort = paths.join(" ").length < MAX_COMMAND_LINE && !paths.includes("");
    return this.#run([...args, "--", ...(isShort ? paths : [])], MAX_LIST);
  }

  ask(mode: string, entries: readonly Entry[], maxOutput: number): Promise<RunOutcome<Buffer>> {
    return this.#run(["cat-file", mode], maxOutput, entries.map(({ object }) => `${object}\n`).join(""));
  }

  #run(args: readonly string[], maxOutput: number, input = ""): Promise<RunOutcome<Buffer>> {
    const command: Command = {
      program: this.#program,
      // Names are names, whatever signs are in them.
      args: ["-c", "core.fsmonitor=false", "--literal-pathspecs", ...args],
      cwd: this.#request.root,
      env: {
        ...definedIn(this.#env),
        LC_ALL: "C",
        GIT_OPTIONAL_LOCKS: "0",
        GIT_TERMINAL_PROMPT: "0",
        // In a partial clone Git would fetch what it lacks.
        GIT_NO_LAZY_FETCH: "1",
        GIT_ALLOW_PROTOCOL: "none",
      },
      timeout: Math.max(1, this.#deadline - performance.now()),
      ...{ maxOutput, input },
    };
    return runForBytes(command, this.#signal);
  }
}

/** Of `<mode> blob <object>\t<path>` and `<mode> <object> <stage>\t<path>`. */
function entriesIn(list: string): Entry[] {
  return list.split("\0").flatMap((line) => {
    const tab = line.indexOf("\t");
    const [mode = "", ...words] = line.slice(0, tab).split(" ");
    const object = words.find((word) => /^[0-9a-f]{40,64}$/.test(word));
    const path = line.slice(tab + 1);
    if (tab <= 0 || object === undefined || !isInside(path)) return [];
    return [{ path, object, isFile: mode.startsWith("100") }];
  });
}

/** Whether a path is one of these, or lies below one. */
function wantedIn(paths: readonly string[]): (path: string) => boolean {
  const wanted = new Set(paths);
  return (path) => {
    if (wanted.has("")) return true;
    for (let part = path; part !== ""; part = part.slice(0, Math.max(0, part.lastIndexOf("/"))))
      if (wanted.has(part)) return true;
    return false;
  };
}

/** Git refuses such names, unless somebody has made the objects by hand. */
function isInside(path: string): boolean {
  return path.split(/[/\\]/).every((part) => !["", ".", ".."].includes(part)) && !/^[A-Za-z]:/.test(path);
}

/** Returns whether all of it was there. */
async function writeAll(
  into: string,
  entries: readonly Entry[],
  output: Buffer,
  signal: AbortSignal,
): Promise<boolean> {
  let at = 0;
  for (const { path } of entries) {
    if (signal.aborted) return true;
    const lineEnd = output.indexOf("\n", at);
    const size = Number(output.toString("latin1", at, lineEnd).split(" ")[2] ?? Number.NaN);
    if (lineEnd < 0 || !Number.isInteger(size)) return false;
    const file = join(into, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, output.subarray(lineEnd + 1, lineEnd + 1 + size));
    at = lineEnd + 1 + size + 1;
  }
  return true;
}

function definedIn(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}

function failed(reason: Message): ExportOutcome {
  return { status: "failed", reason };
}

function failure(outcome: Exclude<RunOutcome<Buffer>, { status: "done" }>): ExportOutcome {
  switch (outcome.status) {
    case "cancelled":
      return { status: "cancelled" };
    case "tooMuch":
      return failed(tooMuch());
    case "timeout":
      return failed(
        t("Git took too long to give the files as they were. Try it again, or leave out what is not needed."),
      );
    case "failed":
      return failed(
        t("Git could not give the files as they were: {reason}.", {
          reason: (outcome.reason.split("\n").at(-1) ?? "").replace(/^fatal: |\.$/g, ""),
        }),
      );
  }
}

function missing(): Message {
  return t("Git is not installed or not on the PATH, so the files as they were cannot be had. Install it.");
}

function notHere(): Message {
  return t(
    "This clone lacks some of the files as they were, and Nines fetches nothing. Run `git fetch --refetch`, or clone without --filter.",
  );
}

function tooMuch(): Message {
  return t(
    "The charts and kustomizations as they were have more than {files} files or {size} MiB. Name the folders that matter.",
    { files: MAX_FILES, size: MAX_BYTES / 1024 / 1024 },
  );
}
