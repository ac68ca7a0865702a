import type { ProvidedSchema, ResourceType } from "./types.ts";

/**
 * The schemas that sources outside of the product provide. When two provide the same type, the later one counts; a
 * cluster's comes behind definitions in files, and before what others know of a kind (`isPartial`).
 */
export class ProvidedSchemas {
  readonly #bySource = new Map<string, ReadonlyMap<string, ProvidedSchema>>();

  /** The types that documents state. */
  get types(): ResourceType[] {
    const all = [...this.#bySource.values()].flatMap((schemas) => [...schemas.values()]);
    return all.filter(({ isWritten }) => isWritten !== false);
  }

  find(type: ResourceType): ProvidedSchema | undefined {
    let found: ProvidedSchema | undefined;
    for (const schemas of this.#bySource.values()) {
      const next = schemas.get(keyOf(type));
      if (next !== undefined && rankOf(next) >= (found === undefined ? 0 : rankOf(found))) found = next;
    }
    return found;
  }

  /** Replaces what a source provides; returns the keys whose schema may have changed. */
  replace(source: string, schemas: readonly ProvidedSchema[]): Set<string> {
    const before = this.#bySource.get(source)?.keys() ?? [];
    const after = new Map(schemas.map((schema) => [keyOf(schema), schema]));
    this.#bySource.delete(source);
    if (after.size > 0) this.#bySource.set(source, after);
    return new Set([...before, ...after.keys()]);
  }
}

function rankOf({ isLive, isPartial }: ProvidedSchema): number {
  if (isPartial === true) return 0;
  return isLive === true ? 1 : 2;
}

/** A type as one string: `apps/v1/Deployment`. */
export function keyOf({ apiVersion, kind }: ResourceType): string {
  return `${apiVersion}/${kind}`;
}

/** The type that `keyOf` was made from. */
export function typeOf(key: string): ResourceType {
  const slash = key.lastIndexOf("/");
  return { apiVersion: key.slice(0, slash), kind: key.slice(slash + 1) };
}
