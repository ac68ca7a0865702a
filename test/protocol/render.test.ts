import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { FileChangeType, LogMessageNotification } from "vscode-languageserver/node";
import { renderPath } from "../render/programs.ts";
import { OLD_BUDGET, SERVED_OVERLAY } from "../render/removed-api.ts";
import { fullCapabilities, pause, type StartOptions, TestClient, until } from "./client.ts";
import { TestFolder } from "./folder.ts";

const posix = { skip: process.platform === "win32" && "The fake programs are shell scripts." };
const { PATH: REAL, skip } = renderPath("helm", "kustomize");

const TEMPLATE = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web:1 }] }
`;
const RULES = "rules: { pdb-missing: off, spread-missing: off, readiness-probe-missing: off }\n";
const CHART = {
  ".nines.yaml": RULES,
  "app/Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\n",
  "app/values.yaml": "replicas: 1\n",
  "app/templates/web.yaml": TEMPLATE,
};
/** What the fake Helm prints unless told otherwise. */
const RENDERED = `---\n# Source: app/templates/web.yaml\n${TEMPLATE.replace("{{ .Values.replicas }}", "1")}`;

interface Started {
  readonly client: TestClient;
  readonly folder: TestFolder;
  readonly uri: string;
  readonly log: string[];
  /** How often the fake Helm was started. */
  runs(): number;
}

/** Starts a server on the chart, with a Helm of our own unless `helm` is undefined. */
async function start(t: TestContext, helm: string | undefined, options: StartOptions = {}): Promise<Started> {
  const folder = new TestFolder(t, CHART);
  const bin = new TestFolder(t, { "rendered.yaml": RENDERED });
  if (helm !== undefined) {
    const note = `PATH=/usr/bin:/bin; echo run >> '${bin.path}/runs'; cd '${bin.path}'`;
    bin.write("helm", `#!/bin/sh\n${note}\n${helm}\n`);
    chmodSync(join(bin.path, "helm"), 0o755);
  }
  const log: string[] = [];
  const client = await TestClient.start({
    folder: folder.path,
    initializationOptions: { trusted: true, showsStatus: true },
    prepare: (connection) =>
      connection.onNotification(LogMessageNotification.type, ({ message }) => {
        log.push(message);
      }),
    env: { PATH: bin.path },
    ...options,
  });
  t.after(() => client.stop());
  const uri = folder.uri("app/templates/web.yaml");
  await client.open(uri, TEMPLATE, "helm");
  const runsFile = join(bin.path, "runs");
  const runs = () => (existsSync(runsFile) ? readFileSync(runsFile, "utf8").trim().split("\n").length : 0);
  return { client, folder, uri, log, runs };
}

const shows = ({ client, uri }: Started, ...rules: string[]) =>
  until(`the template shows ${rules}`, async () => String(await client.rulesIn(uri)) === String(rules));

test(
  "a chart of a trusted workspace is rendered in the background, and the client asked to look again",
  posix,
  async (t) => {
    const started = await start(t, "cat rendered.yaml");
    const { client, uri } = started;
    assert.deepEqual(await client.rulesIn(uri), []);
    await until("the client is asked to look again", () => client.refreshes > 0);
    const [item] = await client.items(uri);
    assert.equal(item?.code, "replicas-minimum");
    assert.deepEqual(item?.range.start, { line: 5, character: 12 });
    assert.deepEqual(item?.data, { ruleId: "replicas-minimum", fixable: false });
    assert.match(
      item?.relatedInformation?.at(-1)?.message ?? "",
      /^This shows when Helm renders the chart app/,
    );
  },
);

test("typing runs nothing, and the finding stays with its line; saving renders again", posix, async (t) => {
  const started = await start(t, "cat rendered.yaml");
  const { client, uri, runs } = started;
  await shows(started, "replicas-minimum");
  const before = runs();
  await client.change(uri, `# one more line\n${TEMPLATE}`);
  const [item] = await client.items(uri);
  assert.equal(item?.code, "replicas-minimum", "there without a pause");
  assert.equal(item?.range.start.line, 6);
  await pause(800);
  assert.equal(runs(), before);
  // What was saved is another chart.
  const values = started.folder.write("app/values.yaml", "replicas: 1 # as before\n");
  await client.filesChanged([[values, FileChangeType.Changed]]);
  await until("it is rendered again", () => runs() > before);
  // The same files again are known.
  const after = runs();
  await pause(800);
  await client.filesChanged([[values, FileChangeType.Changed]]);
  await pause(800);
  assert.equal(runs(), after);
});

