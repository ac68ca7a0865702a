import { createHash } from "node:crypto";

/**
 * Takes schemas apart into definitions so that equal parts of different kinds are stored once.
 * References end in `/object`, because yaml-language-server shows the last part of a reference to people.
 * Descriptions stay at the place of use, because the same type is described differently by each of its users.
 */
export function createStore() {
  const texts = new Map();

  const intern = (schema) => {
    const children = mapChildren(schema, intern);
    if (!children.properties) return children;
    const { description, ...rest } = children;
    const text = JSON.stringify(rest);
    const name = nameOf(text);
    texts.set(name, text);
    return { ...(description && { description }), $ref: `#/definitions/${name}/object` };
  };

  return {
    /** Stores a schema and returns the name of its definition; throws when the schema is not an object's. */
    add(schema) {
      const reference = intern(schema).$ref;
      if (!reference) throw new Error("A kind's schema must have properties.");
      return reference.split("/").at(-2);
    },
    /** Every stored definition: name -> JSON text, sorted by name. */
    definitions: () => Object.fromEntries([...texts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Applies `change` to every direct subschema and returns the new schema. */
export function mapChildren(schema, change) {
  const result = { ...schema };
  if (schema.properties) {
    result.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, child]) => [name, change(child)]),
    );
  }
  for (const key of ["items", "additionalProperties"]) {
    if (typeof schema[key] === "object") result[key] = change(schema[key]);
  }
  return result;
}

/** Short, and the same on every machine: names depend on the content alone. */
function nameOf(text) {
  return createHash("sha256").update(text).digest("base64url").slice(0, 8);
}
