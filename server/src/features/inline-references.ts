/** JSON data with what `definitionOf` gives in the place of every `$ref`, and what is written beside it on top. */
export function inlined(value: unknown, definitionOf: (reference: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => inlined(each, definitionOf));
  if (typeof value !== "object" || value === null) return value;
  const { $ref, definitions: _, ...others } = value as Record<string, unknown>; // checked just above
  const own = Object.fromEntries(
    Object.entries(others).map(([key, each]) => [key, inlined(each, definitionOf)]),
  );
  if (typeof $ref !== "string") return own;
  const target = inlined(definitionOf($ref), definitionOf);
  return { ...(typeof target === "object" ? target : {}), ...own };
}
