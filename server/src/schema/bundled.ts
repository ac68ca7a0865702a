import type { ResourceType } from "./types.ts";

/** The schemas that come with the product. Each is put together from shared definitions when it is asked for. */
export interface BundledSchemas {
  readonly types: readonly ResourceType[];
  knows(type: ResourceType): boolean;
  /** JSON text of a kind's schema with every definition it needs; undefined for an unknown kind. */
  schemaOf(type: ResourceType): string | undefined;
  /** JSON text of `{ definition, definitions }`: the schema of an object's `metadata`. */
  metadata(): { readonly reference: string; readonly definitions: string };
}

/** Loads the generated file (scripts/generate-schemas.mjs), once per process as every module. */
export async function loadBundledSchemas(): Promise<BundledSchemas> {
  const { kinds, definitions } = await import("../../generated/schemas.mjs");
  const definitionOf = ({ apiVersion, kind }: ResourceType) => own(own(kinds, apiVersion) ?? {}, kind);
  return {
    types: Object.entries(kinds).flatMap(([apiVersion, names]) =>
      Object.keys(names).map((kind) => ({ apiVersion, kind })),
    ),
    knows: (type) => definitionOf(type) !== undefined,
    schemaOf(type) {
      const name = definitionOf(type);
      return name && `{"$ref":"#/definitions/${name}/object","definitions":${closure([name], definitions)}}`;
    },
    metadata() {
      const text = own(definitions, definitionOf({ apiVersion: "v1", kind: "ConfigMap" }) ?? "") ?? "";
      const name = /"metadata":\{[^}]*"\$ref":"#\/definitions\/([\w-]+)\/object"/.exec(text)?.[1] ?? "";
      return { reference: `#/definitions/${name}/object`, definitions: closure([name], definitions) };
    },
  };
}

/** The JSON text of an object with the named definitions and all that they refer to. */
function closure(names: readonly string[], definitions: Readonly<Record<string, string>>): string {
  const found = new Map<string, string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const text = own(definitions, name);
    if (text === undefined || found.has(name)) continue;
    found.set(name, text);
    for (const [, reference = ""] of text.matchAll(/"\$ref":"#\/definitions\/([\w-]+)\/object"/g))
      open.push(reference);
  }
  return `{${[...found].map(([name, text]) => `"${name}":{"object":${text}}`).join(",")}}`;
}

/** Kinds come from documents, where anything may be written: `constructor` is no schema. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
