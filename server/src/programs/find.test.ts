import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { findProgram } from "./find.ts";

const posix = { skip: process.platform === "win32" && "Windows has no executable bit." };

test(
  "the first program of the PATH is taken; folders, plain files and relative entries are none",
  posix,
  (t) => {
    const root = mkdtempSync(join(tmpdir(), "nines-find-"));
    t.after(() => rmSync(root, { recursive: true, force: true }));
    const write = (folder: string, mode: number) => {
      mkdirSync(join(root, folder), { recursive: true });
      writeFileSync(join(root, folder, "helm"), "");
      chmodSync(join(root, folder, "helm"), mode);
      return join(root, folder);
    };
    mkdirSync(join(root, "folder", "helm"), { recursive: true });
    const plain = write("plain", 0o644);
    const first = write("first", 0o755);
    const second = write("second", 0o755);
    const find = (...folders: string[]) => findProgram("helm", { PATH: folders.join(delimiter) });

    assert.equal(find("", ".", join(root, "folder"), plain, first, second), join(first, "helm"));
    assert.equal(find(join(root, "folder"), plain, join(root, "missing")), undefined);
    const before = process.cwd();
    process.chdir(first);
    t.after(() => process.chdir(before));
    assert.equal(find("", ".", "./"), undefined);
    assert.equal(findProgram("helm", {}), undefined);
  },
);
