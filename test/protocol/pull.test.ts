import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type ClientCapabilities,
  FileChangeType,
  type WorkspaceDiagnosticReport,
  WorkspaceDiagnosticRequest,
} from "vscode-languageserver/node";
import { fullCapabilities, pause, TestClient, until } from "./client.ts";
import { TestFolder } from "./folder.ts";
import { BLOCKED, BUDGET, DEPLOYMENT } from "./texts.ts";

const RULE = "pdb-blocks-drain";

test("a finding says its rule, place, severity and page, and whether it can be fixed", async (t) => {
  const client = await TestClient.start();
  t.after(() => client.stop());
  await client.open("file:///w/a.yaml", BLOCKED);
  const finding = (await client.items("file:///w/a.yaml")).find(({ code }) => code === RULE);
  assert.ok(finding !== undefined);
  const { message, ...others } = finding;
  assert.match(String(message), /\.$/);
  assert.deepEqual(others, {
    range: { start: { line: 14, character: 16 }, end: { line: 14, character: 17 } },
    severity: 1,
    source: "nines",
    code: RULE,
    codeDescription: { href: `https://github.com/nines-ha/nines/blob/main/docs/rules/${RULE}.md` },
    data: { ruleId: RULE, fixable: true },
  });
});

test("a report is unchanged until an edit changes its findings or their places", async (t) => {
  const client = await TestClient.start();
  t.after(() => client.stop());
  const uri = "file:///w/a.yaml";
  await client.open(uri, BLOCKED);
  const first = await client.pull(uri);
  assert.equal(first.kind, "full");
  const again = await client.pull(uri, first.resultId);
  assert.deepEqual(again, { kind: "unchanged", resultId: first.resultId });

  const end = { line: 16, character: 0 };
  await client.change(uri, "# a comment at the end\n", { start: end, end });
  assert.equal((await client.pull(uri, first.resultId)).kind, "unchanged");

  const start = { line: 0, character: 0 };
  await client.change(uri, "# a comment at the start\n", { start, end: start });
  const moved = await client.pull(uri, first.resultId);
  assert.ok(moved.kind === "full");
  assert.equal(moved.items.find(({ code }) => code === RULE)?.range.start.line, 15);

  await client.change(uri, BLOCKED.replace("minAvailable: 2", "minAvailable: 1"));
  assert.ok(!(await client.rulesIn(uri)).includes(RULE));
});

test("an edit asks the client once to pull the other open files that it concerns, and only then", async (t) => {
  const folder = new TestFolder(t, {
    "app/web.yaml": DEPLOYMENT,
    "app/pdb.yaml": BUDGET,
    "app/x.yaml": "a: 1\n",
  });
  const client = await TestClient.start({ folder: folder.path });
  t.after(() => client.stop());
  const [web, pdb, other] = [
    folder.uri("app/web.yaml"),
    folder.uri("app/pdb.yaml"),
    folder.uri("app/x.yaml"),
  ];
  await client.open(web, DEPLOYMENT);
  await client.open(pdb, BUDGET);
  await client.open(other, "a: 1\n");
  await until("the budget is judged", async () => (await client.rulesIn(pdb)).includes(RULE));
  await client.pull(web);
  await client.pull(other);
  await pause(200);
  client.refreshes = 0;

  await client.change(web, DEPLOYMENT.replace("replicas: 2", "replicas: 3"));
  await client.pull(web);
  await until("the client is asked", () => client.refreshes > 0);
  assert.ok(!(await client.rulesIn(pdb)).includes(RULE));
  await pause(200);
  assert.equal(client.refreshes, 1);

  await client.change(other, "a: 2\n");
  await client.pull(other);
  await client.change(web, DEPLOYMENT.replace("replicas: 2", "replicas: 4"));
  await client.pull(web);
  await pause(200);
  assert.equal(client.refreshes, 1, "the budget's report is the same with 3 and with 4");
});

test("closed files are reported for the workspace, and again only when they change", async (t) => {
  const folder = new TestFolder(t, { "app/web.yaml": DEPLOYMENT, "app/pdb.yaml": BUDGET });
  const client = await TestClient.start({ folder: folder.path });
  t.after(() => client.stop());
  const ask = (previous: readonly { uri: string; value: string }[]) =>
    client.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [...previous] });
  const ofBudget = (report: WorkspaceDiagnosticReport) =>
    report.items.find(({ uri }) => uri === folder.uri("app/pdb.yaml"));

  const report = await ask([]);
  const first = ofBudget(report);
  assert.ok(first?.kind === "full" && first.items.some(({ code }) => code === RULE));

  const known = report.items.map(({ uri, resultId }) => ({ uri, value: String(resultId) }));
  let answer: WorkspaceDiagnosticReport | undefined;
  const asked = ask(known).then((later) => {
    answer = later;
  });
  await pause(200);
  assert.equal(answer, undefined, "nothing has changed, so there is nothing to say");

  folder.write("app/web.yaml", DEPLOYMENT.replace("replicas: 2", "replicas: 3"));
  await client.filesChanged([[folder.uri("app/web.yaml"), FileChangeType.Changed]]);
  await asked;
  assert.ok(answer !== undefined);
  const later = ofBudget(answer);
  assert.ok(later?.kind === "full" && !later.items.some(({ code }) => code === RULE));
});

test("a file that goes takes its findings along, and so does a folder", async (t) => {
  const folder = new TestFolder(t, { "app/both.yaml": BLOCKED, "b/both.yaml": BLOCKED });
  const client = await TestClient.start({ folder: folder.path });
  t.after(() => client.stop());
  const ask = (previousResultIds: { uri: string; value: string }[]) =>
    client.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds });
  const report = await ask([]);
  assert.equal(report.items.length, 2);
  const gone = [folder.uri("app/both.yaml"), folder.uri("b/both.yaml")];
  folder.remove("app/both.yaml");
  folder.remove("b");
  const asked = ask(report.items.map(({ uri, resultId }) => ({ uri, value: String(resultId) })));
  await client.filesChanged([
    [folder.uri("app/both.yaml"), FileChangeType.Deleted],
    [folder.uri("b"), FileChangeType.Deleted],
  ]);
  assert.deepEqual(
    (await asked).items.map(({ uri, kind, ...rest }) => [uri, kind, "items" in rest && rest.items]).sort(),
    gone.map((uri) => [uri, "full", []]).sort(),
  );
});

test("a client that cannot pull is sent the diagnostics, with the version they are about", async (t) => {
  const folder = new TestFolder(t, { "app/web.yaml": DEPLOYMENT, "app/pdb.yaml": BUDGET });
  const { diagnostic: _, ...textDocument } = fullCapabilities.textDocument ?? {};
  const capabilities: ClientCapabilities = { textDocument };
  const client = await TestClient.start({ folder: folder.path, capabilities });
  t.after(() => client.stop());
  assert.equal(client.initialized?.capabilities.diagnosticProvider, undefined);
  const uri = folder.uri("app/pdb.yaml");
  const rules = () =>
    client.published.findLast((each) => each.uri === uri)?.diagnostics.map(({ code }) => code);
  await client.open(uri, BUDGET);
  await until("the finding is sent", () => rules()?.includes(RULE) === true);
  await client.open(folder.uri("app/web.yaml"), DEPLOYMENT.replace("replicas: 2", "replicas: 3"));
  await until("the finding is taken back", () => rules()?.includes(RULE) === false);
  assert.equal(client.published.findLast((each) => each.uri === uri)?.version, 1);
  await client.close(uri);
  await until("the file is cleared", () => client.published.at(-1)?.uri === uri && rules()?.length === 0);
});
