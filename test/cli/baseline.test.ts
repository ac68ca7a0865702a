import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { blockingBudget, budget, FAULTY_ROUTE } from "./manifests.ts";
import { checkJson, folderOf, found, nines } from "./nines.ts";

const FILE = "nines-baseline.json";

test("what is written down is left out, what comes after is not", () => {
  const cwd = folderOf({ "a.yaml": blockingBudget("a") });
  const first = nines(["check", "--write-baseline", FILE], { cwd });
  assert.equal(first.status, 0);
  assert.match(first.stdout, /Wrote 1 findings to nines-baseline\.json/);
  const second = nines(["check", "--baseline", FILE], { cwd });
  assert.equal(second.status, 0);
  assert.match(
    second.stdout,
    /No problems .*\n1 known findings of the baseline nines-baseline\.json are left out\.\n/,
  );

  writeFileSync(join(cwd, "b.yaml"), blockingBudget("b"));
  const third = checkJson(["--baseline", FILE], { cwd });
  assert.deepEqual([found(third), third.status], [["b.yaml pdb-blocks-drain"], 1]);
});

test("the baseline survives moves and reformatting, and is not a licence for one more", () => {
  const cwd = folderOf({ "a.yaml": blockingBudget("a"), "route.yaml": FAULTY_ROUTE });
  nines(["check", "--write-baseline", FILE], { cwd });
  const baseline = readFileSync(join(cwd, FILE), "utf8");
  mkdirSync(join(cwd, "sub"));
  renameSync(join(cwd, "a.yaml"), join(cwd, "sub/moved.yaml"));
  writeFileSync(
    join(cwd, "route.yaml"),
    `# new\n${FAULTY_ROUTE.replace("hosts: [app]", "hosts:\n    - app")}`,
  );
  assert.deepEqual(found(checkJson(["--baseline", FILE], { cwd })), []);
  writeFileSync(join(cwd, "copy.yaml"), blockingBudget("a"));
  assert.equal(checkJson(["--baseline", FILE], { cwd }).findings.length, 1);

  // The same findings, the same file.
  renameSync(join(cwd, "copy.yaml"), join(cwd, "copy.txt"));
  nines(["check", "--write-baseline", "again.json"], { cwd });
  const fingerprints = (text: string) => text.match(/"fingerprint": ".*"/g)?.sort();
  assert.deepEqual(fingerprints(readFileSync(join(cwd, "again.json"), "utf8")), fingerprints(baseline));
});

test("a baseline that shrinks is said", () => {
  const cwd = folderOf({ "a.yaml": blockingBudget("a"), "b.yaml": blockingBudget("b") });
  nines(["check", "--write-baseline", FILE], { cwd });
  writeFileSync(join(cwd, "a.yaml"), budget("a"));
  assert.match(
    nines(["check", "--baseline", FILE], { cwd }).stdout,
    /1 findings of the baseline are gone\. Run again with --write-baseline nines-baseline\.json/,
  );
});

test("a baseline that cannot be used is a usage error", () => {
  const cwd = folderOf({
    "a.yaml": budget("a"),
    "other.json": "{}",
    "broken.json": '{"version": 1, "findings": [{}]}',
  });
  for (const [args, message] of [
    [["--baseline", "missing.json"], /could not be read: no such file/],
    [["--baseline", "other.json"], /is no baseline/],
    [["--baseline", "broken.json"], /is no baseline/],
    [["--write-baseline", "none/x.json"], /could not be written/],
  ] as const) {
    const { status, stderr } = nines(["check", ...args], { cwd });
    assert.equal(status, 2);
    assert.match(stderr, message);
  }
});
