import { CommanderError } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { t } from "../model/message.ts";
import { EXIT, UsageError } from "./errors.ts";
import { languageOf } from "./output/language.ts";
import { createProgram } from "./program.ts";

const ISSUES = "https://github.com/nines-ha/nines/issues";

endQuietlyWhenNobodyReads(process.stdout);
endQuietlyWhenNobodyReads(process.stderr);
process.exitCode = await run(process.argv.slice(2));

/** Runs the command line and returns its exit code. Never throws. */
async function run(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.failed;
  try {
    const program = createProgram(manifest.version, (code) => {
      exitCode = code;
    });
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // It has printed its message; asking for help or the version is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.failed;
    process.stderr.write(`${await explainError(error)}\n`);
    return EXIT.failed;
  }
}

async function explainError(error: unknown): Promise<string> {
  const say = await languageOf(process.env);
  if (error instanceof UsageError) return error.sentences.map(say).join(" ");
  const reason = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const sentence = t(
    "Nines stopped because of a defect of its own: {reason}. Nothing is known about your files. Try the newest version; if it still happens, please report it at {url} with the lines below.",
    { reason, url: ISSUES },
  );
  return `${say(sentence)}\n${stack}`;
}

/** `nines check | head` closes the pipe early, which is no failure. */
function endQuietlyWhenNobodyReads(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}
