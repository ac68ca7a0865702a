import { rootSchema, schemaFrom } from "./crd.ts";
import type { JsonSchema, ProvidedSchema } from "./types.ts";

/** A document that an API server publishes for one group and version (`/openapi/v3/apis/apps/v1`). */
export interface PublishedSchemas {
  readonly kinds: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
    /** Its name in `schemas`. */
    readonly name: string;
  }[];
  /** `components.schemas`. */
  readonly schemas: Readonly<Record<string, unknown>>;
}

/**
 * The schemas of the kinds that manifests may state in a group and version.
 * @param origin for people: the cluster's name
 */
export function schemasOfOpenApi(
  { kinds, schemas }: PublishedSchemas,
  apiVersion: string,
  origin: string,
): ProvidedSchema[] {
  const own = kinds.filter(
    ({ group, version }) => (group === "" ? version : `${group}/${version}`) === apiVersion,
  );
  return own
    .filter(({ name }) => isObject(schemas[name]))
    .map(({ kind, name }) => ({ apiVersion, kind, origin, isLive: true, load: () => load(schemas, name) }));
}

/** Lists and answers have the metadata of a list, options of requests none. */
function isObject(schema: unknown): boolean {
  return schemaFrom(schema).properties?.metadata?.$ref?.endsWith(".ObjectMeta") === true;
}

/** The schema of a kind with everything it refers to. */
function load(schemas: PublishedSchemas["schemas"], name: string): JsonSchema {
  const root = rootSchema(schemas[name]);
  const definitions: Record<string, JsonSchema> = {};
  const open = [root];
  for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
    const next = schema.$ref?.slice("#/definitions/".length);
    if (next !== undefined && !Object.hasOwn(definitions, next)) {
      const definition = Object.hasOwn(schemas, next) ? schemaFrom(schemas[next]) : {};
      definitions[next] = definition;
      open.push(definition);
    }
    open.push(...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : []));
    if (typeof schema.additionalProperties === "object") open.push(schema.additionalProperties);
  }
  return { ...root, definitions };
}
