import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import {
  CancellationTokenSource,
  CodeActionRequest,
  DocumentDiagnosticRequest,
  ExitNotification,
  HoverRequest,
  WorkspaceDiagnosticRequest,
} from "vscode-languageserver/node";
import { SERVER, TestClient } from "./client.ts";
import { BLOCKED } from "./texts.ts";

const RULE = "pdb-blocks-drain";
const URI = "file:///w/a.yaml";

test("a file of 20,000 documents is diagnosed, and so is its neighbour", async (t) => {
  const client = await TestClient.start();
  t.after(() => client.stop());
  const documents = Array.from(
    { length: 20_000 },
    (_, i) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c-${i} }\n`,
  );
  await client.open("file:///many/a.yaml", documents.join("---\n"));
  await client.open(URI, BLOCKED);
  assert.ok((await client.rulesIn(URI)).includes(RULE));
  assert.deepEqual(await client.rulesIn("file:///many/a.yaml"), []);
  const at = { line: 3, character: 0 };
  await client.change("file:///many/a.yaml", "# edited\n", { start: at, end: at });
  assert.deepEqual(await client.rulesIn("file:///many/a.yaml"), []);
});

const HOSTILE: Readonly<Record<string, string>> = {
  "binary garbage": String.fromCharCode(...Array.from({ length: 2000 }, (_, i) => (i * 7919) % 256)),
  "nothing but brackets": "[".repeat(20_000),
  "a line of 5 MB": `a: ${"x".repeat(5_000_000)}`,
  "lone surrogates": 'kind: "\ud800"\napiVersion: v1\n---\n\udc00: 1\n',
  "an alias bomb": `a: &a [${"x,".repeat(10)}]\nb: &b [${"*a,".repeat(10)}]\nc: &c [${"*b,".repeat(10)}]\nd: [${"*c,".repeat(10)}]\n`,
  "keys that mean something to JavaScript":
    "apiVersion: apps/v1\nkind: Deployment\n__proto__: { x: 1 }\nconstructor: 1\nspec: { __proto__: 1 }\n",
  "carriage returns alone": BLOCKED.replaceAll("\n", "\r"),
};

for (const [what, text] of Object.entries(HOSTILE)) {
  test(`${what} in one file leaves the others alone`, async (t) => {
    const client = await TestClient.start();
    t.after(() => client.stop());
    const bad = "file:///bad/a.yaml";
    await client.open(bad, text);
    await client.open(URI, BLOCKED);
    assert.equal((await client.pull(bad)).kind, "full");
    const range = { start: { line: 0, character: 0 }, end: { line: 9999, character: 9999 } };
    await client.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: bad },
      range,
      context: { diagnostics: [] },
    });
    await client.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri: bad },
      position: range.end,
    });
    assert.ok((await client.rulesIn(URI)).includes(RULE));
  });
}

test("requests about files that are not open get an empty answer", async (t) => {
  const client = await TestClient.start();
  t.after(() => client.stop());
  assert.deepEqual(await client.pull("file:///no/such.yaml"), { kind: "full", items: [] });
  assert.deepEqual(await client.pull("not a uri"), { kind: "full", items: [] });
});

test("a request that makes no sense is refused, and the next one is answered", async (t) => {
  const client = await TestClient.start();
  t.after(() => client.stop());
  await assert.rejects(client.connection.sendRequest("textDocument/diagnostic", {}));
  await assert.rejects(client.connection.sendRequest("no/suchMethod", {}));
  await client.open(URI, BLOCKED);
  assert.ok((await client.rulesIn(URI)).includes(RULE));
});

test("a cancelled request is given up", async (t) => {
  const client = await TestClient.start();
  t.after(() => client.stop());
  await client.open(URI, BLOCKED);
  await client.pull(URI);
  // Held back until something changes, which it does not.
  const cancel = new CancellationTokenSource();
  const held = client.connection.sendRequest(
    WorkspaceDiagnosticRequest.type,
    { previousResultIds: [{ uri: "file:///w/open-elsewhere.yaml", value: "1" }] },
    cancel.token,
  );
  await held;
  const waiting = client.connection.sendRequest(
    WorkspaceDiagnosticRequest.type,
    { previousResultIds: [{ uri: URI, value: "1" }] },
    cancel.token,
  );
  cancel.cancel();
  await waiting.catch(() => undefined);
  const early = new CancellationTokenSource();
  const pulled = client.connection.sendRequest(
    DocumentDiagnosticRequest.type,
    { textDocument: { uri: URI } },
    early.token,
  );
  early.cancel();
  await pulled.catch(() => undefined);
  assert.ok((await client.rulesIn(URI)).includes(RULE));
});

test("the exit code says whether the client said goodbye", async () => {
  const polite = await TestClient.start();
  assert.equal(await polite.stop(), 0);
  const rude = await TestClient.start();
  const exited = once(rude.process, "exit");
  await rude.connection.sendNotification(ExitNotification.type);
  assert.deepEqual(await exited, [1, null]);
});

test("the server ends with the client that started it", async () => {
  const client = await TestClient.start();
  const exited = once(client.process, "exit");
  client.process.stdin?.end();
  assert.deepEqual(await exited, [1, null]);
});

test("what is no message ends the server, not the machine's patience", async () => {
  const server = spawn(process.execPath, [SERVER, "--stdio"], { stdio: ["pipe", "pipe", "pipe"] });
  const exited = once(server, "exit");
  server.stdin.write("GET / HTTP/1.1\r\n\r\nContent-Length: nonsense\r\n\r\n{");
  server.stdin.end();
  const [code] = await exited;
  assert.notEqual(code, 0);
});

test("without a transport the server says how it is started", async () => {
  const server = spawn(process.execPath, [SERVER], { stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  server.stderr.on("data", (chunk) => {
    errors += String(chunk);
  });
  assert.deepEqual(await once(server, "close"), [2, null]);
  assert.match(errors, /--stdio/);
});
