import assert from "node:assert/strict";
import { test } from "node:test";
import { resolve } from "../workspace/uri.ts";
import { canonicalUri, folderUri } from "./uris.ts";

test("spellings of the same file become one", () => {
  const one = "file:///c%3A/my%20apps/web(1)@2.yaml";
  for (const uri of [
    "file:///c:/my apps/web(1)@2.yaml",
    "file:///C%3A/my%20apps/web(1)%402.yaml",
    "file:///C:/my%20apps/web%281%29@2.yaml",
    canonicalUri(one),
  ]) {
    assert.equal(canonicalUri(uri), canonicalUri(one));
  }
});

test("a file found by its URI and one found by a relative path are the same", () => {
  const folder = canonicalUri("file:///w/my%20apps");
  assert.equal(resolve(folder, "web (1)@v2+é.yaml"), canonicalUri("file:///w/my apps/web (1)@v2+é.yaml"));
});

test("other schemes keep their authority, query and broken escapes", () => {
  assert.equal(canonicalUri("vscode-vfs://github/org/repo/a.yaml"), "vscode-vfs://github/org/repo/a.yaml");
  assert.equal(canonicalUri("x:/a?b=c#d"), "x:/a?b=c#d");
  assert.equal(canonicalUri("file:///a%zz.yaml"), "file:///a%zz.yaml");
  assert.equal(canonicalUri("untitled:Untitled-1"), "untitled:Untitled-1");
});

test("folders have no slash at the end", () => {
  assert.equal(folderUri("file:///w/"), "file:///w");
  assert.equal(folderUri("file:///"), "file:///");
});
