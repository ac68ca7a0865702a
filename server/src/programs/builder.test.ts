import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { render } from "../model/message.ts";
import type { Build } from "../render/build.ts";
import { Builder } from "./builder.ts";
import type { Command, RunOutcome } from "./run.ts";

const posix = {
  skip: process.platform === "win32" && "The programs that are found are no Windows programs.",
};

interface Run {
  readonly command: Command;
  readonly signal: AbortSignal;
  end(outcome: RunOutcome): void;
}

/** A builder over real files whose programs are run by the test. */
function setUp(t: TestContext, programs: readonly string[] = ["helm", "kustomize", "kubectl"]) {
  const root = mkdtempSync(join(tmpdir(), "nines-builder-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write("bin/none", "");
  for (const name of programs) {
    write(`bin/${name}`, "");
    chmodSync(join(root, "bin", name), 0o755);
  }
  const runs: Run[] = [];
  const builder = new Builder({
    pathOf: (uri) => join(root, uri.slice("w:///".length)),
    env: { PATH: join(root, "bin") },
    run: (command, signal) =>
      new Promise((resolve) => {
        runs.push({ command, signal, end: resolve });
        signal.addEventListener("abort", () => resolve({ status: "cancelled" }));
      }),
  });
  t.after(() => builder.cancel());
  const started = async (n: number) => {
    for (let i = 0; i < 400 && runs.length < n; i++) await pause(5);
    assert.equal(runs.length, n);
    await pause(30);
    assert.equal(runs.length, n, "and no more");
  };
  return { root, write, builder, runs, started };
}

const chart = (folder: string, values?: string): Build => ({
  kind: "chart",
  folder: `w:///${folder}`,
  file: `w:///${folder}/Chart.yaml`,
  values: values === undefined ? undefined : `w:///${folder}/${values}`,
  release: folder,
});
const overlay = (folder: string): Build => ({
  kind: "kustomization",
  folder: `w:///${folder}`,
  file: `w:///${folder}/kustomization.yaml`,
  values: undefined,
  release: "",
});

test(
  "a chart goes to Helm with its values; what came of it is kept until a file is another",
  posix,
  async (t) => {
    const { root, write, builder, runs, started } = setUp(t);
    write("app/Chart.yaml", "name: app");
    write("app/ci/a-values.yaml", "a: 1");
    const build = chart("app", "ci/a-values.yaml");
    const first = builder.build(build, 1_000);
    await started(1);
    const command = runs[0]?.command;
    assert.equal(command?.program, join(root, "bin/helm"));
    assert.deepEqual(command?.args, [
      ...["template", "app", join(root, "app"), "--skip-tests", "--kube-version", "1.34.0"],
      ...["--values", join(root, "app/ci/a-values.yaml")],
    ]);
    assert.equal(existsSync(command?.cwd ?? ""), true);
    runs[0]?.end({ status: "done", output: "a: 1" });
    assert.deepEqual(await first, { status: "built", output: "a: 1", sums: new Map() });
    assert.deepEqual(await builder.build(build, 1_000), { status: "built", output: "a: 1", sums: new Map() });
    await started(1);
    write("app/templates/_helpers.tpl", "any file counts");
    const again = builder.build(build, 1_000);
    await started(2);
    runs[1]?.end({ status: "failed", reason: "Error: no\nhint" });
    const outcome = await again;
    assert.match(outcome.status === "failed" ? render(outcome.reason) : "", /failed, .*: no$/);
  },
);

test("who asks again for the same files waits for what runs; other files end it", posix, async (t) => {
  const { write, builder, runs, started } = setUp(t);
  write("app/Chart.yaml", "name: app");
  const first = builder.build(chart("app"), 1_000);
  await started(1);
  const second = builder.build(chart("app"), 1_000);
  await started(1);
  write("app/values.yaml", "a: 1");
  const third = builder.build(chart("app"), 1_000);
  await started(2);
  assert.equal(runs[0]?.signal.aborted, true);
  assert.deepEqual(await first, { status: "cancelled" });
  assert.deepEqual(await second, { status: "cancelled" });
  runs[1]?.end({ status: "done", output: "" });
  assert.deepEqual(await third, { status: "built", output: "", sums: new Map() });
});

test("two run at a time", posix, async (t) => {
  const { write, builder, runs, started } = setUp(t);
  const names = ["a", "b", "c", "d"];
  for (const name of names) write(`${name}/Chart.yaml`, name);
  const all = Promise.all(names.map((name) => builder.build(chart(name), 1_000)));
  await started(2);
  runs[0]?.end({ status: "done", output: "" });
  await started(3);
  runs[1]?.end({ status: "timeout" });
  await started(4);
  for (const run of runs) run.end({ status: "tooMuch" });
  const said = (await all).map((outcome) =>
    outcome.status === "failed" ? render(outcome.reason) : outcome.status,
  );
  assert.equal(said.filter((each) => each === "built").length, 1);
  assert.equal(said.filter((each) => /took longer than 1 s and was ended/.test(each)).length, 1);
  assert.equal(said.filter((each) => /wrote more than 16 MiB and was ended/.test(each)).length, 2);
});

test("cancelled, everything ends, nothing of it is kept, and the folder it ran in goes", posix, async (t) => {
  const { write, builder, runs, started } = setUp(t);
  for (const name of ["a", "b", "c"]) write(`${name}/Chart.yaml`, name);
  const all = Promise.all(["a", "b", "c"].map((name) => builder.build(chart(name), 1_000)));
  await started(2);
  builder.cancel();
  assert.deepEqual(
    (await all).map(({ status }) => status),
    ["cancelled", "cancelled", "cancelled"],
  );
  assert.equal(existsSync(runs[0]?.command.cwd ?? ""), false);
  void builder.build(chart("a"), 1_000);
  await started(3);
  assert.equal(existsSync(runs[2]?.command.cwd ?? ""), true);
});

test("a build that nobody wants any more ends", posix, async (t) => {
  const { write, builder, started } = setUp(t);
  write("a/Chart.yaml", "a");
  const outcome = builder.build(chart("a"), 1_000);
  await started(1);
  builder.keepOnly([]);
  assert.deepEqual(await outcome, { status: "cancelled" });
});

test(
  "an overlay goes to Kustomize, to kubectl where there is none, and nowhere when it names an address",
  posix,
  async (t) => {
    const files = {
      "base/kustomization.yaml": "resources: []",
      "prod/kustomization.yaml": "resources: [../base]",
    };
    for (const [programs, args] of [
      [["kustomize", "kubectl"], "build"],
      [["kubectl"], "kustomize"],
    ] as const) {
      const { root, write, builder, runs, started } = setUp(t, programs);
      for (const [path, text] of Object.entries(files)) write(path, text);
      void builder.build(overlay("prod"), 1_000);
      await started(1);
      assert.equal(runs[0]?.command.program, join(root, "bin", programs[0]));
      assert.deepEqual(runs[0]?.command.args, [args, join(root, "prod")]);
      write("base/kustomization.yaml", "resources: [https://example.com/a.yaml]");
      const outcome = await builder.build(overlay("prod"), 1_000);
      assert.match(outcome.status === "failed" ? render(outcome.reason) : "", /follows no addresses/);
      await started(1);
    }
    const { builder } = setUp(t, []);
    assert.deepEqual(await builder.build(overlay("prod"), 1_000), { status: "missing" });
    assert.deepEqual(await builder.build(chart("app"), 1_000), { status: "missing" });
  },
);

test("a chart that is too much is not read, and one that is gone says so", posix, async (t) => {
  const { root, write, builder, started } = setUp(t);
  for (let i = 0; i < 5_001; i++) write(`many/f${i}`, "");
  const many = await builder.build(chart("many"), 1_000);
  assert.match(many.status === "failed" ? render(many.reason) : "", /more than 5000 files or 64 MiB/);
  const gone = await builder.build(chart("gone"), 1_000);
  assert.match(gone.status === "failed" ? render(gone.reason) : "", /could not be read: .*ENOENT/);
  write("round/Chart.yaml", "");
  const { symlinkSync } = await import("node:fs");
  symlinkSync(join(root, "round"), join(root, "round/again"));
  const round = await builder.build(chart("round"), 1_000);
  assert.equal(round.status, "failed");
  await started(0);
});
