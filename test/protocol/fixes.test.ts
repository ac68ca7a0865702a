import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  type CodeAction,
  CodeActionRequest,
  CodeActionResolveRequest,
  type Diagnostic,
  DocumentLinkRequest,
  HoverRequest,
  type Range,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { TestClient } from "./client.ts";
import { BLOCKED } from "./texts.ts";

const URI = "file:///w/fixes/a.yaml";
const AT = { start: { line: 14, character: 16 }, end: { line: 14, character: 17 } };
let client: TestClient;
let diagnostics: Diagnostic[];

before(async () => {
  client = await TestClient.start({ initializationOptions: { explainsRules: true } });
  await client.open(URI, BLOCKED);
  diagnostics = await client.items(URI);
});
after(() => client.stop());

async function actions(range: Range, only?: string[]): Promise<CodeAction[]> {
  const answer = await client.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri: URI },
    range,
    context: { diagnostics, ...(only === undefined ? {} : { only }) },
  });
  return (answer ?? []) as CodeAction[]; // the server sends no bare commands
}

test("the safe fix is preferred, names its finding and changes only what it must", async () => {
  const preferred = (await actions(AT)).filter(({ isPreferred }) => isPreferred);
  assert.deepEqual(
    preferred.map(({ kind, diagnostics: about }) => [kind, about?.map(({ code }) => code)]),
    [["quickfix", ["pdb-blocks-drain"]]],
  );
  const [change] = preferred[0]?.edit?.documentChanges ?? [];
  assert.ok(change !== undefined && "textDocument" in change);
  assert.deepEqual(change.textDocument, { uri: URI, version: 1 });
});

test("a finding can be suppressed where it stands, with the indentation of its line", async () => {
  const suppress = (await actions(AT)).find(({ title }) => /^Suppress pdb-blocks-drain/.test(title));
  const [change] = suppress?.edit?.documentChanges ?? [];
  assert.ok(change !== undefined && "textDocument" in change);
  const [edit] = change.edits;
  assert.ok(edit !== undefined && "newText" in edit);
  const document = TextDocument.create(URI, "yaml", 1, BLOCKED);
  const text = TextDocument.applyEdits(document, [edit]);
  assert.match(text, /\n {2}# nines-ignore pdb-blocks-drain: .+\n {2}minAvailable: 2\n/);
  const other = "file:///w/suppressed/a.yaml";
  await client.open(other, text);
  assert.ok(!(await client.rulesIn(other)).includes("pdb-blocks-drain"));
  await client.close(other);
});

test("a rule can be explained from the light bulb", async () => {
  const explain = (await actions(AT)).find(({ command }) => command?.command === "nines.explainRule");
  assert.deepEqual(explain?.command?.arguments, ["pdb-blocks-drain"]);
});

test("fix-all makes every safe fix of the file when it is resolved", async () => {
  const [action, ...others] = await actions(AT, ["source.fixAll"]);
  assert.deepEqual(others, []);
  assert.ok(action !== undefined);
  assert.equal(action.kind, "source.fixAll.nines");
  assert.equal(action.edit, undefined);
  const resolved = await client.connection.sendRequest(CodeActionResolveRequest.type, action);
  const [change] = resolved.edit?.documentChanges ?? [];
  assert.ok(change !== undefined && "textDocument" in change);
  const edits = change.edits.filter((edit) => "newText" in edit);
  const text = TextDocument.applyEdits(TextDocument.create(URI, "yaml", 1, BLOCKED), edits);
  assert.match(text, /\n {2}maxUnavailable: 1\n/);
  assert.doesNotMatch(text, /minAvailable/);
  assert.deepEqual(await client.items(URI), diagnostics, "the trial leaves no trace");
});

test("source actions are not offered unless they are asked for", async () => {
  assert.ok((await actions(AT)).every(({ kind }) => kind === "quickfix"));
  assert.deepEqual(await actions(AT, ["refactor"]), []);
});

test("hovering over a finding says why the rule is there", async () => {
  const hover = await client.connection.sendRequest(HoverRequest.type, {
    textDocument: { uri: URI },
    position: AT.start,
  });
  assert.ok(hover !== null && typeof hover.contents === "object" && "value" in hover.contents);
  assert.match(hover.contents.value, /pdb-blocks-drain\.md\)/);
  // What the line means in the end is told in the same hover, so that it is about the whole line.
  assert.deepEqual(hover.range?.end, AT.end);
  assert.equal(hover.range?.start.line, AT.start.line);
});

test("rule ids in suppressions and in the configuration link to their pages", async () => {
  const links = async (uri: string, text: string) => {
    await client.open(uri, text);
    const found = await client.connection.sendRequest(DocumentLinkRequest.type, { textDocument: { uri } });
    return (found ?? []).map(({ range, target }) => [range.start, target?.split("/").at(-1)]);
  };
  assert.deepEqual(await links("file:///w/l/a.yaml", "# nines-ignore pdb-blocks-drain: why\nkind: X\n"), [
    [{ line: 0, character: 15 }, "pdb-blocks-drain.md"],
  ]);
  const config = "rules:\n  pdb-blocks-drain: off\n  no-such-rule: off\n";
  assert.deepEqual(await links("file:///w/l/.nines.yaml", config), [
    [{ line: 1, character: 2 }, "pdb-blocks-drain.md"],
  ]);
});
