import { mapChildren } from "./schema-store.mjs";

/**
 * Makes a kind's schema say what an API server accepts in a manifest.
 * @param schema a schema without `$ref`, as generated from the kind's TypeScript interface
 */
export function simplifyKind(schema) {
  const { $schema: _, definitions: __, ...root } = relax(schema);
  const { status } = root.properties;
  if (!status) return root;
  // The server ignores a status that a client sends, however incomplete it is.
  const open = { type: "object", ...(status.description && { description: status.description }) };
  return { ...root, properties: { ...root.properties, status: open } };
}

function relax(schema) {
  const { deprecated: _, ...rest } = mapChildren(schema, relax);
  const { properties = {}, required, ...others } = rest;
  const isEmpty = Object.keys(properties).length === 0;
  // An interface without members stands for "any object" (RawExtension, FieldsV1, a Struct of Envoy).
  if (isEmpty) return others.additionalProperties === false ? omit(others, "additionalProperties") : others;
  // An embedded object (a volume claim template) needs no apiVersion and kind; at the root, they chose the schema.
  const needed = required?.filter((name) => name !== "apiVersion" && name !== "kind") ?? [];
  return { ...others, properties, ...(needed.length > 0 && { required: needed }) };
}

function omit(object, key) {
  const { [key]: _, ...rest } = object;
  return rest;
}
