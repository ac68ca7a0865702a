import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CodeAction,
  CodeActionRequest,
  ConfigurationRequest,
  DidChangeConfigurationNotification,
  DidChangeWorkspaceFoldersNotification,
  FileChangeType,
  RegistrationRequest,
} from "vscode-languageserver/node";
import { Deferred } from "../../server/src/server/deferred.ts";
import { fullCapabilities, pause, TestClient, until } from "./client.ts";
import { TestFolder } from "./folder.ts";
import { BLOCKED, BUDGET, DEPLOYMENT } from "./texts.ts";

const RULE = "pdb-blocks-drain";
/** Says that its selector matches nothing anywhere, which nobody knows before every file is read. */
const NOTHING = "pdb-selects-nothing";

/** A budget beside `DEPLOYMENT` that misspells what it selects. */
const MISSPELT = BUDGET.replace("app: web", "app: wbe");

test("nothing is called missing before every file is read; then the client is asked to pull once", async (t) => {
  const uri = "memfs:/repo/pdb.yaml";
  const files = new Map([
    ["memfs:/repo/web.yaml", DEPLOYMENT],
    [uri, MISSPELT],
  ]);
  const reading = new Deferred();
  const client = await TestClient.start({
    folderUri: "memfs:/repo",
    initializationOptions: { readsFiles: true },
    prepare: (connection) => {
      connection.onRequest("nines/findFiles", async () => {
        await reading.promise;
        return [...files.keys()];
      });
      connection.onRequest("nines/readFile", ({ uri: file }: { uri: string }) => files.get(file) ?? null);
    },
  });
  t.after(() => client.stop());
  await client.open(uri, MISSPELT);
  await client.open("memfs:/repo/web.yaml", DEPLOYMENT);
  await client.rulesIn("memfs:/repo/web.yaml");
  await pause(500);
  assert.deepEqual(await client.rulesIn(uri), []);
  client.refreshes = 0;
  reading.resolve();
  await until("the client is asked", () => client.refreshes > 0);
  assert.ok((await client.rulesIn(uri)).includes(NOTHING));
  await client.rulesIn("memfs:/repo/web.yaml");
  await pause(300);
  assert.equal(client.refreshes, 1);
});

test("a workload in a file that nobody opened counts", async (t) => {
  const folder = new TestFolder(t, { "app/web.yaml": DEPLOYMENT, "app/pdb.yaml": BUDGET });
  const client = await TestClient.start({ folder: folder.path });
  t.after(() => client.stop());
  await client.open(folder.uri("app/pdb.yaml"), BUDGET);
  await until("it is found", async () => (await client.rulesIn(folder.uri("app/pdb.yaml"))).includes(RULE));
  folder.remove("app/web.yaml");
  await client.filesChanged([[folder.uri("app/web.yaml"), FileChangeType.Deleted]]);
  await until("it is gone", async () => !(await client.rulesIn(folder.uri("app/pdb.yaml"))).includes(RULE));
});

test("what .gitignore, .nines.yaml and the settings leave out does not count, open or not", async (t) => {
  const folder = new TestFolder(t, {
    ".gitignore": "rendered/\n",
    ".nines.yaml": "ignore: [legacy/]\n",
    "rendered/a.yaml": BLOCKED,
    "legacy/a.yaml": BLOCKED,
    "excluded/a.yaml": BLOCKED,
    "kept/a.yaml": BLOCKED,
  });
  const client = await TestClient.start({
    folder: folder.path,
    capabilities: withConfiguration(),
    prepare: (connection) => {
      connection.onRequest(ConfigurationRequest.type, ({ items }) =>
        items.map(({ section }) => (section === "nines" ? { exclude: ["excluded/**"] } : {})),
      );
      connection.onRequest(RegistrationRequest.type, () => undefined);
    },
  });
  t.after(() => client.stop());
  for (const name of ["rendered", "legacy", "excluded", "kept"]) {
    await client.open(folder.uri(`${name}/a.yaml`), BLOCKED);
  }
  await until("it is found", async () => (await client.rulesIn(folder.uri("kept/a.yaml"))).includes(RULE));
  for (const name of ["rendered", "legacy", "excluded"]) {
    assert.deepEqual(await client.rulesIn(folder.uri(`${name}/a.yaml`)), [], name);
  }
  folder.write(".nines.yaml", "ignore: []\n");
  await client.filesChanged([[folder.uri(".nines.yaml"), FileChangeType.Changed]]);
  await until("it counts now", async () =>
    (await client.rulesIn(folder.uri("legacy/a.yaml"))).includes(RULE),
  );
});

