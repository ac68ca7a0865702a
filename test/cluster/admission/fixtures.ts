import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { domains } from "../../../server/src/rules/registry.generated.ts";
import { filesOf } from "../../../server/src/testing/fixtures.ts";

const RULES = fileURLToPath(new URL("../../../server/src/rules", import.meta.url));

/** One object of a rule's fixtures. */
export interface FixtureObject {
  /** The fixture, and the object's place in it. */
  readonly place: string;
  readonly object: Record<string, unknown>;
}

/**
 * The objects in the fixtures of a rule, bad, good and fixed. What does not parse is left out, and so is each value that a
 * template decides, with the list item that it stands in.
 */
export function fixtureObjects(ruleId: string): readonly FixtureObject[] {
  const folder = join(RULES, domains[ruleId] ?? "");
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${ruleId}.`) && /\.(?:bad|good|fixed)\.(?:yaml|json)$/.test(name))
    .sort()
    .flatMap((name) => Object.entries(filesOf(name, readFileSync(join(folder, name), "utf8"))))
    .flatMap(([path, text]) =>
      parseAllDocuments(text).flatMap((document, i) => {
        if (document.errors.length > 0) return [];
        const value = withoutTemplates(document.toJS({ mapAsMap: true }));
        return objectsIn(value).map((object) => ({ place: `${path}#${i}`, object }));
      }),
    );
}

/** The object, or those of a List. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== "object" || value === null || !("kind" in value) || !("apiVersion" in value))
    return [];
  if (value.kind === "List" && "items" in value && Array.isArray(value.items))
    return value.items.flatMap(objectsIn);
  return [value as Record<string, unknown>];
}

/** The value without what templates decide; a list loses the items that hold such a value themselves. */
function withoutTemplates(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isHoled(item)).map(withoutTemplates);
  if (!(value instanceof Map)) return value;
  const entries = [...value].filter(([, item]) => !isTemplated(item));
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutTemplates(item)]));
}

/** `${…}`, `{{ … }}` in quotes, or without them, which YAML reads as a map with a map for a key. */
function isTemplated(value: unknown): boolean {
  if (typeof value === "string") return /\$\{|\{\{/.test(value);
  return value instanceof Map && [...value.keys()].some((key) => key instanceof Map);
}

function isHoled(value: unknown): boolean {
  return isTemplated(value) || (value instanceof Map && [...value.values()].some(isTemplated));
}
