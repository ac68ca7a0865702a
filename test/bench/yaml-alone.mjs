// Reads every manifest below a folder with the yaml package and does nothing with it: what a check is compared with.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

let documents = 0;
for (const entry of readdirSync(process.argv[2], { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.ya?ml$/.test(entry.name)) continue;
  documents += parseAllDocuments(readFileSync(join(entry.parentPath, entry.name), "utf8"), {
    logLevel: "silent",
  }).length;
}
console.log(documents);
