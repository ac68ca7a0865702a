import { type Message, t } from "../model/message.ts";
import type { Range } from "../model/range.ts";
import { closest } from "../text/closest.ts";
import type { SchemaDocument, SchemaFinding, SchemaFindingCode } from "./types.ts";
import type { Problem } from "./yaml-language-server.ts";

/** What the library found, said as a sentence about Kubernetes. */
export function explain(
  problem: Problem,
  document: SchemaDocument,
  origin: string | undefined,
): SchemaFinding {
  const suggestion = suggestionFor(problem, document);
  const details = { problem, document, origin, suggestion };
  const common = { range: problem.range, ...(suggestion !== undefined && { suggestion }) };
  for (const { pattern, code, say } of WORDINGS) {
    const match = pattern.exec(problem.message);
    if (!match) continue;
    const severity = code === "schema-unknown-field" ? "warning" : "error";
    return { ...common, code, severity, message: say(match[1] ?? "", details) };
  }
  return {
    ...common,
    code: "schema-value",
    severity: "error",
    message: t("This is not accepted here and will be rejected: {reason}", { reason: problem.message }),
  };
}

/** The scalar at a range, without its quotes. */
export function nameAt(text: string, { start, end }: Range): string {
  return text.slice(start, end).replace(/^(["'])(.*)\1$/s, "$2");
}

interface Details {
  readonly problem: Problem;
  readonly document: SchemaDocument;
  readonly origin: string | undefined;
  readonly suggestion: string | undefined;
}

interface Wording {
  /** The library's message (version 2.0.0; always English, as its own translations are not loaded). */
  readonly pattern: RegExp;
  readonly code: SchemaFindingCode;
  readonly say: (captured: string, details: Details) => Message;
}

function limitWording(pattern: RegExp, say: (values: { readonly limit: string }) => Message): Wording {
  return { pattern, code: "schema-value", say: (limit) => say({ limit }) };
}

const WORDINGS: readonly Wording[] = [
  { pattern: /^Property .* is not allowed\.$/s, code: "schema-unknown-field", say: sayUnknown },
  {
    pattern: /^Missing property "(.*)"\.$/s,
    code: "schema-missing-field",
    say: (field, { document: { kind = "" } }) =>
      t("The field “{field}” is missing here. The API server rejects the {kind} without it; add it.", {
        field,
        kind,
      }),
  },
  { pattern: /^Incorrect type\. Expected (?:one of )?"?(.*?)"?\.$/s, code: "schema-type", say: sayType },
  { pattern: /^Value is not accepted\.|^Value must be /, code: "schema-value", say: sayValues },
  {
    pattern: /^String does not match the pattern of "(.*)"\.$/s,
    code: "schema-value",
    say: (pattern) =>
      t("This text has a form that will be rejected. It must match the regular expression {pattern}.", {
        pattern,
      }),
  },
  limitWording(/^Value is below the minimum of (.*)\.$/, (limit) =>
    t("This number is too small and will be rejected. It must be at least {limit}.", limit),
  ),
  limitWording(/^Value is above the maximum of (.*)\.$/, (limit) =>
    t("This number is too large and will be rejected. It must be at most {limit}.", limit),
  ),
  limitWording(/^String is shorter than the minimum length of (.*)\.$/, (limit) =>
    t("This text is too short and will be rejected. It needs at least {limit} characters.", limit),
  ),
  limitWording(/^String is longer than the maximum length of (.*)\.$/, (limit) =>
    t("This text is too long and will be rejected. It may have at most {limit} characters.", limit),
  ),
  limitWording(/^Array has too few items\. Expected (.*) or more\.$/, (limit) =>
    t("This list is too short and will be rejected. It needs at least {limit} items.", limit),
  ),
  limitWording(/^Array has too many items\. Expected (.*) or fewer\.$/, (limit) =>
    t("This list is too long and will be rejected. It may have at most {limit} items.", limit),
  ),
];

function sayUnknown(_: string, { problem, document, origin, suggestion }: Details): Message {
  const { text, kind = "" } = document;
  const field = nameAt(text, problem.range);
  if (suggestion !== undefined) {
    return t(
      "{kind} has no field “{field}” here. It is rejected or has no effect; did you mean “{suggestion}”?",
      {
        kind,
        field,
        suggestion,
      },
    );
  }
  if (origin !== undefined) {
    return t(
      "{kind}, as {origin} defines it, has no field “{field}” here. It is rejected or has no effect; remove it, or update the definition.",
      { kind, field, origin },
    );
  }
  return t("{kind} has no field “{field}” here. It is rejected or has no effect; remove it.", {
    kind,
    field,
  });
}

function sayType(expected: string, { problem: { range }, document: { text } }: Details): Message {
  const value = text.slice(range.start, range.end);
  if (expected === "string" && /^[\w.:+-]{1,40}$/.test(value)) {
    return t(
      'This value is read as something other than text and will be rejected. Put it in quotes: "{value}".',
      {
        value,
      },
    );
  }
  const types = expected.replaceAll(", ", " | ");
  return t("This value has the wrong type and will be rejected. Expected: {types}.", { types });
}

function sayValues(_: string, { problem: { values } }: Details): Message {
  const list = values.map((each) => (each === "" ? '""' : String(each))).join(", ");
  return t("This value will be rejected. It must be one of: {values}.", { values: list });
}

function suggestionFor({ range, fields, values }: Problem, { text }: SchemaDocument): string | undefined {
  const texts = values.filter((each) => typeof each === "string" && each !== "") as string[];
  return closest(nameAt(text, range), fields.length > 0 ? fields : texts);
}
