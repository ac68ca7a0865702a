import { createHash, randomUUID } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { MAX_BYTES, reasonOf } from "../files/read.ts";
import { t } from "../model/message.ts";
import type { CheckOptions } from "./commands/check.ts";
import { UsageError } from "./errors.ts";
import { select } from "./files/select.ts";
import type { Terminal } from "./output/terminal.ts";

/** What a run printed, and how it ended. */
interface Outcome {
  readonly out: string;
  readonly err: string;
  readonly summary: string;
  readonly exitCode: number;
}

/** So many runs are kept; the one that was used longest ago goes first. */
const MAX_RUNS = 30;
/** No name of a manifest: the folder may lie among the files that are checked. */
const SUFFIX = ".nines-run";

/**
 * The outcomes of earlier runs, by everything that decides them: the content of every file that could be read, the
 * options, the language, this program's own code, and the day. Nothing is believed for its time or size, so what is
 * answered is what a run would have said.
 */
class Cache {
  readonly #folder: string;

  /** @throws UsageError when the folder cannot be made */
  constructor(folder: string) {
    this.#folder = folder;
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw new UsageError(
        t(
          "The cache folder {folder} cannot be used: {reason}. Name one that is yours to write, or leave out --cache.",
          {
            folder,
            reason: reasonOf(error),
          },
        ),
      );
    }
  }

  /** Answers with what an earlier run said, or runs and keeps what it says. Returns the exit code. */
  async run(
    key: string,
    terminal: Terminal,
    check: (terminal: Terminal) => Promise<number>,
  ): Promise<number> {
    const known = this.#read(key);
    if (known !== undefined) {
      // Before anything is written: whoever reads it may stop reading.
      process.exitCode = known.exitCode;
      terminal.err(known.err);
      terminal.summary(known.summary);
      terminal.out(known.out);
      return known.exitCode;
    }
    const said = { out: "", err: "", summary: "" };
    const exitCode = await check({
      ...terminal,
      out(text) {
        said.out += text;
        terminal.out(text);
      },
      err(text) {
        said.err += text;
        terminal.err(text);
      },
      summary(text) {
        said.summary += text;
        terminal.summary(text);
      },
    });
    this.#write(key, { ...said, exitCode });
    return exitCode;
  }

  #read(key: string): Outcome | undefined {
    const path = this.#path(key);
    try {
      const [checksum = "", body = ""] = split(readFileSync(path, "utf8"));
      // A file that was cut off or edited is no answer.
      if (checksum !== sha256(body)) return undefined;
      utimesSync(path, new Date(), new Date());
      return JSON.parse(body) as Outcome; // written below, and whole
    } catch {
      return undefined;
    }
  }

  /** Not being able to keep an outcome only costs time. */
  #write(key: string, outcome: Outcome): void {
    const body = JSON.stringify(outcome);
    const temporary = `${this.#path(key)}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, `${sha256(body)}\n${body}`);
      renameSync(temporary, this.#path(key));
      this.#prune();
    } catch {
      rmSync(temporary, { force: true });
    }
  }

  #prune(): void {
    const runs = readdirSync(this.#folder)
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => join(this.#folder, name))
      .map((path) => ({ path, used: statSync(path).mtimeMs }))
      .sort((a, b) => b.used - a.used);
    for (const { path } of runs.slice(MAX_RUNS)) rmSync(path, { force: true });
  }

  #path(key: string): string {
    return join(this.#folder, key + SUFFIX);
  }
}

/**
 * `nines check --cache`: what an earlier run said when nothing that decides it changed, else a run. What depends on Git's
 * objects, standard input or other programs is never answered from the cache.
 * @throws UsageError when the folder cannot be used, or a path does not exist
 */
export async function cached(
  paths: readonly string[],
  options: CheckOptions & { readonly cache: string },
  terminal: Terminal,
  check: (terminal: Terminal) => Promise<number>,
): Promise<number> {
  const { since, staged, stdin, render, writeBaseline } = options;
  if ([since, staged, stdin, render, writeBaseline].some((option) => option !== undefined))
    return check(terminal);
  const cache = new Cache(resolve(terminal.cwd, options.cache));
  return cache.run(keyOf(paths, options, terminal), terminal, check);
}

/** What decides the outcome of a check, hashed. */
function keyOf(
  paths: readonly string[],
  options: CheckOptions,
  { cwd, say, columns, colors }: Terminal,
): string {
  const hash = createHash("sha256");
  const add = (text: string | Buffer) => hash.update(`${text.length}\n`).update(text);
  add(programItself());
  // Rules may say that something is too old.
  add(new Date().toISOString().slice(0, 10));
  add(JSON.stringify([cwd, paths, { ...options, cache: undefined }, columns, colors.isColorSupported]));
  add(say(t("No problems in {scope}.", { scope: "" })));
  const selection = select(cwd, paths);
  const named = [options.config, options.baseline].flatMap((file) =>
    file === undefined ? [] : [resolve(cwd, file)],
  );
  const targets = selection.targets.map(({ path, isNamed }) => `${isNamed} ${path}`);
  const files = [
    ...selection.targets.map(({ path }) => path),
    ...selection.context(),
    ...selection.configs,
    ...named,
  ];
  add(JSON.stringify([targets, selection.unreadable.map(({ path }) => path)]));
  for (const path of files) {
    add(path);
    add(contentOf(path));
  }
  return hash.digest("hex");
}

/** The entry names the other parts by their content, so its own content stands for the whole program. */
function programItself(): Buffer | string {
  try {
    return readFileSync(new URL("../cli.mjs", import.meta.url));
  } catch {
    // Run from its sources, for which no single file stands: never the same program twice.
    return randomUUID();
  }
}

/** Why a file cannot be read is part of the outcome, too. */
function contentOf(path: string): Buffer | string {
  try {
    const { size } = statSync(path);
    // Refused whatever it holds.
    return size > MAX_BYTES ? `${size}` : readFileSync(path);
  } catch (error) {
    return reasonOf(error);
  }
}

function split(text: string): [string, string] {
  const end = text.indexOf("\n");
  return [text.slice(0, end), text.slice(end + 1)];
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
