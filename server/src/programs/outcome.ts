import { type Message, t } from "../model/message.ts";
import type { Build } from "../render/build.ts";
import type { Command, RunOutcome } from "./run.ts";

/** What a build came to. */
export type BuildOutcome =
  | {
      readonly status: "built";
      readonly output: string;
      /** Hashes of the files of a kustomization as they went into it, by path. */
      readonly sums: ReadonlyMap<string, string>;
    }
  | { readonly status: "failed"; readonly reason: Message }
  /** The program for it is not installed; the same for every build of the kind. */
  | { readonly status: "missing" }
  | { readonly status: "cancelled" };

/** A build that failed, and why. */
export function failed(reason: Message): BuildOutcome {
  return { status: "failed", reason };
}

/** What the run of a build's program means. `sums` are of the files that went into it. */
export function outcomeOf(
  run: RunOutcome,
  { kind }: Build,
  { timeout, maxOutput }: Command,
  sums: ReadonlyMap<string, string>,
): BuildOutcome {
  const program = kind === "chart" ? "helm template" : "kustomize build";
  switch (run.status) {
    case "done":
      return { status: "built", output: run.output, sums };
    case "cancelled":
      return { status: "cancelled" };
    case "timeout":
      return failed(
        t(
          "`{program}` took longer than {seconds} s and was ended, so nothing is known about what it makes. Run it by hand to see why, or allow more time.",
          { program, seconds: timeout / 1000 },
        ),
      );
    case "tooMuch":
      return failed(
        t(
          "`{program}` wrote more than {size} MiB and was ended, so nothing is known about what it makes. Run it by hand to see why.",
          { program, size: maxOutput / 1024 / 1024 },
        ),
      );
    case "failed":
      return failed(reasonOf(run.reason, program));
  }
}

const DEPENDENCIES = /missing in charts\/ directory: ([^\n]+)/;

function reasonOf(said: string, program: string): Message {
  const missing = DEPENDENCIES.exec(said)?.[1];
  if (missing !== undefined)
    return t(
      "The chart depends on {missing}, which is not under charts/. Nines downloads nothing: run `helm dependency build` first.",
      { missing },
    );
  return t("`{program}` failed, so nothing is known about what it makes: {reason}", {
    program,
    reason: complaintIn(said),
  });
}

/**
 * The first line that is no warning says what is wrong; those below it are hints how to see more, unless it breaks off in
 * the middle of what it quotes.
 */
function complaintIn(said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "" && !/^(?:#|WARNING|W\d{4} )/.test(line));
  const at = Math.max(
    0,
    lines.findIndex((each) => /^error: /i.test(each)),
  );
  const line = lines[at] ?? "it does not say why";
  const whole = /[`:]$/.test(line) ? lines.slice(at).join(" ") : line;
  const text = whole.replace(/^error: /i, "").trim();
  return text.length > 500 ? `${text.slice(0, 250)} … ${text.slice(-250)}` : text;
}
