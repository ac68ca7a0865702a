import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const checking = process.argv.includes("--check");

/**
 * Writes files (path below `root` -> text) that differ, and removes what else lies in `owned` folders. With
 * `--check` it only says what would change and makes the process fail.
 */
export function writeOrCheck(root, files, owned = []) {
  for (const [path, text] of files) {
    if (read(join(root, path)) === text) continue;
    if (stale(path)) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const folder of owned) {
    for (const name of list(join(root, folder))) {
      const path = `${folder}/${name}`;
      if (!files.has(path) && !stale(path)) rmSync(join(root, path));
    }
  }
}

function stale(path) {
  if (!checking) return false;
  console.error(`${path} is out of date: run \`npm run generate\` and commit the result.`);
  process.exitCode = 1;
  return true;
}

function read(path) {
  try {
    return readFileSync(path, "utf8").replaceAll("\r\n", "\n");
  } catch {
    return undefined;
  }
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
