import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  type ClientCapabilities,
  CompletionRequest,
  CompletionTriggerKind,
  DefinitionRequest,
  DocumentHighlightRequest,
  DocumentSymbolRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  type WorkspaceEdit,
  WorkspaceSymbolRequest,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { fullCapabilities, TestClient, until } from "./client.ts";
import { TestFolder } from "./folder.ts";

const RULE = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web }
spec:
  host: web
  subsets:
    - name: v1
      labels: { version: v1 }
    - name: v2
`;
const ROUTES = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec:
  hosts: [web]
  http:
    - route:
        - destination: { host: web, subset: v1 }
          weight: 90
        - destination: { host: web, subset:  }
`;
const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web, version: v1 } }
    spec: { containers: [{ name: web, image: web:1 }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
`;
const CHART = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n";

const capabilities: ClientCapabilities = {
  ...fullCapabilities,
  textDocument: {
    ...fullCapabilities.textDocument,
    definition: { linkSupport: true },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
};

const FILES = { "rule.yaml": RULE, "routes.yaml": ROUTES, "web.yaml": WEB, "chart.yaml": CHART };

/** A place of a file: where a text begins, or some characters on. */
function at(folder: TestFolder, path: keyof typeof FILES, text: string, on = 0) {
  const uri = folder.uri(path);
  const document = TextDocument.create(uri, "yaml", 1, FILES[path]);
  const offset = FILES[path].indexOf(text);
  assert.ok(offset >= 0);
  return { textDocument: { uri }, position: document.positionAt(offset + on) };
}

/** The file's text after the edits that are for it. */
function afterEdit(folder: TestFolder, path: keyof typeof FILES, edit: WorkspaceEdit | null): string {
  const change = edit?.documentChanges?.find(
    (each) => "textDocument" in each && each.textDocument.uri === folder.uri(path),
  );
  assert.ok(change !== undefined && "edits" in change, `nothing changes in ${path}`);
  const edits = change.edits.filter((each) => "newText" in each);
  return TextDocument.applyEdits(TextDocument.create(folder.uri(path), "yaml", 1, FILES[path]), edits);
}

async function start(t: TestContext, more: ClientCapabilities = capabilities) {
  const folder = new TestFolder(t, FILES);
  const client = await TestClient.start({ folder: folder.path, capabilities: more });
  t.after(() => client.stop());
  await client.open(folder.uri("routes.yaml"), ROUTES);
  const { connection } = client;
  // A rename is refused until every file is in.
  await until("the workspace is read", async () => {
    const ask = connection.sendRequest(PrepareRenameRequest.type, at(folder, "web.yaml", "app: web", 6));
    return (await ask.catch(() => null)) !== null;
  });
  return { folder, client, connection };
}

test("names are completed ahead of the schema's values, by themselves behind a space", async (t) => {
  const { folder, connection } = await start(t);
  const place = at(folder, "routes.yaml", "subset:  }", 8);
  const ask = async (triggerKind: CompletionTriggerKind, triggerCharacter?: string) => {
    const context = triggerCharacter === undefined ? { triggerKind } : { triggerKind, triggerCharacter };
    const answer = await connection.sendRequest(CompletionRequest.type, { ...place, context });
    return Array.isArray(answer) ? answer : (answer?.items ?? []);
  };
  const invoked = await ask(CompletionTriggerKind.Invoked);
  const labels = invoked.map(({ label }) => label);
  assert.deepEqual(labels.slice(0, 2), ["v1", "v2"]);
  assert.deepEqual(labels, [...new Set(labels)]);
  assert.deepEqual(invoked[0]?.textEdit, {
    range: { start: place.position, end: place.position },
    newText: "v1",
  });
  assert.equal(invoked[0]?.detail, "DestinationRule web");
  const triggered = await ask(CompletionTriggerKind.TriggerCharacter, " ");
  assert.deepEqual(
    triggered.map(({ label }) => label),
    ["v1", "v2"],
  );
});

test("a name leads to its definition, with the range that was pointed at", async (t) => {
  const { folder, connection } = await start(t);
  const place = at(folder, "routes.yaml", "subset: v1", 9);
  const links = await connection.sendRequest(DefinitionRequest.type, place);
  assert.deepEqual(links, [
    {
      originSelectionRange: { start: { line: 7, character: 44 }, end: { line: 7, character: 46 } },
      targetUri: folder.uri("rule.yaml"),
      targetRange: { start: { line: 6, character: 6 }, end: { line: 7, character: 29 } },
      targetSelectionRange: { start: { line: 6, character: 12 }, end: { line: 6, character: 14 } },
    },
  ]);
});

test("references name every file, with the declaration only when it is wanted", async (t) => {
  const { folder, connection } = await start(t);
  const place = at(folder, "web.yaml", "labels: { app: web", 16);
  const ask = async (includeDeclaration: boolean) => {
    const context = { includeDeclaration };
    const found = await connection.sendRequest(ReferencesRequest.type, { ...place, context });
    return (found ?? []).map(({ range }) => range.start.line).sort();
  };
  assert.deepEqual(await ask(false), [12, 4]);
  assert.deepEqual(await ask(true), [12, 4, 6]);
});

test("a rename edits every file, in the versions it was made for", async (t) => {
  const { folder, connection } = await start(t);
  const place = at(folder, "routes.yaml", "subset: v1", 9);
  assert.deepEqual(await connection.sendRequest(PrepareRenameRequest.type, place), {
    range: { start: { line: 7, character: 44 }, end: { line: 7, character: 46 } },
    placeholder: "v1",
  });
  const edit = await connection.sendRequest(RenameRequest.type, { ...place, newName: "stable" });
  assert.equal(afterEdit(folder, "routes.yaml", edit), ROUTES.replace("subset: v1", "subset: stable"));
  assert.equal(afterEdit(folder, "rule.yaml", edit), RULE.replace("name: v1", "name: stable"));
  const versions = edit?.documentChanges?.map((each) => "textDocument" in each && each.textDocument.version);
  assert.deepEqual(versions?.sort(), [1, null]);
  const annotations = Object.values(edit?.changeAnnotations ?? {});
  assert.deepEqual(
    annotations.map(({ label, needsConfirmation }) => [label, needsConfirmation]),
    [["Rename v1 to stable", false]],
  );
});

test("a label's rename has to be confirmed: the selector of the Deployment is immutable", async (t) => {
  const { folder, connection } = await start(t);
  const place = at(folder, "web.yaml", "selector: { app: web", 18);
  const edit = await connection.sendRequest(RenameRequest.type, { ...place, newName: "shop" });
  assert.equal(afterEdit(folder, "web.yaml", edit), WEB.replaceAll("app: web", "app: shop"));
  const [annotation] = Object.values(edit?.changeAnnotations ?? {});
  assert.equal(annotation?.needsConfirmation, true);
  assert.match(annotation?.description ?? "", /immutable/);
});

test("what cannot be renamed is refused with the reason", async (t) => {
  const { folder, connection } = await start(t);
  const template = at(folder, "chart.yaml", "Release");
  await assert.rejects(connection.sendRequest(PrepareRenameRequest.type, template), /template/);
  const subset = at(folder, "rule.yaml", "name: v1", 6);
  await assert.rejects(
    connection.sendRequest(RenameRequest.type, { ...subset, newName: "v2" }),
    /has a “v2” already/,
  );
  assert.equal(
    await connection.sendRequest(PrepareRenameRequest.type, at(folder, "rule.yaml", "subsets")),
    null,
  );
});

test("the outline is a tree of resources and their parts", async (t) => {
  const { folder, connection } = await start(t);
  const symbols = await connection.sendRequest(DocumentSymbolRequest.type, {
    textDocument: { uri: folder.uri("rule.yaml") },
  });
  const [rule] = symbols ?? [];
  assert.ok(rule !== undefined && "selectionRange" in rule);
  assert.equal(rule.name, "DestinationRule/web");
  assert.deepEqual(rule.selectionRange.start, { line: 2, character: 18 });
  assert.deepEqual(
    rule.children?.map(({ name }) => name),
    ["v1", "v2"],
  );
});

test("a client without trees gets a flat outline, and plain locations of definitions", async (t) => {
  const { folder, connection } = await start(t, fullCapabilities);
  const textDocument = { uri: folder.uri("rule.yaml") };
  const symbols = await connection.sendRequest(DocumentSymbolRequest.type, { textDocument });
  assert.deepEqual(
    symbols?.map((symbol) => ["location" in symbol, symbol.name]),
    [
      [true, "DestinationRule/web"],
      [true, "v1"],
      [true, "v2"],
    ],
  );
  const place = at(folder, "routes.yaml", "subset: v1", 9);
  const locations = await connection.sendRequest(DefinitionRequest.type, place);
  assert.deepEqual(locations, [
    {
      uri: folder.uri("rule.yaml"),
      range: { start: { line: 6, character: 12 }, end: { line: 6, character: 14 } },
    },
  ]);
});

test("resources of the workspace are found by kind and name, read or not", async (t) => {
  const { folder, connection } = await start(t);
  const ask = async (query: string) => {
    const found = await connection.sendRequest(WorkspaceSymbolRequest.type, { query });
    return (found ?? []).map(({ name, location }) => [name, location.uri]);
  };
  assert.deepEqual(await ask("configmap"), [["ConfigMap/settings", folder.uri("web.yaml")]]);
  assert.deepEqual(await ask("deploy web"), [["Deployment/web", folder.uri("web.yaml")]]);
});

test("a selector highlights the labels that it matches", async (t) => {
  const { folder, connection } = await start(t);
  const place = at(folder, "web.yaml", "spec: { selector", 10);
  const found = await connection.sendRequest(DocumentHighlightRequest.type, place);
  assert.deepEqual(found?.map(({ range, kind }) => [range.start.line, kind]).sort(), [
    [12, 2],
    [4, 2],
    [6, 3],
  ]);
});
