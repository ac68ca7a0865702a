import schema from "../../../schemas/nines-config.schema.json" with { type: "json" };
import type { JsonSchema, ResourceType, SchemaService } from "../schema/types.ts";

/** The type under which the schema service knows `.nines.yaml`, which states none itself. */
export const CONFIG_TYPE: ResourceType = { apiVersion: "nines.yaml", kind: "Configuration" };

/** What the service adds to every resource, and a configuration does not have. */
export const NOT_IN_CONFIG: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

/** Lets the schema service complete and explain `.nines.yaml`. */
export function provideConfigSchema(service: SchemaService): void {
  const load = () => inlined(schema) as JsonSchema; // the generator writes draft 7
  service.setSchemas("nines-config", [{ ...CONFIG_TYPE, load }]);
}

/** The schema with its own definitions in the place of references: the service brings others of its own. */
function inlined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inlined);
  if (typeof value !== "object" || value === null) return value;
  const { $ref, definitions: _, ...others } = value as Record<string, unknown>; // checked just above
  const entries = Object.entries(others).map(([key, each]) => [key, inlined(each)]);
  const own: object = Object.fromEntries(entries);
  return typeof $ref === "string" ? { ...own, ...(inlined(definition($ref)) as object) } : own; // a schema is an object
}

function definition(reference: string): unknown {
  const definitions: Readonly<Record<string, unknown>> = schema.definitions;
  return definitions[reference.replace("#/definitions/", "")];
}
