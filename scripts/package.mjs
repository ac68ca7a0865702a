/**
 * Builds the extension and writes nines-vscode-<version>.vsix into the repository's root.
 * Fails when the archive lacks a file that the manifest names, or is larger than the limit.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { createVSIX, listFiles } from "@vscode/vsce";

const LIMIT_MEGABYTES = 3;
const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const archive = join(root, `${manifest.name}-${manifest.version}.vsix`);

execFileSync(process.execPath, [join(root, "scripts", "build.mjs"), "--release"], {
  cwd: root,
  stdio: "inherit",
});
checkFiles(await listFiles({ cwd: root, dependencies: false }));
await createVSIX({ cwd: root, packagePath: archive, dependencies: false });
checkSize(statSync(archive).size);

/** @param {string[]} shipped paths in the archive */
function checkFiles(shipped) {
  const present = new Set(shipped.map((path) => path.replaceAll("\\", "/")));
  const missing = namedFiles().filter((path) => !present.has(posix.normalize(path)));
  if (missing.length > 0) fail(`The package would lack ${missing.join(", ")}.`);
  const strange = [...present].filter((path) => /(^|\/)node_modules\/|\.test\.|\.map$/.test(path));
  if (strange.length > 0) fail(`The package would hold files that nobody needs: ${strange.join(", ")}.`);
}

/** Files that VS Code reads because the manifest says so, and those that the marketplace shows. */
function namedFiles() {
  const { main, icon, contributes } = manifest;
  return [
    ...["package.json", "package.nls.json", "README.md", "CHANGELOG.md", "LICENSE", main, icon],
    ...(contributes.snippets ?? []).map(({ path }) => path),
    ...Object.values(contributes.viewsContainers ?? {}).flatMap((views) => views.map((view) => view.icon)),
    ...(contributes.grammars ?? []).map(({ path }) => path),
    ...(contributes.walkthroughs ?? []).flatMap(({ steps }) => steps.map(({ media }) => media.markdown)),
  ];
}

/** @param {number} bytes */
function checkSize(bytes) {
  const megabytes = bytes / 1_000_000;
  console.log(`${archive}: ${megabytes.toFixed(2)} MB (limit ${LIMIT_MEGABYTES} MB)`);
  if (megabytes > LIMIT_MEGABYTES) fail("The package is too large.");
}

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exit(1);
}
