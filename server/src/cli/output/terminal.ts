import { appendFileSync } from "node:fs";
import createColors from "picocolors";
import { reasonOf } from "../../files/read.ts";
import { languageOf, type Say } from "./language.ts";
import { type Progress, terminalProgress } from "./progress.ts";
import { keepHeapSmall } from "./small-heap.ts";

/** Adds colour to text where it is wanted. */
export type Colors = ReturnType<typeof createColors.createColors>;

/** Where a command works and whom it talks to. */
export interface Terminal {
  readonly cwd: string;
  readonly say: Say;
  readonly colors: Colors;
  /** Characters that fit into a line. */
  readonly columns: number;
  /** What was asked for: reports, diffs, rules. */
  out(text: string): void;
  /** What is about the run itself. */
  err(text: string): void;
  /** Shown on a terminal while a long run goes on. */
  readonly progress: Progress;
  /** Told how many files a run has to read, each time one more is found. May start the program anew. */
  expect(files: number): void;
  /** Markdown for the page of the CI job, where there is one. */
  summary(markdown: string): void;
}

const DEFAULT_COLUMNS = 120;

/** The terminal of this process. */
export async function processTerminal(wantsColor: boolean): Promise<Terminal> {
  const say = await languageOf(process.env);
  const progress = terminalProgress(process.stderr, say);
  return {
    cwd: process.cwd(),
    say,
    progress,
    colors: createColors.createColors(wantsColor && hasColor(process.env, process.stdout.isTTY === true)),
    columns: process.stdout.columns ?? DEFAULT_COLUMNS,
    out(text) {
      progress.clear();
      process.stdout.write(text);
    },
    err(text) {
      progress.clear();
      process.stderr.write(text);
    },
    expect: keepHeapSmall,
    summary: (markdown) => appendTo(process.env.GITHUB_STEP_SUMMARY, markdown),
  };
}

/** The page shows findings that are printed as well: one that cannot be written must not fail the job. */
function appendTo(file: string | undefined, text: string): void {
  if (!file || text === "") return;
  try {
    appendFileSync(file, text);
  } catch (error) {
    process.stderr.write(`The job summary ${file} could not be written: ${reasonOf(error)}.\n`);
  }
}

/** https://no-color.org and https://force-color.org: set and not empty. */
function hasColor(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0";
  return isTerminal && env.TERM !== "dumb";
}
