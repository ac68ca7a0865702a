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

/** The objects in the fixtures of a rule, bad, good and fixed; what is a template or does not parse is left out. */
export function fixtureObjects(ruleId: string): readonly FixtureObject[] {
  const folder = join(RULES, domains[ruleId] ?? "");
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${ruleId}.`) && /\.(?:bad|good|fixed)\.(?:yaml|json)$/.test(name))
    .sort()
    .flatMap((name) => Object.entries(filesOf(name, readFileSync(join(folder, name), "utf8"))))
    .flatMap(([path, text]) =>
      parseAllDocuments(text).flatMap((document, i) => {
        if (document.errors.length > 0 || /\{\{|\$\{/.test(document.toString())) return [];
        return objectsIn(document.toJS()).map((object) => ({ place: `${path}#${i}`, object }));
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
