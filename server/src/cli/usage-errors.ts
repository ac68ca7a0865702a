import type { Command, CommanderError } from "commander";
import { type Message, t } from "../model/message.ts";

/** How the library that reads the arguments says what is wrong with them, by its code, and how Nines says it. */
const ERRORS: Readonly<Record<string, { pattern: RegExp; say(...found: string[]): Message }>> = {
  "commander.unknownCommand": {
    pattern: /unknown command '(.+?)'(?:\n\(Did you mean (?:one of )?(.+?)\?\))?$/,
    say: (name, closest) =>
      closest === ""
        ? t("There is no command “{name}”.", { name })
        : t("There is no command “{name}”. Did you mean “{closest}”?", { name, closest }),
  },
  "commander.unknownOption": {
    pattern: /unknown option '(.+?)'(?:\n\(Did you mean (?:one of )?(.+?)\?\))?$/,
    say: (name, closest) =>
      closest === ""
        ? t("There is no option “{name}” here.", { name })
        : t("There is no option “{name}” here. Did you mean “{closest}”?", { name, closest }),
  },
  "commander.invalidArgument": {
    pattern: /option '(.+?)' argument '(.*?)' is invalid\. Allowed choices are (.+)\.$/,
    say: (option, value, choices) =>
      t("“{value}” is no value for {option}. Write one of {choices}.", { option, value, choices }),
  },
  "commander.optionMissingArgument": {
    pattern: /option '(.+?)' argument missing$/,
    say: (option) => t("{option} needs a value, and none is written behind it.", { option }),
  },
  "commander.missingArgument": {
    pattern: /missing required argument '(.+?)'$/,
    say: (name) => t("The argument <{name}> is missing.", { name }),
  },
  "commander.missingMandatoryOptionValue": {
    pattern: /required option '(.+?)' not specified$/,
    say: (option) => t("{option} is missing, and nothing can be done without it.", { option }),
  },
  "commander.excessArguments": {
    pattern: /too many arguments for '(.+?)'\. Expected (\d+) .*? but got (\d+)\.$/,
    say: (command, expected, given) =>
      t("`{command}` takes {expected} arguments, and {given} are written.", { command, expected, given }),
  },
};

/** What is wrong with the arguments, and where to read what is right; empty where the help itself was printed. */
export function usageError(error: CommanderError, program: Command, args: readonly string[]): Message[] {
  if (error.code === "commander.help") return [];
  const known = ERRORS[error.code];
  const found = known?.pattern.exec(error.message);
  const sentence =
    known !== undefined && found
      ? known.say(...found.slice(1).map((part) => part ?? ""))
      : t("The command line cannot be read: {reason}.", { reason: error.message });
  const command = commandOf(program, args);
  return [sentence, t("`{command} --help` lists what can be written.", { command })];
}

/** The command that is meant, as it is typed: `nines shift promote`. */
function commandOf(program: Command, args: readonly string[]): string {
  const names = [program.name()];
  let command: Command | undefined = program;
  for (const arg of args) {
    command = command.commands.find((each) => each.name() === arg);
    if (command === undefined) break;
    names.push(arg);
  }
  return names.join(" ");
}
