import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { render } from "../model/message.ts";
import { exportFiles, type GitVersion } from "./git-files.ts";

const posix = { skip: process.platform === "win32" && "Links and scripts are those of POSIX." };
const WHOLE = { status: "done", left: [] };
const never = () => new AbortController().signal;

function repository(t: TestContext, files: Readonly<Record<string, string | Buffer>>) {
  const root = mkdtempSync(join(tmpdir(), "nines-git-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const own = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
  const git = (...args: string[]) => execFileSync("git", [...own, ...args], { cwd: root, encoding: "utf8" });
  const write = (path: string, text: string | Buffer) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  git("init", "--quiet");
  for (const [path, text] of Object.entries(files)) write(path, text);
  git("add", "--all");
  git("commit", "--quiet", "--message", "first");
  const into = mkdtempSync(join(tmpdir(), "nines-git-"));
  t.after(() => rmSync(into, { recursive: true, force: true }));
  const exported = (version: GitVersion, ...paths: string[]) =>
    exportFiles({ root, version, paths, into, timeout: 60_000 }, never());
  const read = (path: string) =>
    existsSync(join(into, path)) ? readFileSync(join(into, path), "utf8") : undefined;
  return { root, into, git, write, exported, read, head: () => git("rev-parse", "HEAD").trim() };
}

test("a commit gives its files, whatever the disk holds, byte for byte", async (t) => {
  const bytes = Buffer.from([0, 255, 13, 10, 0]);
  const repo = repository(t, {
    "chart/values.yaml": "a: 1\r\n",
    "chart/templates/ö [x].yaml": "b",
    "chart/binary": bytes,
    "other/file": "c",
  });
  repo.write("chart/values.yaml", "a: 2\n");
  assert.deepEqual(await repo.exported({ commit: repo.head() }, "chart"), WHOLE);
  assert.equal(repo.read("chart/values.yaml"), "a: 1\r\n");
  assert.equal(repo.read("chart/templates/ö [x].yaml"), "b");
  assert.deepEqual(readFileSync(join(repo.into, "chart/binary")), bytes);
  assert.equal(repo.read("other/file"), undefined, "nothing that was not asked for");
});

test("the index gives what is staged", async (t) => {
  const repo = repository(t, { a: "1", b: "1" });
  repo.write("a", "2");
  repo.git("add", "a");
  repo.write("a", "3");
  assert.deepEqual(await repo.exported("index", ""), WHOLE);
  assert.deepEqual([repo.read("a"), repo.read("b")], ["2", "1"]);
});

test("names are names, and a long list of them is no problem", async (t) => {
  const long = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`d/${"x".repeat(60)}${i}`, `${i}`]));
  const repo = repository(t, { ...long, "*.yaml": "star", "a.yaml": "a", ":(top)b": "colon" });
  const commit = repo.head();
  assert.deepEqual(await repo.exported({ commit }, "*.yaml", ":(top)b"), WHOLE);
  assert.deepEqual(
    [repo.read("*.yaml"), repo.read("a.yaml"), repo.read(":(top)b")],
    ["star", undefined, "colon"],
  );
  assert.deepEqual(await repo.exported({ commit }, ...Object.keys(long)), WHOLE);
  assert.equal(repo.read(`d/${"x".repeat(60)}399`), "399");
  assert.equal(repo.read("a.yaml"), undefined);
});

test("no links, no filters, no hooks", posix, async (t) => {
  const repo = repository(t, { ".gitattributes": "*.txt filter=evil\n", "a.txt": "plain" });
  const note = join(repo.root, "ran");
  repo.git("config", "filter.evil.smudge", `touch ${note}`);
  repo.git("config", "core.fsmonitor", `touch ${note}`);
  for (const hook of ["post-checkout", "post-index-change"]) {
    const path = join(repo.root, ".git/hooks", hook);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\ntouch ${note}\n`);
    chmodSync(path, 0o755);
  }
  symlinkSync("/etc/passwd", join(repo.root, "link"));
  repo.git("add", "link");
  repo.git("commit", "--quiet", "--message", "link");
  rmSync(note, { force: true });
  assert.deepEqual(await repo.exported({ commit: repo.head() }, ""), { status: "done", left: ["link"] });
  assert.equal(repo.read("a.txt"), "plain");
  assert.equal(repo.read("link"), undefined);
  assert.equal(existsSync(note), false);
});

test("what cannot be had is told of, and an end is an end", async (t) => {
  const repo = repository(t, { a: "1" });
  const reason = async (version: GitVersion, env?: NodeJS.ProcessEnv) => {
    const outcome = await exportFiles(
      { root: repo.root, version, paths: ["a"], into: repo.into, timeout: 60_000, ...(env && { env }) },
      never(),
    );
    return outcome.status === "failed" ? render(outcome.reason) : outcome.status;
  };
  assert.match(await reason({ commit: "0".repeat(40) }), /^Git could not give the files .*: .+\.$/);
  assert.match(await reason("index", { PATH: "" }), /^Git is not installed/);
  const object = repo.git("rev-parse", "HEAD:a").trim();
  rmSync(join(repo.root, ".git/objects", object.slice(0, 2), object.slice(2)));
  assert.match(await reason({ commit: repo.head() }), /^This clone lacks some of the files/);
  const ended = new AbortController();
  ended.abort();
  const request = {
    root: repo.root,
    version: "index" as const,
    paths: ["a"],
    into: repo.into,
    timeout: 1_000,
  };
  assert.deepEqual(await exportFiles(request, ended.signal), { status: "cancelled" });
});
