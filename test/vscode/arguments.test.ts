import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { readArguments } from "./arguments.ts";

const FROM_TEST_ELECTRON = [
  "/tmp/workspace",
  "--user-data-dir=/tmp/user",
  "--extensions-dir=/tmp/extensions",
  "--no-sandbox",
  "--disable-gpu-sandbox",
  "--disable-updates",
  "--skip-welcome",
  "--skip-release-notes",
  "--no-cached-data",
  "--disable-workspace-trust",
  "--extensionTestsPath=/tmp/tests.js",
  "--extensionDevelopmentPath=/src/one",
  "--extensionDevelopmentPath=/src/two",
];

test("the arguments of @vscode/test-electron are understood", () => {
  assert.deepEqual(readArguments(FROM_TEST_ELECTRON), {
    folder: resolve("/tmp/workspace"),
    extensions: [resolve("/src/one"), resolve("/src/two")],
    tests: resolve("/tmp/tests.js"),
    userDataDir: resolve("/tmp/user"),
    extensionsDir: resolve("/tmp/extensions"),
    trustEverything: true,
  });
});

test("without the switch, folders are not trusted", () => {
  const args = FROM_TEST_ELECTRON.filter((arg) => arg !== "--disable-workspace-trust");
  assert.equal(readArguments(args).trustEverything, false);
});

test("a missing argument is named", () => {
  const args = FROM_TEST_ELECTRON.filter((arg) => !arg.startsWith("--extensionTestsPath"));
  assert.throws(() => readArguments(args), /--extensionTestsPath=PATH is missing/);
});
