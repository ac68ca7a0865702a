import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { HIDDEN_TOKEN } from "./goals/database.ts";
import { KINDS } from "./kinds.ts";
import { kubectlPromotion } from "./kubectl.ts";

const folder = mkdtempSync(join(tmpdir(), "nines-kubectl-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command in a shell whose kubectl answers `get` with the token and prints what else it is asked. */
function run(command: string, token: string): string {
  const path = join(folder, "kubectl");
  writeFileSync(
    path,
    `#!/bin/sh\ncase "$*" in *" get "*) printf %s "${token}";; *) for word; do echo "$word"; done;; esac\n`,
  );
  chmodSync(path, 0o755);
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
  return execFileSync("sh", ["-c", `${command} || echo stopped`], { env, encoding: "utf8" });
}

const operations = [
  { op: "test", path: "/spec/replica/source", value: "it's" },
  { op: "add", path: "/spec/replica/promotionToken", value: HIDDEN_TOKEN },
] as const;
const command = kubectlPromotion(
  "site b",
  { type: KINDS.database, namespace: "shop", name: "orders-db" },
  operations,
  { context: "site-a", namespace: "shop", name: "orders-db" },
);

test("the copied command of a promotion reads the token itself", {
  skip: process.platform === "win32",
}, () => {
  assert.ok(!command.includes(HIDDEN_TOKEN));
  const words = run(command, "eyJhIjoxfQ==").trimEnd().split("\n");
  assert.ok(words.includes("--context=site b"), words.join("\n"));
  const patch = words.find((word) => word.startsWith("--patch="))?.slice("--patch=".length) ?? "";
  assert.deepEqual(JSON.parse(patch), [operations[0], { ...operations[1], value: "eyJhIjoxfQ==" }]);
});

test("without a token it does not promote", { skip: process.platform === "win32" }, () => {
  assert.equal(run(command, "").trim(), "stopped");
});
