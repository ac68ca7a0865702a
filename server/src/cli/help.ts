import type { Command, Option } from "commander";
import { type Message, t } from "../model/message.ts";
import type { Say } from "./output/language.ts";

/** What the library that reads the arguments writes above the parts of the help. */
const TITLES: Readonly<Record<string, Message>> = {
  Usage: t("Usage"),
  Arguments: t("Arguments"),
  Options: t("Options"),
  Commands: t("Commands"),
};

/**
 * Makes the help of a command, and of those that are added to it later, speak the user's language in what the library
 * says by itself. Mistakes are left to whoever catches them.
 */
export function speakHelp(program: Command, say: Say): void {
  const titled = (text: string) =>
    text.replace(/^(\w+):(?= |$)/gm, (whole, title: string) => {
      const known = Object.hasOwn(TITLES, title) ? TITLES[title] : undefined;
      return known === undefined ? whole : `${say(known)}:`;
    });
  program.configureHelp({ optionDescription: (option) => describe(option, say) }).configureOutput({
    writeOut: (text) => process.stdout.write(titled(text)),
    writeErr: (text) => process.stderr.write(titled(text)),
    outputError: () => undefined,
  });
}

function describe({ description, argChoices, defaultValue }: Option, say: Say): string {
  const choices = argChoices?.join(", ");
  const preset = typeof defaultValue === "string" ? defaultValue : undefined;
  if (choices !== undefined && preset !== undefined)
    return say(t("{description} (one of {choices}; default: {preset})", { description, choices, preset }));
  if (choices !== undefined) return say(t("{description} (one of {choices})", { description, choices }));
  return description;
}
