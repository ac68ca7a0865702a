import type { JsonSchema, ProvidedSchema } from "./types.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Structural schemas of real operators are some thirty levels deep. */
const MAX_DEPTH = 100;

/**
 * The schemas that a CustomResourceDefinition declares, one per version.
 * @param manifest the CRD as plain data; anything else gives an empty list
 * @param origin where it was found, for people: findings name it
 */
export function schemasOfCrd(manifest: unknown, origin?: string): ProvidedSchema[] {
  const root = fieldsOf(manifest);
  if (root.kind !== "CustomResourceDefinition") return [];
  const spec = fieldsOf(root.spec);
  const kind = fieldsOf(spec.names).kind;
  const group = spec.group;
  if (typeof kind !== "string" || typeof group !== "string") return [];
  // apiextensions.k8s.io/v1beta1 has one schema for all versions, and one version outside of the list.
  const shared = fieldsOf(spec.validation).openAPIV3Schema;
  const versions = Array.isArray(spec.versions) ? spec.versions : [{ name: spec.version }];
  return versions.flatMap((version: unknown) => {
    const { name, schema } = fieldsOf(version);
    const openApi = fieldsOf(schema).openAPIV3Schema ?? shared;
    if (typeof name !== "string" || openApi === undefined) return [];
    return [
      {
        apiVersion: `${group}/${name}`,
        kind,
        ...(origin !== undefined && { origin }),
        load: () => rootSchema(openApi, spec.preserveUnknownFields),
      },
    ];
  });
}

/** The schema of a whole object that the API server keeps. */
export function rootSchema(openApi: unknown, preserveUnknown?: unknown): JsonSchema {
  const { properties = {}, ...root } = schemaFrom(openApi, 0);
  const { status, ...others } = properties;
  return {
    ...root,
    type: "object",
    properties: {
      ...others,
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { type: "object" },
      // Ignored by the server when a client sends it, however incomplete it is.
      ...(status && {
        status: { type: "object", ...(status.description && { description: status.description }) },
      }),
    },
    ...(preserveUnknown === true && { additionalProperties: true }),
  };
}

/** The part of a structural schema that says what is accepted, in JSON Schema's own terms. */
export function schemaFrom(openApi: unknown, depth = 0): JsonSchema {
  const source = fieldsOf(openApi);
  if (depth > MAX_DEPTH) return {};
  const description = textOf(source.description);
  const common = {
    ...(description && { description }),
    ...("default" in source && { default: source.default }),
  };
  const name = referenceIn(source);
  if (name !== undefined) return { ...common, $ref: `#/definitions/${name}` };
  const types = eitherOf(source);
  if (types !== undefined) return { ...common, type: types };
  if (source["x-kubernetes-int-or-string"] === true) return { ...common, type: ["integer", "string"] };
  const type = textOf(source.type);
  return {
    ...common,
    ...(type && { type }),
    ...limitsOf(source),
    ...(source.items !== undefined && { items: schemaFrom(source.items, depth + 1) }),
    ...(type === "object" && fieldRules(source, depth)),
  };
}

/** The part of an API server's document that a schema refers to. CustomResourceDefinitions cannot refer to anything. */
function referenceIn(source: Fields): string | undefined {
  const [only, ...more] = Array.isArray(source.allOf) ? source.allOf : [];
  const reference = textOf(source.$ref) || (more.length === 0 ? textOf(fieldsOf(only).$ref) : "");
  return /^#\/components\/schemas\/([\w.-]+)$/.exec(reference)?.[1];
}

/** The types of a value that is one of several: IntOrString and Quantity are written so. */
function eitherOf(source: Fields): readonly string[] | undefined {
  if (source.type !== undefined || !Array.isArray(source.oneOf)) return undefined;
  const types = source.oneOf.map((each) => textOf(fieldsOf(each).type));
  return types.length > 0 && types.every((each) => SCALARS.includes(each)) ? types : undefined;
}

const SCALARS = ["string", "integer", "number", "boolean"];

function fieldRules(source: Fields, depth: number): JsonSchema {
  const fields = fieldsOf(source.properties);
  const entries = Object.entries(fields).filter(([name]) => name !== "__proto__");
  const properties = Object.fromEntries(entries.map(([name, each]) => [name, schemaFrom(each, depth + 1)]));
  // The API server fills in defaults before it looks for what is missing.
  const required = Array.isArray(source.required)
    ? source.required.filter((each) => typeof each === "string" && !("default" in fieldsOf(fields[each])))
    : [];
  return {
    ...(entries.length > 0 && { properties }),
    ...(required.length > 0 && { required }),
    ...additional(source, entries.length, depth),
  };
}

/** Fields that are not listed are pruned, unless the schema wants them kept or lists none. */
function additional(source: Fields, fields: number, depth: number): JsonSchema {
  const others = source.additionalProperties;
  if (typeof others === "object" && others !== null)
    return { additionalProperties: schemaFrom(others, depth + 1) };
  const isOpen =
    others === true ||
    source["x-kubernetes-preserve-unknown-fields"] === true ||
    source["x-kubernetes-embedded-resource"] === true;
  return isOpen || fields === 0 ? {} : { additionalProperties: false };
}

const LIMITS = ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"] as const;

function limitsOf(source: Fields): JsonSchema {
  const pattern = textOf(source.pattern);
  return {
    ...Object.fromEntries(
      LIMITS.filter((key) => typeof source[key] === "number").map((key) => [key, source[key]]),
    ),
    ...(Array.isArray(source.enum) && { enum: source.enum }),
    ...(pattern && isQuick(pattern) && { pattern }),
  };
}

/**
 * Whether JavaScript's regular expressions can run a pattern in bounded time. Kubernetes runs it with RE2, which
 * never backtracks; here a repeated group or many repetitions could hang the server on a crafted text.
 */
function isQuick(pattern: string): boolean {
  const bare = pattern.replace(/\\./g, "a").replace(/\[(?:[^\]]|^\])*\]/g, "a");
  return pattern.length < 500 && !/\)[*+{]/.test(bare) && (bare.match(/[*+]|\{\d*,/g) ?? []).length <= 2;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