test("an untrusted workspace runs nothing until it is trusted", posix, async (t) => {
  const started = await start(t, "cat rendered.yaml", { initializationOptions: { trusted: false } });
  await pause(1_000);
  assert.deepEqual(await started.client.rulesIn(started.uri), []);
  assert.equal(started.runs(), 0);
  await started.client.connection.sendNotification("nines/trust", { trusted: true });
  await shows(started, "replicas-minimum");
  // And what came of it goes when it is not trusted any more.
  await started.client.connection.sendNotification("nines/trust", { trusted: false });
  await shows(started);
});

test("a client that says nothing about trust is not trusted", posix, async (t) => {
  const started = await start(t, "cat rendered.yaml", { initializationOptions: undefined });
  await pause(1_000);
  assert.equal(started.runs(), 0);
});

test("the setting switches it off", posix, async (t) => {
  const capabilities = {
    ...fullCapabilities,
    workspace: { ...fullCapabilities.workspace, configuration: true },
  };
  const started = await start(t, "cat rendered.yaml", {
    capabilities,
    initializationOptions: { trusted: true },
    prepare: (connection) =>
      connection.onRequest("workspace/configuration", ({ items }: { items: { section: string }[] }) =>
        items.map(({ section }) => (section === "nines" ? { render: { enabled: false } } : {})),
      ),
  });
  await pause(1_000);
  assert.equal(started.runs(), 0);
});

test("without Helm the templates stay silent, with one status that says so", async (t) => {
  const notes: (string | undefined)[] = [];
  const log: string[] = [];
  const started = await start(t, undefined, {
    prepare(connection) {
      connection.onNotification("nines/status", ({ note }: { note?: string }) => {
        notes.push(note);
      });
      connection.onNotification(LogMessageNotification.type, ({ message }) => {
        log.push(message);
      });
    },
  });
  await until("the status says so", () => /no `helm` on the PATH/.test(notes.at(-1) ?? ""));
  assert.deepEqual(await started.client.rulesIn(started.uri), []);
  assert.equal(log.filter((line) => line.includes("no `helm`")).length, 1);
});

test("a program that takes too long is ended; others' findings are not touched", posix, async (t) => {
  const capabilities = {
    ...fullCapabilities,
    workspace: { ...fullCapabilities.workspace, configuration: true },
  };
  const log: string[] = [];
  const started = await start(t, "sleep 1000", {
    capabilities,
    prepare(connection) {
      connection.onRequest("workspace/configuration", ({ items }: { items: { section: string }[] }) =>
        items.map(({ section }) => (section === "nines" ? { render: { timeout: 1 } } : {})),
      );
      connection.onNotification(LogMessageNotification.type, ({ message }) => {
        log.push(message);
      });
    },
  });
  await until("it is told", () => log.some((line) => /took longer than 1 s and was ended/.test(line)));
  assert.deepEqual(await started.client.rulesIn(started.uri), []);
});

test("a save ends the rendering of what was there before, and of nothing else", posix, async (t) => {
  // The first time it never ends.
  const started = await start(t, "if [ -e slow ]; then cat rendered.yaml; else echo > slow; sleep 1000; fi");
  await until("it renders", () => started.runs() === 1);
  const other = started.folder.write("other.yaml", "a: 1\n");
  await started.client.filesChanged([[other, FileChangeType.Created]]);
  await pause(800);
  assert.equal(started.runs(), 1, "it is still about what is there");
  const values = started.folder.write("app/values.yaml", "replicas: 1 # saved\n");
  await started.client.filesChanged([[values, FileChangeType.Changed]]);
  await shows(started, "replicas-minimum");
  assert.equal(started.runs(), 2);
});

