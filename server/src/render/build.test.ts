import assert from "node:assert/strict";
import { test } from "node:test";
import { SourceFile } from "../model/document.ts";
import { render } from "../model/message.ts";
import { type Build, buildsOf } from "./build.ts";

function builds(files: Readonly<Record<string, string>>) {
  const sources = Object.entries(files).map(
    ([path, text]) => new SourceFile(`file:///w/${path}`, text, new Set()),
  );
  const { builds: found, declined } = buildsOf(sources);
  const short = (uri: string) => uri.slice("file:///w/".length);
  return {
    builds: found.map((build: Build) => [
      build.kind,
      short(build.file),
      build.values === undefined ? build.release : short(build.values),
    ]),
    declined: declined.map(({ file, reason }) => [short(file), render(reason)]),
  };
}

test("a chart is rendered with its own values and with each file under ci/", () => {
  const found = builds({
    "app/Chart.yaml": "name: app\nversion: 1.0.0",
    "app/values.yaml": "a: 1",
    "app/ci/ha-values.yaml": "",
    "app/ci/tls-values.yml": "",
    "app/ci/readme.yaml": "",
    "app/other/x-values.yaml": "",
  });
  assert.deepEqual(found.builds, [
    ["chart", "app/Chart.yaml", "app"],
    ["chart", "app/Chart.yaml", "app/ci/ha-values.yaml"],
    ["chart", "app/Chart.yaml", "app/ci/tls-values.yml"],
  ]);
  assert.deepEqual(found.declined, []);
});

test("what a chart carries in charts/ is part of it, at any depth", () => {
  const found = builds({
    "app/Chart.yaml": "name: app",
    "app/charts/db/Chart.yaml": "name: db",
    "app/charts/db/charts/common/Chart.yaml": "name: common",
    "charts/web/Chart.yaml": "name: web",
  });
  assert.deepEqual(
    found.builds.map(([, file]) => file),
    ["app/Chart.yaml", "charts/web/Chart.yaml"],
  );
});

test("a library is not rendered, and says so; a name that is no release's is replaced", () => {
  const found = builds({
    "lib/Chart.yaml": "name: lib\ntype: library",
    "odd/Chart.yaml": "name: Odd_Name",
    "template/Chart.yaml": "name: {{ cookiecutter.name }}",
    "broken/Chart.yaml": "[",
  });
  assert.deepEqual(
    found.builds.map(([, file, release]) => [file, release]),
    [
      ["broken/Chart.yaml", "release-name"],
      ["odd/Chart.yaml", "release-name"],
      ["template/Chart.yaml", "release-name"],
    ],
  );
  assert.deepEqual(found.declined, [
    [
      "lib/Chart.yaml",
      "This chart is a library: it renders nothing of its own. The charts that use it are rendered.",
    ],
  ]);
});

test("too many values files are said to be too many", () => {
  const many = Array.from({ length: 22 }, (_, i) => [
    `app/ci/v${String(i).padStart(2, "0")}-values.yaml`,
    "",
  ]);
  const found = builds({ "app/Chart.yaml": "name: app", ...Object.fromEntries(many) });
  assert.equal(found.builds.length, 21);
  assert.match(found.declined[0]?.[1] ?? "", /has 22 values files .* the first 20 only/);
});

test("kustomizations that others build on, and components, are built as parts of these", () => {
  const found = builds({
    "base/kustomization.yaml": "resources: [web.yaml]",
    "prod/kustomization.yaml": "resources: [../base]\ncomponents: [../extra]",
    "dev/Kustomization": "bases: [../base]",
    "extra/kustomization.yaml": "kind: Component",
    "unused/kustomization.yaml": "kind: Component",
    "alone/kustomization.yml": "resources: [a.yaml]",
  });
  assert.deepEqual(found.builds, [
    ["kustomization", "alone/kustomization.yml", ""],
    ["kustomization", "dev/Kustomization", ""],
    ["kustomization", "prod/kustomization.yaml", ""],
  ]);
});