test("changed settings count at once", async (t) => {
  let nines: Record<string, unknown> = {};
  const registered: string[] = [];
  const folder = new TestFolder(t, { "a.yaml": BLOCKED });
  const client = await TestClient.start({
    folder: folder.path,
    capabilities: withConfiguration(),
    prepare: (connection) => {
      connection.onRequest(ConfigurationRequest.type, ({ items }) =>
        items.map(({ section }) => (section === "nines" ? nines : {})),
      );
      connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
        registered.push(...registrations.map(({ method }) => method));
      });
    },
  });
  t.after(() => client.stop());
  const uri = folder.uri("a.yaml");
  await client.open(uri, BLOCKED);
  await until("it is found", async () => (await client.rulesIn(uri)).includes(RULE));
  await until("the server listens", () => registered.includes("workspace/didChangeConfiguration"));
  await until("the server watches", () => registered.includes("workspace/didChangeWatchedFiles"));
  const change = async (settings: Record<string, unknown>) => {
    nines = settings;
    const before = client.refreshes;
    await client.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
    await until("the client is asked to pull", () => client.refreshes > before);
  };
  const rules = async () => (await client.rulesIn(uri)).join();
  await change({ enable: false });
  await until("nothing is found", async () => (await rules()) === "");
  await change({ enable: true, profile: "minimal" });
  await until("only errors are found", async () => (await rules()) === RULE);
});

test("a client without settings to ask for sends them", async (t) => {
  const client = await TestClient.start();
  t.after(() => client.stop());
  await client.open("file:///w/a.yaml", BLOCKED);
  assert.ok((await client.rulesIn("file:///w/a.yaml")).includes(RULE));
  await client.connection.sendNotification(DidChangeConfigurationNotification.type, {
    settings: { nines: { enable: false } },
  });
  await until("it is off", async () => (await client.rulesIn("file:///w/a.yaml")).length === 0);
});

test("a .nines.yaml counts at once, and what is wrong in it is found", async (t) => {
  const folder = new TestFolder(t, { "a.yaml": BLOCKED });
  const client = await TestClient.start({ folder: folder.path });
  t.after(() => client.stop());
  await client.open(folder.uri("a.yaml"), BLOCKED);
  const config = folder.uri(".nines.yaml");
  await client.open(config, `rules:\n  ${RULE}: off\n  pdb-blocks-drian: off\n`);
  assert.ok(!(await client.rulesIn(folder.uri("a.yaml"))).includes(RULE));
  assert.deepEqual(await client.rulesIn(config), ["config-invalid"]);
});

test("folders come and go", async (t) => {
  const [first, second] = [
    new TestFolder(t),
    new TestFolder(t, { "web.yaml": DEPLOYMENT, "pdb.yaml": BUDGET }),
  ];
  const client = await TestClient.start({ folder: first.path });
  t.after(() => client.stop());
  const uri = second.uri("pdb.yaml");
  await client.open(uri, BUDGET);
  assert.ok(!(await client.rulesIn(uri)).includes(RULE));
  const event = { uri: second.uri(""), name: "second" };
  const send = (added: (typeof event)[], removed: (typeof event)[]) =>
    client.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
      event: { added, removed },
    });
  await send([event], []);
  await until("the folder is read", async () => (await client.rulesIn(uri)).includes(RULE));
  await send([], [event]);
  await until("the folder is forgotten", async () => !(await client.rulesIn(uri)).includes(RULE));
});

test("files that only the client can reach are read through it", async (t) => {
  const files = new Map([
    ["memfs:/repo/web.yaml", DEPLOYMENT],
    ["memfs:/repo/pdb.yaml", BUDGET],
  ]);
  const client = await TestClient.start({
    folderUri: "memfs:/repo",
    initializationOptions: { readsFiles: true },
    prepare: (connection) => {
      connection.onRequest("nines/findFiles", () => [...files.keys()]);
      connection.onRequest("nines/readFile", ({ uri }: { uri: string }) => files.get(uri) ?? null);
    },
  });
  t.after(() => client.stop());
  await client.open("memfs:/repo/pdb.yaml", BUDGET);
  await until("it is found", async () => (await client.rulesIn("memfs:/repo/pdb.yaml")).includes(RULE));
});

test("messages are in the client's language", async (t) => {
  const client = await TestClient.start({ locale: "zh-cn" });
  t.after(() => client.stop());
  await client.open("file:///w/a.yaml", BLOCKED);
  const items = await client.items("file:///w/a.yaml");
  assert.match(String(items.find(({ code }) => code === RULE)?.message), /[\u4e00-\u9fff]/);
});

test("a fix that may change more than the finding is about is to be reviewed", async (t) => {
  const folder = new TestFolder(t, { "a.yaml": BLOCKED });
  const client = await TestClient.start({ folder: folder.path });
  t.after(() => client.stop());
  const uri = folder.uri("a.yaml");
  await client.open(uri, BLOCKED);
  const diagnostics = await client.items(uri);
  const answer = await client.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } },
    context: { diagnostics },
  });
  for (const { edit } of (answer ?? []) as CodeAction[]) {
    const annotations = Object.values(edit?.changeAnnotations ?? {});
    const edits = (edit?.documentChanges ?? []).flatMap((change) => ("edits" in change ? change.edits : []));
    const annotated = edits.filter((each) => "annotationId" in each);
    assert.equal(annotated.length > 0, annotations.length > 0);
    assert.ok(annotations.every(({ needsConfirmation }) => needsConfirmation === true));
  }
});

function withConfiguration() {
  return {
    ...fullCapabilities,
    workspace: {
      ...fullCapabilities.workspace,
      configuration: true,
      didChangeConfiguration: { dynamicRegistration: true },
      didChangeWatchedFiles: { dynamicRegistration: true },
    },
  };
}