test("the end of the server is the end of what it runs", posix, async (t) => {
  const folder = new TestFolder(t, CHART);
  const bin = new TestFolder(t, { helm: "" });
  writeFileSync(
    join(bin.path, "helm"),
    `#!/bin/sh\nPATH=/usr/bin:/bin; echo $$ > '${bin.path}/pid'; sleep 1000\n`,
  );
  chmodSync(join(bin.path, "helm"), 0o755);
  const client = await TestClient.start({
    folder: folder.path,
    initializationOptions: { trusted: true },
    env: { PATH: bin.path },
  });
  const file = join(bin.path, "pid");
  await until("it runs", () => existsSync(file) && readFileSync(file, "utf8") !== "");
  const pid = Number(readFileSync(file, "utf8"));
  await client.stop();
  await until("it is gone", () => !isRunning(pid));
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Where nobody collects dead orphans, they stay in the list of processes.
  const stat = `/proc/${pid}/stat`;
  return !(existsSync(stat) && / Z /.test(readFileSync(stat, "utf8")));
}

test("the real Helm and Kustomize do the same", { skip }, async (t) => {
  const overlay = {
    "base/kustomization.yaml": "resources: [web.yaml]\n",
    "base/web.yaml": TEMPLATE.replace("{{ .Values.replicas }}", "3"),
    "prod/kustomization.yaml": "resources: [../base]\nreplicas:\n  - name: web\n    count: 1\n",
  };
  const folder = new TestFolder(t, { ...CHART, ...overlay });
  const client = await TestClient.start({
    folder: folder.path,
    initializationOptions: { trusted: true },
    env: { PATH: REAL },
  });
  t.after(() => client.stop());
  for (const path of ["app/templates/web.yaml", "prod/kustomization.yaml"]) {
    const uri = folder.uri(path);
    await client.open(uri, readFileSync(join(folder.path, path), "utf8"));
    await until(
      `${path} is judged as built`,
      async () => String(await client.rulesIn(uri)) === "replicas-minimum",
    );
  }
});

test("what every overlay resolves is not shown, until an edit makes it uncertain", { skip }, async (t) => {
  const folder = new TestFolder(t, {
    "base/kustomization.yaml": "resources: [budget.yaml]\n",
    "base/budget.yaml": OLD_BUDGET,
    "dev/kustomization.yaml": SERVED_OVERLAY,
    "prod/kustomization.yaml": SERVED_OVERLAY,
  });
  const client = await TestClient.start({
    folder: folder.path,
    initializationOptions: { trusted: true },
    env: { PATH: REAL },
  });
  t.after(() => client.stop());
  const uri = folder.uri("base/budget.yaml");
  await client.open(uri, OLD_BUDGET);
  const messages = async () =>
    (await client.items(uri))
      .filter(({ code }) => code === "api-version-removed")
      .map(({ message }) => String(message));
  await until("no overlay has it", async () => (await messages()).length === 0);
  // Nobody has built this text.
  await client.change(uri, `${OLD_BUDGET}# edited\n`);
  assert.equal((await messages()).length, 1);
  await client.change(uri, OLD_BUDGET);
  assert.equal((await messages()).length, 0);
  const dev = folder.write("dev/kustomization.yaml", "resources: [../base]\n");
  await client.filesChanged([[dev, FileChangeType.Changed]]);
  await until("one overlay has it", async () => (await messages()).length === 1);
  const [item] = await client.items(uri);
  assert.match(
    String(item?.message),
    /Overlays that it applies to: dev\. The others that build on this resolve it\.$/,
  );
  assert.equal(item?.relatedInformation?.at(-1)?.location.uri, dev);
  // In doubt it stays, without a word about overlays.
  const prod = folder.write("prod/kustomization.yaml", `${SERVED_OVERLAY}  - path: gone.yaml\n`);
  await client.filesChanged([[prod, FileChangeType.Changed]]);
  await until("one overlay is not built", async () =>
    /as it is written\.$/.test((await messages())[0] ?? ""),
  );
});
