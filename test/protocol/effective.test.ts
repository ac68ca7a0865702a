import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type ClientCapabilities,
  type CodeLens,
  CodeLensRefreshRequest,
  CodeLensRequest,
  CodeLensResolveRequest,
  ConfigurationRequest,
  DidChangeConfigurationNotification,
  type Hover,
  HoverRequest,
  type InlayHint,
  InlayHintRefreshRequest,
  InlayHintRequest,
  type ProtocolConnection,
} from "vscode-languageserver/node";
import { fullCapabilities, pause, TestClient, until } from "./client.ts";
import { TestFolder } from "./folder.ts";

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  strategy: { rollingUpdate: { maxUnavailable: 25%, maxSurge: 25% } }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: web:1
          readinessProbe: { httpGet: { path: /, port: 80 }, periodSeconds: 5 }
`;

const BUDGET = `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
`;

const AUTOSCALER = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 2
  maxReplicas: 8
`;

const ROUTE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec:
  hosts: [web]
  http:
    - route:
        - { destination: { host: web, subset: v1 }, weight: 95 }
        - { destination: { host: web, subset: v2 }, weight: 6 }
`;

const drawing: ClientCapabilities = {
  ...fullCapabilities,
  workspace: {
    ...fullCapabilities.workspace,
    inlayHint: { refreshSupport: true },
    codeLens: { refreshSupport: true },
  },
};

const WHOLE = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };

async function hints(client: TestClient, uri: string, range = WHOLE): Promise<InlayHint[]> {
  return (await client.connection.sendRequest(InlayHintRequest.type, { textDocument: { uri }, range })) ?? [];
}

const labels = (found: InlayHint[]) => found.map(({ position, label }) => `${position.line + 1} ${label}`);

async function hover(client: TestClient, uri: string, line: number, character: number): Promise<string> {
  const answer: Hover | null = await client.connection.sendRequest(HoverRequest.type, {
    textDocument: { uri },
    position: { line, character },
  });
  return typeof answer?.contents === "object" && "value" in answer.contents ? answer.contents.value : "";
}

async function lenses(client: TestClient, uri: string): Promise<CodeLens[]> {
  const found = await client.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } });
  return Promise.all(
    (found ?? []).map((lens) => client.connection.sendRequest(CodeLensResolveRequest.type, lens)),
  );
}

/** Counts what the server asks a client to draw again. */
class Refreshes {
  hints = 0;
  lenses = 0;

  readonly listen = (connection: ProtocolConnection): void => {
    connection.onRequest(InlayHintRefreshRequest.type, () => void this.hints++);
    connection.onRequest(CodeLensRefreshRequest.type, () => void this.lenses++);
  };
}

test("hovering tells the effective value before the schema's words, with its range", async (t) => {
  const client = await TestClient.start();
  t.after(() => client.stop());
  const uri = "file:///w/web.yaml";
  await client.open(uri, WEB);
  const strategy = await hover(client, uri, 5, 34);
  assert.match(strategy, /^\*\*maxUnavailable 25% and maxSurge 25% of 3 pods: 0 unavailable, surge 1\.\*\*/);
  assert.match(strategy, /\n---\n/);
  assert.match(await hover(client, uri, 13, 12), /leaves the endpoints after at most 16 s/);
});

test("hints stand in the range that is asked for, and say by default only what is not written", async (t) => {
  const client = await TestClient.start();
  t.after(() => client.stop());
  const uri = "file:///w/web.yaml";
  await client.open(uri, WEB);
  const found = await hints(client, uri);
  assert.deepEqual(labels(found), ["6 = 0 of 3", "6 = 1", "14 ≤ 16 s"]);
  assert.match(JSON.stringify(found[2]?.tooltip), /leaves the endpoints after at most 16 s/);
  const part = { start: { line: 10, character: 0 }, end: { line: 14, character: 0 } };
  assert.deepEqual(labels(await hints(client, uri, part)), ["14 ≤ 16 s"]);
});

test("settings switch hints and lenses, and the editor is asked to draw again", async (t) => {
  const settings = { inlayHints: "on", codeLens: true };
  const refreshes = new Refreshes();
  const client = await TestClient.start({
    capabilities: { ...drawing, workspace: { ...drawing.workspace, configuration: true } },
    prepare(connection) {
      refreshes.listen(connection);
      connection.onRequest(ConfigurationRequest.type, ({ items }) =>
        items.map(({ section }) => (section === "nines" ? settings : null)),
      );
    },
  });
  t.after(() => client.stop());
  const uri = "file:///w/web.yaml";
  await client.open(uri, WEB);
  assert.ok(labels(await hints(client, uri)).includes("14 leaves the endpoints after ≤ 16 s"));
  assert.equal((await lenses(client, uri)).length, 1);
  Object.assign(settings, { inlayHints: "off", codeLens: false });
  await client.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
  await until("hints and lenses are refreshed", () => refreshes.hints > 0 && refreshes.lenses > 0);
  assert.deepEqual(await hints(client, uri), []);
  assert.deepEqual(await lenses(client, uri), []);
});

test("an edit elsewhere has hints and lenses drawn again once, and only when they change", async (t) => {
  const folder = new TestFolder(t, { "web.yaml": WEB });
  const refreshes = new Refreshes();
  const client = await TestClient.start({
    folder: folder.path,
    capabilities: drawing,
    initializationOptions: { opensLenses: true },
    prepare: refreshes.listen,
  });
  t.after(() => client.stop());
  const [web, scaler] = [folder.uri("web.yaml"), folder.uri("scaler.yaml")];
  await client.open(web, WEB);
  await until("the workspace is read", async () =>
    (await lenses(client, web)).some(({ command }) => command?.title === "3 replicas · no PDB · no spread"),
  );
  await hints(client, web);
  await pause(100);
  Object.assign(refreshes, { hints: 0, lenses: 0 });

  await client.open(scaler, AUTOSCALER);
  await until("both are refreshed", () => refreshes.hints > 0 && refreshes.lenses > 0);
  assert.ok(labels(await hints(client, web)).includes("5 = 2–8, HPA web"));
  const [lens] = await lenses(client, web);
  assert.equal(lens?.command?.title, "2–8 replicas (HPA web) · no PDB · no spread");
  assert.deepEqual(lens?.command?.arguments?.[0], {
    kind: "workload",
    uri: web,
    position: { line: 0, character: 0 },
    about: [{ uri: scaler, range: { start: { line: 2, character: 18 }, end: { line: 2, character: 21 } } }],
  });
  await pause(100);
  assert.deepEqual([refreshes.hints, refreshes.lenses], [1, 1]);

  await client.open(folder.uri("other.yaml"), BUDGET.replaceAll("web", "other"));
  await pause(150);
  assert.deepEqual([refreshes.hints, refreshes.lenses], [1, 1]);
});

test("a lens stands over each weighted route, without a command for clients that have none", async (t) => {
  const client = await TestClient.start();
  t.after(() => client.stop());
  const uri = "file:///w/route.yaml";
  await client.open(uri, ROUTE);
  const found = await lenses(client, uri);
  assert.deepEqual(
    found.map(({ range, command }) => [range.start, command]),
    [
      [
        { line: 6, character: 6 },
        { title: "v1 94.1 % · v2 5.9 %", command: "" },
      ],
    ],
  );
  assert.deepEqual(labels(await hints(client, uri)), ["8 = 94.1 %", "9 = 5.9 %"]);
});

test("all of it is told in Chinese to a client that speaks it", async (t) => {
  const client = await TestClient.start({ locale: "zh-cn" });
  t.after(() => client.stop());
  const uri = "file:///w/web.yaml";
  await client.open(uri, WEB);
  assert.match(await hover(client, uri, 13, 12), /最多 16 秒就会从端点中移除/);
  assert.ok(labels(await hints(client, uri)).includes("14 ≤ 16 秒"));
});

test("templates and patches have neither hints nor lenses", async (t) => {
  const client = await TestClient.start();
  t.after(() => client.stop());
  const uri = "file:///w/chart.yaml";
  await client.open(uri, `{{- if .Values.web }}\n${WEB}{{- end }}\n`);
  assert.deepEqual(await hints(client, uri), []);
  assert.deepEqual(await lenses(client, uri), []);
});
