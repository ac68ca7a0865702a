import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryWorkspace } from "../testing/memory-workspace.ts";
import { applyEdits, type DocumentEdit } from "./edit.ts";
import { addResource, removeResource } from "./resource-edit.ts";
import { selectLabels } from "./selector-edit.ts";

const KEEP = "kind: Service\napiVersion: v1\nmetadata: {name: keep}\n";
const GONE = "# about it\nkind: Service\napiVersion: v1\nmetadata: {name: gone}\n";
const NEW = { kind: "Service", apiVersion: "v1" };

function resourceIn(path: string, text: string, name: string) {
  const { file } = memoryWorkspace({ [path]: text }, []);
  const found = file(path)
    .documents.flatMap((document) => document.resources)
    .find((resource) => resource.name === name);
  assert.ok(found);
  return found;
}

function after(text: string, edits: readonly (DocumentEdit | undefined)[]): string {
  const inFile = edits.flatMap((edit) =>
    edit === undefined ? [] : [{ range: edit.document.inFile(edit.range), newText: edit.newText }],
  );
  return applyEdits(text, inFile);
}

function removed(text: string): string {
  return after(text, [removeResource(resourceIn("a.yaml", text, "gone"))]);
}

function added(path: string, text: string): string {
  return after(text, [addResource(resourceIn(path, text, "keep"), NEW)]);
}

test("a removed document takes its separator with it", () => {
  assert.equal(removed(`${KEEP}---\n${GONE}`), KEEP);
  assert.equal(removed(`${KEEP}---\n${GONE}---\n${KEEP}`), `${KEEP}---\n${KEEP}`);
});

test("a comment that heads the file stays when its first document goes", () => {
  assert.equal(removed(`# licence\n# text\n\n${GONE}---\n${KEEP}`), `# licence\n# text\n---\n${KEEP}`);
  assert.equal(removed(`${GONE}---\n${KEEP}`), `---\n${KEEP}`);
});

test("an item of a list goes with its comment; the last one leaves an empty list", () => {
  const list = (items: string) => `apiVersion: v1\nkind: List\nitems:${items}`;
  const keep = "\n- apiVersion: v1\n  kind: Service\n  metadata: {name: keep}\n";
  const gone = "- apiVersion: v1\n  kind: Service\n  metadata: {name: gone}\n";
  assert.equal(removed(list(`${keep}# about it\n${gone}`)), list(keep));
  assert.equal(removed(list(`\n${gone}`)).trim(), list(" []"));
  const flow = '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "NAME"}}';
  const both = `[${flow.replace("NAME", "gone")}, ${flow.replace("NAME", "keep")}]`;
  assert.equal(
    removed(`{"apiVersion": "v1", "kind": "List", "items": ${both}}`),
    `{"apiVersion": "v1", "kind": "List", "items": [${flow.replace("NAME", "keep")}]}`,
  );
});

test("a new resource is a document of its own, with the line ends of the file", () => {
  assert.equal(added("a.yaml", KEEP), `${KEEP}---\nkind: Service\napiVersion: v1\n`);
  const crlf = KEEP.replaceAll("\n", "\r\n");
  assert.equal(added("a.yaml", crlf), `${crlf}---\r\nkind: Service\r\napiVersion: v1\r\n`);
  assert.equal(added("a.yaml", KEEP.trimEnd()), `${KEEP}---\nkind: Service\napiVersion: v1\n`);
});

test("a JSON file takes a further resource into its list, or not at all", () => {
  const one = '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "keep"}}';
  assert.equal(added("a.json", one), one);
  assert.equal(
    added("a.json", `{"apiVersion": "v1", "kind": "List", "items": [${one}]}`),
    `{"apiVersion": "v1", "kind": "List", "items": [${one}, {"kind":"Service","apiVersion":"v1"}]}`,
  );
});

function selecting(spec: string, labels: Readonly<Record<string, string>>): string {
  const text = `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: x}\nspec:\n${spec}`;
  const resource = resourceIn("a.yaml", text, "x");
  const holder = resource.get("spec");
  assert.ok(holder?.kind === "map");
  const edits = selectLabels(resource.document, holder, "selector", new Map(Object.entries(labels)));
  return after(text, edits).slice(text.indexOf("spec:\n") + 6);
}

test("a selector changes only where it differs", () => {
  const block = "  selector:\n    matchLabels:\n      app: 'a' # why\n      tier: b\n";
  assert.equal(selecting(block, { app: "x", tier: "b" }), block.replace("'a'", "'x'"));
  assert.equal(selecting(block, { app: "a" }), block.replace("      tier: b\n", ""));
  assert.equal(selecting(block, { app: "a", tier: "b", v: "1" }), `${block}      v: "1"\n`);
  assert.equal(selecting(block, { name: "n" }), "  selector:\n    matchLabels:\n      name: n\n");
  assert.equal(
    selecting("  selector: {matchExpressions: [{key: a, operator: Exists}]}\n", { app: "x" }),
    "  selector:\n    matchLabels:\n      app: x\n",
  );
  assert.equal(
    selecting("  maxUnavailable: 1\n", { app: "x" }),
    "  maxUnavailable: 1\n  selector:\n    matchLabels:\n      app: x\n",
  );
});
