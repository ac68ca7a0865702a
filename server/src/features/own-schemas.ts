import chinese from "../../../schemas/l10n/zh-cn.json" with { type: "json" };
import chineseOfPartial from "../../../schemas/l10n/zh-cn.partial.json" with { type: "json" };
import tasks from "../../../schemas/partial/ansible-tasks.json" with { type: "json" };
import { ANSIBLE } from "../model/ansible.ts";
import { documentSchemas, OWN_API_VERSION, resolved } from "../recovery/document-schemas.ts";
import type { JsonSchema, ProvidedSchema, SchemaService } from "../schema/types.ts";
import { inlined } from "./inline-references.ts";
import { partialSchemas } from "./partial-schemas.ts";

/**
 * Lets the schema service complete and explain the documents that Nines defines, kinds of operators as far as they
 * matter here, and the tasks of Ansible that are read. `isChinese`: explain in Simplified Chinese where there is a
 * translation.
 */
export function provideOwnSchemas(service: SchemaService, isChinese: boolean): void {
  const spoken = ({ load, ...schema }: ProvidedSchema): ProvidedSchema => ({
    ...schema,
    load: () => (isChinese ? translated(load(), chineseOfPartial) : load()),
  });
  service.setSchemas("nines-partial", partialSchemas.map(spoken));
  service.setSchemas("nines-tasks", taskSchemas().map(spoken));
  service.setSchemas(
    "nines-documents",
    Object.entries(documentSchemas).map(([kind, schema]) => ({
      apiVersion: OWN_API_VERSION,
      kind,
      load: () => {
        const whole = inlined(schema, ($ref) => resolved({ $ref })) as JsonSchema; // our own files, held by a test
        return isChinese ? translated(whole, chinese) : whole;
      },
    })),
  );
}

function translated(schema: JsonSchema, catalogue: Readonly<Record<string, string>>): JsonSchema {
  const translate = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(translate);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        key,
        key === "description" && typeof each === "string" ? (catalogue[each] ?? each) : translate(each),
      ]),
    );
  };
  return translate(schema) as JsonSchema; // of the same shape
}

/** The types of tasks, each a document of its own to the service. */
function taskSchemas(): ProvidedSchema[] {
  return Object.entries(tasks.modules).map(([module, parameters]) => {
    const dot = module.lastIndexOf(".");
    const kind = module.slice(dot + 1);
    // The name without its collection is an older spelling.
    const properties: Readonly<Record<string, JsonSchema>> = { [module]: parameters, [kind]: parameters };
    const apiVersion = `${ANSIBLE}/${module.slice(0, dot)}`;
    return { apiVersion, kind, isWritten: false, load: () => ({ type: "object", properties }) };
  });
}
