import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { type Command, runProgram } from "./run.ts";

/** A run of a program that is written here, in JavaScript. */
function command(t: TestContext, script: string, more: Partial<Command> = {}): Command {
  const cwd = mkdtempSync(join(tmpdir(), "nines-run-"));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  const args = ["-e", script];
  return { program: process.execPath, args, cwd, env: {}, timeout: 30_000, maxOutput: 1_000_000, ...more };
}

const never = () => new AbortController().signal;

test("what a program prints is its outcome, and it knows nothing but the environment it is given", async (t) => {
  const script = "console.log(JSON.stringify([process.cwd(), process.env]))";
  const run = command(t, script, { env: { ONE: "1" } });
  const outcome = await runProgram(run, never());
  assert.equal(outcome.status, "done");
  const [cwd, env] = JSON.parse(outcome.status === "done" ? outcome.output : "");
  assert.match(cwd, /nines-run-/);
  delete env.__CF_USER_TEXT_ENCODING;
  delete env.SystemRoot;
  assert.deepEqual(env, { ONE: "1" });
});

test("a program that fails is told of with what it said", async (t) => {
  const outcome = await runProgram(command(t, "console.error('no way'); process.exit(3)"), never());
  assert.deepEqual(outcome, { status: "failed", reason: "no way" });
});

test("a program that does not exist fails", async (t) => {
  const outcome = await runProgram(command(t, "", { program: "/no/such/program" }), never());
  assert.equal(outcome.status, "failed");
});

/** Starts a child that notes its number and would live for ever, then goes on for ever itself. */
const FAMILY = `
  const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  require("node:fs").writeFileSync("child", String(child.pid));
  setInterval(() => {}, 1000);
`;

async function childOf({ cwd }: Command): Promise<number> {
  const file = join(cwd, "child");
  while (!existsSync(file) || readFileSync(file, "utf8") === "") await pause(5);
  return Number(readFileSync(file, "utf8"));
}

async function assertGone(pid: number): Promise<void> {
  for (let i = 0; i < 400; i++) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    if (isZombie(pid)) return;
    await pause(25);
  }
  assert.fail(`${pid} is still there`);
}

/** Where nobody collects dead orphans, they stay in the list of processes. */
function isZombie(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && / Z /.test(readFileSync(file, "utf8"));
}

test("a program that takes too long is ended, with everything it has started", async (t) => {
  const run = command(t, FAMILY, { timeout: 2_000 });
  const outcome = runProgram(run, never());
  const child = await childOf(run);
  assert.deepEqual(await outcome, { status: "timeout" });
  await assertGone(child);
});

test("a program that is cancelled is ended, with everything it has started", async (t) => {
  const run = command(t, FAMILY);
  const cancellation = new AbortController();
  const outcome = runProgram(run, cancellation.signal);
  const child = await childOf(run);
  cancellation.abort();
  assert.deepEqual(await outcome, { status: "cancelled" });
  await assertGone(child);
});

test("what is cancelled already is not started", async (t) => {
  const run = command(t, "require('node:fs').writeFileSync('ran', '')");
  assert.deepEqual(await runProgram(run, AbortSignal.abort()), { status: "cancelled" });
  await pause(100);
  assert.equal(existsSync(join(run.cwd, "ran")), false);
});

test("endless output ends the program, not the memory", async (t) => {
  const script =
    "const line = 'a: b\\n'.repeat(10_000); (function go() { process.stdout.write(line, go); })()";
  assert.deepEqual(await runProgram(command(t, script), never()), { status: "tooMuch" });
});

test("endless complaints are no danger either", async (t) => {
  const script =
    "const line = 'oh no\\n'.repeat(10_000); (function go() { process.stderr.write(line, go); })()";
  const outcome = await runProgram(command(t, script, { timeout: 1_500 }), never());
  assert.deepEqual(outcome, { status: "timeout" });
});
