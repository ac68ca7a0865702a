import { type Command, CommanderError } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { inOneLine, t } from "../model/message.ts";
import { EXIT, UsageError } from "./errors.ts";
import { languageOf, type Say } from "./output/language.ts";
import { createProgram } from "./program.ts";
import { usageError } from "./usage-errors.ts";

const ISSUES = "https://github.com/nines-ha/nines/issues";

endQuietlyWhenNobodyReads(process.stdout);
endQuietlyWhenNobodyReads(process.stderr);
process.exitCode = await run(process.argv.slice(2));

/** Runs the command line and returns its exit code. Never throws. */
async function run(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.failed;
  const say = await languageOf(process.env);
  const program = createProgram(manifest.version, say, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Asking for help or the version is no error.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.clean;
    const text = explainError(error, say, program, args);
    if (text !== "") process.stderr.write(`${text}\n`);
    return EXIT.failed;
  }
}

function explainError(error: unknown, say: Say, program: Command, args: readonly string[]): string {
  if (error instanceof CommanderError) return inOneLine(usageError(error, program, args).map(say));
  if (error instanceof UsageError) return inOneLine(error.sentences.map(say));
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
