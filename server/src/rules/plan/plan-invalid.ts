import { type Message, t } from "../../model/message.ts";
import { documentSchemas, OWN_API_VERSION } from "../../recovery/document-schemas.ts";
import { parseDuration } from "../../recovery/durations.ts";
import { closest } from "../../text/closest.ts";
import { defineRule } from "../rule.ts";
import { type Misfit, misfitsIn } from "./schema-check.ts";

/** What was probably meant by a word; undefined when nothing is near. */
type Suggestion = { readonly misfit: Misfit; readonly near: string | undefined };

export default defineRule<Suggestion>({
  id: "plan-invalid",
  title: "Recovery document with something that cannot be read",
  severity: "error",
  appliesTo: ["nines/*/DisasterRecoveryPlan", "nines/*/VSphereHACluster"],
  judges: ["complete", "patch", "template"],
  docs: {
    why: "What a plan promises is computed from what it says. A field with a misspelt name is not read at all, a duration without a unit or below zero cannot be counted, and a word that nobody knows leaves open what is meant: the computed times then miss a part, while the plan looks complete.",
    how: "Durations have a unit (`30s`, `15m`, `4h`, `7d`); what takes part in a recovery takes more than no time. The editor completes and explains every field.",
    sources: [
      "https://github.com/nines-ha/nines/blob/main/schemas/disaster-recovery-plan.schema.json",
      "https://pkg.go.dev/time#ParseDuration",
    ],
  },
  check(resource, context) {
    const schema = Object.hasOwn(documentSchemas, resource.kind) ? documentSchemas[resource.kind] : undefined;
    if (schema === undefined || resource.apiVersion !== OWN_API_VERSION) return;
    for (const misfit of misfitsIn(resource.root, schema)) {
      const near = nearOf(misfit);
      context.report(
        resource.locate(misfit.range),
        messageOf(misfit, near),
        { misfit, near },
        {
          // What is not read has no effect; what is read wrongly makes the numbers wrong.
          severity: misfit.kind === "unknown" ? "warning" : "error",
        },
      );
    }
  },
  fixes: [
    {
      id: "closest",
      title: ({ near = "" }) => t("Write {word}", { word: near }),
      preferred: false,
      edits: ({ misfit, near }, { document }) =>
        near === undefined ? undefined : [{ document, range: misfit.range, newText: near }],
    },
  ],
});

function nearOf(misfit: Misfit): string | undefined {
  if (misfit.kind === "unknown") return closest(misfit.name, misfit.known);
  return misfit.kind === "word" ? closest(misfit.value, misfit.words) : undefined;
}

function messageOf(misfit: Misfit, near: string | undefined): Message {
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
