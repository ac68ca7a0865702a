import schema from "../../../schemas/nines-config.schema.json" with { type: "json" };
import type { JsonSchema, ResourceType, SchemaService } from "../schema/types.ts";
import { inlined } from "./inline-references.ts";

/** The type under which the schema service knows `.nines.yaml`, which states none itself. */
export const CONFIG_TYPE: ResourceType = { apiVersion: "nines.yaml", kind: "Configuration" };

/** What the service adds to every resource, and a configuration does not have. */
export const NOT_IN_CONFIG: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

/** Lets the schema service complete and explain `.nines.yaml`. */
export function provideConfigSchema(service: SchemaService): void {
  const load = () => inlined(schema, definition) as JsonSchema; // the generator writes draft 7
  service.setSchemas("nines-config", [{ ...CONFIG_TYPE, isWritten: false, load }]);
}

function definition(reference: string): unknown {
  const definitions: Readonly<Record<string, unknown>> = schema.definitions;
  return definitions[reference.replace("#/definitions/", "")];
}
