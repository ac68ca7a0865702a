import assert from "node:assert/strict";
import { test } from "node:test";
import { SourceFile } from "./document.ts";

const documentOf = (text: string, kinds = ["ServerConfig"]) =>
  new SourceFile("file:///w/config.yaml", text, new Set(kinds)).documents[0];
const typesOf = (text: string) => documentOf(text)?.resources.map(({ type }) => type);

test("a server's configuration is told by two options of its own", () => {
  assert.deepEqual(typesOf("tls-san: [a]\netcd-snapshot-retention: 5\ntoken: x\n"), ["rancher/ServerConfig"]);
  assert.deepEqual(typesOf('"tls-san+":\n  - a\r\ncluster-init: true\n'), ["rancher/ServerConfig"]);
});

test("what shares some words with it is none, and not even parsed", () => {
  for (const text of [
    "tls-san: [a]\ntoken: x\nserver: https://a\ndisable: [b]\n",
    "etcd-operator: {enabled: true}\nkube-state-metrics: {}\n",
    "a:\n  tls-san: [a]\n  cluster-init: true\n",
    "tls-san: a\n{% if x %}\ncluster-init: true\n{% endif %}\n",
  ])
    assert.equal(documentOf(text)?.parsed, undefined, text);
  assert.equal(documentOf("tls-san: [a]\ncluster-init: true\n", ["Service"])?.parsed, undefined);
});

test("options are flat: a chart's values are none", () => {
  assert.deepEqual(typesOf("tls-san: [a]\ncluster-init: {enabled: true}\n"), []);
  assert.deepEqual(typesOf("tls-san: [a]\ncluster-init: true\nreplicaCount: 3\n"), []);
});
