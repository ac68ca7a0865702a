/**
 * `npm test`: installs what is missing, builds, and runs every check there is, on a machine that has nothing
 * but Node.js 20. `npm test -- unit` (or other names below, several if you like) runs only that part.
 */
import { exitCodeOf, node, setUp } from "./lib/set-up.mjs";

/** Arguments of the project's own Node, in the order in which failures are cheapest to find. */
const parts = {
  build: [["scripts/build.mjs"]],
  check: [
    ["node_modules/typescript/bin/tsc", "-p", "."],
    ["node_modules/typescript/bin/tsc", "-p", "client/webview"],
    ["node_modules/@biomejs/biome/bin/biome", "ci", "--colors=off", "--error-on-warnings", "."],
    ["scripts/generate.mjs", "--check"],
  ],
  unit: [
    ["test/render/obtain.ts"],
    ["--test", "--test-concurrency=2", "{client,server,scripts,test}/**/*.test.{ts,mjs}"],
  ],
  cluster: [["test/cluster/run.ts"]],
  package: [["scripts/package.mjs"]],
  extension: [["test/extension/run.ts"]],
  e2e: [["test/extension/e2e.ts"], ["test/extension/e2e-shift.ts"]],
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}. Parts are: ${Object.keys(parts).join(", ")}.`);
  process.exit(2);
}

await setUp();
const failed = [];
for (const [name, commands] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  const started = performance.now();
  for (const command of commands) {
    if ((await exitCodeOf(node, command)) !== 0) failed.push(name);
  }
  console.log(`== ${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  // Nothing can be tested without the bundles.
  if (name === "build" && failed.length > 0) break;
}
if (failed.length > 0) {
  console.error(`\nFailed: ${[...new Set(failed)].join(", ")}.`);
  process.exit(1);
}
console.log("\nEverything passed.");
