// Judges the manifests of public repositories with every rule, so that nobody ships a rule they would not defend
// before those authors. `npm run verdicts -- FOLDER` rewrites docs/verdicts.md (counts only, no content);
// `npm run verdicts -- FOLDER --list RULE_ID` prints each finding of a rule for a person to read.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { judge, repositoriesIn } from "./lib/verdicts-corpus.ts";
import { listing } from "./lib/verdicts-listing.ts";
import { notesIn, page, rulesWithoutNote } from "./lib/verdicts-page.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: "string" }, repository: { type: "string" } },
});
const folder = positionals[0];
if (folder === undefined || positionals.length > 1) {
  console.error("Usage: npm run verdicts -- FOLDER [--list RULE_ID [--repository NAME]]");
  process.exit(2);
}

const verdicts = repositoriesIn(folder)
  .filter(({ name }) => values.repository === undefined || name === values.repository)
  .map((repository) => judge(repository));

if (values.list !== undefined) {
  process.stdout.write(listing(verdicts, values.list));
} else {
  const path = fileURLToPath(new URL("../docs/verdicts.md", import.meta.url));
  const notes = notesIn(read(path));
  writeFileSync(path, page(verdicts, notes));
  for (const rule of rulesWithoutNote(verdicts, notes))
    console.warn(`docs/verdicts.md needs a sentence on ${rule}.`);
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
