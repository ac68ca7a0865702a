import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The workspace of examples, an absolute path. */
export const EXAMPLES = fileURLToPath(new URL("../examples/", import.meta.url));

/** A `# DEFECT rule: words` comment of the examples: the promise that the rule reports its document, once. */
export interface Defect {
  /** Relative to the examples, with `/`. */
  readonly file: string;
  /** The document within the file, from 0. */
  readonly document: number;
  readonly ruleId: string;
}

/** Every file of the examples that holds manifests or configuration, templates too; sorted, with `/`. */
export function exampleFiles(): string[] {
  return globSync("**/*.yaml", { cwd: EXAMPLES })
    .concat(".nines.yaml")
    .map((file) => file.replaceAll("\\", "/"))
    .sort();
}

/** What the comments of the examples promise, in the order of the text. */
export function declaredDefects(): Defect[] {
  return exampleFiles().flatMap((file) =>
    readExample(file)
      .split(/^---$/m)
      .flatMap((text, document) =>
        [...text.matchAll(/^ *# DEFECT ([a-z0-9-]+): /gm)].map(([, ruleId = ""]) => ({
          file,
          document,
          ruleId,
        })),
      ),
  );
}

/** The text of one file of the examples. */
export function readExample(file: string): string {
  return readFileSync(`${EXAMPLES}${file}`, "utf8");
}
