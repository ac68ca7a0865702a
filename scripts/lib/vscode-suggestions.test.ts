import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readSuggestions } from "./vscode-suggestions.ts";

const TABLE = `# Examples
| # | open | what you see | what to do |
|---|---|---|---|
| 1 | \`a/one.yaml\` | One. | Run *Fix*. |
| 2 | \`a/two.yaml\` | Two. | Set \`x\`. |
| 3 | \`a/three.yaml\` | Three. | Undo. |
| 4 | \`b/four.yaml\`, \`five.yaml\` | Two files. | Look. |
| 5 | \`b/six.yaml\` | Nothing to do. | |
| 6 | \`b/seven.yaml\` | Seven. | Try. |
`;

test("rows with one file and something to do, two per folder", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "nines-"));
  context.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "README.md"), TABLE);
  assert.deepEqual(await readSuggestions(join(folder, "README.md"), 5), [
    { file: "a/one.yaml", see: "One.", act: "Run Fix." },
    { file: "a/two.yaml", see: "Two.", act: "Set x." },
    { file: "b/seven.yaml", see: "Seven.", act: "Try." },
  ]);
});

test("no README, no suggestions", async () => {
  assert.deepEqual(await readSuggestions("/does/not/exist", 5), []);
});
