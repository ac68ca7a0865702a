/**
 * TypeScript types know no integers, limits or patterns, but every class of the packages has a validator that
 * does. It is asked: a value that no schema would accept is put at one place of an otherwise empty object, and
 * the errors reported for exactly that place name the constraints.
 */

const PROBES = {
  string: ["", "\u0000".repeat(70_000)],
  number: [0.5, -1e30, 1e30],
  array: [[], Array(2_000).fill(null)],
};

/** How an error of the validator (Ajv's `keyword` and `params`) becomes a keyword of the schema. */
const KEYWORDS = {
  minimum: ({ limit }) => ({ minimum: limit }),
  maximum: ({ limit }) => ({ maximum: limit }),
  exclusiveMinimum: ({ limit }) => ({ exclusiveMinimum: limit }),
  exclusiveMaximum: ({ limit }) => ({ exclusiveMaximum: limit }),
  minLength: ({ limit }) => ({ minLength: limit }),
  maxLength: ({ limit }) => ({ maxLength: limit }),
  minItems: ({ limit }) => ({ minItems: limit }),
  maxItems: ({ limit }) => ({ maxItems: limit }),
  pattern: ({ pattern }) => ({ pattern }),
};

/**
 * Creates the function that adds what a validator knows to a kind's schema, in place. Types that several kinds
 * share (a pod's template) are asked about once.
 */
export function createConstraintReader() {
  const known = new Map();

  /**
   * @param schema a schema without `$ref`
   * @param errorsOf validates a value and returns Ajv's error objects
   */
  return (schema, errorsOf) => {
    const visit = (node, pointer, wrap) => {
      const key = node.properties && JSON.stringify(node);
      if (known.has(key)) return Object.assign(node, known.get(key));
      askAbout(node, (value) => errorsOf(wrap(value)).filter((error) => error.instancePath === pointer));
      for (const [name, child] of Object.entries(node.properties ?? {})) {
        visit(child, `${pointer}/${escapePointer(name)}`, (value) => wrap({ [name]: value }));
      }
      if (node.items) visit(node.items, `${pointer}/0`, (value) => wrap([value]));
      if (typeof node.additionalProperties === "object") {
        visit(node.additionalProperties, `${pointer}/x`, (value) => wrap({ x: value }));
      }
      if (key) known.set(key, node);
    };
    visit(schema, "", (value) => value);
  };
}

function askAbout(node, errorsFor) {
  const types = [node.type].flat();
  const isInteger = types.includes("number") && forbidsFractions(errorsFor);
  for (const type of types.filter((each) => each in PROBES && !node.enum)) {
    for (const value of PROBES[type]) {
      for (const { keyword, params } of errorsFor(value)) Object.assign(node, KEYWORDS[keyword]?.(params));
    }
  }
  if (isInteger) node.type = withIntegers(node.type);
}

function forbidsFractions(errorsFor) {
  return errorsFor(0.5).some(({ keyword, params }) => keyword === "type" && params.type === "integer");
}

function withIntegers(type) {
  if (!Array.isArray(type)) return "integer";
  return type.map((each) => (each === "number" ? "integer" : each)).sort();
}

function escapePointer(name) {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
