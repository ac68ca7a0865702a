import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { blockingBudget } from "./manifests.ts";
import { BIN, folderOf, nines } from "./nines.ts";

const FILES = 100_000;
const IN_FOLDER = 1000;
/** One file of so many has a finding. */
const EVERY = 100;
const cwd = folderOf({});

before(() => {
  const first = join(cwd, "d0");
  mkdirSync(first);
  for (let i = 0; i < IN_FOLDER; i++) {
    const text =
      i % EVERY === 0
        ? blockingBudget(`b${i}`)
        : `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${i}}\n`;
    writeFileSync(join(first, `f${i}.yaml`), text);
  }
  for (let n = 1; n < FILES / IN_FOLDER; n++) cpSync(first, join(cwd, `d${n}`), { recursive: true });
});

test("a tree of 100,000 files is checked whole, in bounded memory", () => {
  const { status, stdout, stderr } = nines(["check", "--format", "gitlab"], {
    cwd,
    env: { NODE_OPTIONS: "--max-old-space-size=600" },
  });
  assert.deepEqual([status, stderr], [1, ""]);
  assert.equal((JSON.parse(stdout) as unknown[]).length, FILES / EVERY);
});

test("its findings are printed as they are found, in the order of a report", async () => {
  const run = spawn(process.execPath, [BIN, "check"], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let chunks = 0;
  let out = "";
  run.stdout.on("data", (chunk: Buffer) => {
    chunks++;
    out += chunk;
  });
  const status = await new Promise((resolve) => run.on("close", resolve));
  assert.equal(status, 1);
  const named = [...out.matchAll(/^(d\S+\.yaml):7:19 error pdb-blocks-drain/gm)].map(([, file]) => file);
  assert.deepEqual(named, [...named].sort());
  assert.equal(named.length, FILES / EVERY);
  assert.match(out, /\n1000 errors in 100000 documents of 100000 files/);
  // One write would come in pieces of a pipe's size; findings come one by one.
  assert.ok(chunks > 100, `${chunks} pieces`);
});

test("a reader that goes away ends it", { skip: process.platform === "win32" }, () => {
  const script = `"${process.execPath}" "${BIN}" check | head -1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", script], { cwd, encoding: "utf8" });
  assert.equal(stderr, "");
  assert.match(stdout, /^d0\/f0\.yaml:7:19 error .*\n1\n$/);
});
