import assert from "node:assert/strict";
import { test } from "node:test";
import { SourceFile } from "../model/document.ts";
import { headerOf, resourcesOf } from "./on-demand.ts";

function only(text: string, uri = "file:///w/a.yaml") {
  const [document] = new SourceFile(uri, text, new Set()).documents;
  assert.ok(document !== undefined);
  return document;
}

/** Type and name of an unparsed text, and what its range holds. */
function header(text: string): readonly (string | undefined)[] {
  const document = only(text);
  const found = headerOf(document);
  return [
    found?.type,
    found?.name,
    found === undefined ? "" : text.slice(found.range.start, found.range.end),
  ];
}

const HEAD = "apiVersion: v1\nkind: ConfigMap\n";

test("the name is read off the text, however it is written", () => {
  const expected = ["/ConfigMap", "a", "a"];
  for (const metadata of [
    "metadata:\n  name: a\n",
    "metadata:\r\n  labels:\r\n    name: b\r\n  name: a # c\r\n",
    "metadata:\n  # name: c\n\n    \n  namespace: b\n  name: 'a'\n",
    "metadata: { name: a }\n",
    'metadata: {"namespace": "b", "name": "a"}\n',
    "metadata:\n    name: a",
  ])
    assert.deepEqual(header(HEAD + metadata), expected, metadata);
  assert.deepEqual(header('{"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "a"}}'), expected);
  assert.deepEqual(
    header('{\n  "apiVersion": "v1", "kind": "ConfigMap",\n  "metadata": {\n    "name": "a"\n  }\n}'),
    expected,
  );
});

test("there is no name where none is written or a template writes it", () => {
  for (const metadata of [
    "",
    "metadata:\n",
    "metadata:\nname: a\n",
    "metadata:\n  labels: { name: b }\n",
    "metadata:\n  name: {{ .Values.a }}\n",
  ])
    assert.deepEqual(header(HEAD + metadata), ["/ConfigMap", undefined, ""], metadata);
  assert.deepEqual(header("a: 1\n"), [undefined, undefined, ""]);
});

test("a kustomization is one without saying so", () => {
  const document = only("resources: [a.yaml]\n", "file:///w/kustomization.yaml");
  assert.deepEqual(
    resourcesOf(document).map(({ kind }) => kind),
    ["Kustomization"],
  );
});
