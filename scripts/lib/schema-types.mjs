import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createFormatter,
  createParser,
  createProgram,
  IntersectionNodeParser,
  SchemaGenerator,
} from "ts-json-schema-generator";

/**
 * The packages write an OpenAPI `oneOf` as `A & (Exclude<A, …> | …)`, which a JSON Schema cannot express without
 * listing the object once per alternative (and without rejecting an object that has none of them, which Istio
 * accepts). The first operand is the plain object; which of its fields exclude one another is left to rules.
 */
class FirstOperandParser extends IntersectionNodeParser {
  createType(node, context) {
    return this.childNodeParser.createType(node.types[0], context);
  }
}

/**
 * Turns TypeScript interfaces into JSON Schemas, one self-contained schema per kind.
 * @param kinds see `listKinds`
 * @param workFolder a folder inside the repository for two temporary files, so that package names resolve
 * @returns one `{ $ref, definitions }` per kind, in the order of `kinds`
 */
export function schemasFromTypes(kinds, workFolder) {
  mkdirSync(workFolder, { recursive: true });
  const path = join(workFolder, "entry.ts");
  const tsconfig = join(workFolder, "tsconfig.json");
  writeFileSync(path, kinds.map(importStatement).join("\n"));
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: ["entry.ts"] }));
  try {
    const config = { ...CONFIG, path, tsconfig };
    const program = createProgram(config);
    const parser = createParser(program, config, (chain) => {
      chain.addNodeParser(new FirstOperandParser(program.getTypeChecker(), chain));
    });
    const generator = new SchemaGenerator(program, parser, createFormatter(config), config);
    return kinds.map((_, index) => generator.createSchema(`Kind${index}`));
  } finally {
    rmSync(path, { force: true });
    rmSync(tsconfig, { force: true });
  }
}

const COMPILER_OPTIONS = {
  module: "nodenext",
  moduleResolution: "nodenext",
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: [],
};

const CONFIG = {
  type: "*",
  expose: "none",
  jsDoc: "extended",
  functions: "fail",
  topRef: false,
  additionalProperties: false,
  skipTypeCheck: true,
  encodeRefs: false,
  sortProps: true,
};

function importStatement({ interfaceName, module }, index) {
  return `import type { ${interfaceName} as I${index} } from "${module}"; export type Kind${index} = I${index};`;
}
