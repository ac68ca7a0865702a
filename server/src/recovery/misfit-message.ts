import { type Message, t } from "../model/message.ts";
import { parseDuration } from "./durations.ts";
import type { Misfit } from "./schema-check.ts";

/** What is wrong, and what to write instead; `near` is what was probably meant. */
export function misfitMessage(misfit: Misfit, near?: string): Message {
  switch (misfit.kind) {
    case "unknown":
      return near === undefined
        ? t("There is no field {name} here, so it has no effect. Known are: {known}.", {
            name: misfit.name,
            known: misfit.known.join(", "),
          })
        : t("There is no field {name} here, so it has no effect. Did you mean {near}?", {
            name: misfit.name,
            near,
          });
    case "missing":
      return t("{name} is missing here, and nothing can stand in for it. Add it.", { name: misfit.name });
    case "word":
      return t("“{value}” is none of the words that are known here: {words}.", {
        value: misfit.value,
        words: misfit.words.join(", "),
      });
    case "range":
      return outside(misfit);
    case "empty":
      return t("This is empty, so nothing is said. Write what is meant, or remove it.");
    case "type":
      return expected(misfit.expected);
    default:
      return misread(misfit.value, misfit.example);
  }
}

function outside({ value, minimum, maximum }: Extract<Misfit, { kind: "range" }>): Message {
  if (maximum === undefined)
    return t("{value} is not possible here: it must be above {minimum}.", { value, minimum: minimum ?? 0 });
  return t("{value} is not possible here: it must be between {minimum} and {maximum}.", {
    value,
    minimum: minimum ?? 0,
    maximum,
  });
}

function expected(type: string): Message {
  switch (type) {
    case "object":
      return t("Fields are expected here (name: value), so what is written is not read.");
    case "array":
      return t("A list is expected here, so what is written is not read.");
    case "boolean":
      return t("true or false is expected here, so what is written is not read.");
    case "number":
    case "integer":
      return t("A number is expected here, so what is written is not read.");
    default:
      return t("A text is expected here, so what is written is not read.");
  }
}

/** A text that is not of its form; durations are told apart, since they are what the numbers are made of. */
function misread(value: string, example: string): Message {
  const seconds = parseDuration(value);
  if (seconds !== undefined && seconds < 0)
    return t("{value} is negative: nothing ends before it begins. Write a duration such as {example}.", {
      value,
      example,
    });
  if (seconds === 0)
    return t(
      "{value} is no time at all, and this cannot be done in none. Write how long it takes, such as {example}.",
      {
        value,
        example,
      },
    );
  if (/^-?\d+(?:\.\d+)?$/.test(value))
    return t("{value} has no unit, so nobody can tell how long it is. Write a duration such as {example}.", {
      value,
      example,
    });
  return t("“{value}” cannot be read here. Write it like this: {example}.", { value, example });
}
