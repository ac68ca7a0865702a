import assert from "node:assert/strict";
import { test } from "node:test";
import type { Overlay } from "./config/store.ts";
import { render } from "./model/message.ts";
import { rules } from "./rules/registry.generated.ts";
import { type Files, memoryWorkspace } from "./testing/memory-workspace.ts";

const PDB =
  "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec:\n  maxUnavailable: 0\n  selector: {matchLabels: {app: web}}\n";

function ids(files: Files, overlay: Overlay = { profile: "minimal" }): string[] {
  return memoryWorkspace(files, rules, overlay)
    .findings()
    .map((finding) => finding.ruleId);
}

test("a broken document is a finding and does not hide its neighbours", () => {
  assert.deepEqual(ids({ "a.yaml": `kind: Service\napiVersion: v1\nspec: [\n---\n${PDB}` }), [
    "yaml-syntax",
    "pdb-blocks-drain",
  ]);
});

test("a comment above the node or the document silences one rule, with a reason", () => {
  const above = (comment: string) =>
    ids(
      { "a.yaml": PDB.replace("  maxUnavailable", `  ${comment}\n  maxUnavailable`) },
      { profile: "strict" },
    ).filter((id) => !id.startsWith("pdb-se"));
  assert.ok(!above("# nines-ignore pdb-blocks-drain: a singleton").includes("pdb-blocks-drain"));
  assert.ok(above("# nines-ignore pdb-blocks-drain:").includes("pdb-blocks-drain"));
  assert.ok(above("# nines-ignore pdb-blocks-drain:").includes("suppression-invalid"));
  assert.ok(above("# nines-ignore pdb-overlap: why").includes("suppression-unused"));
  assert.ok(
    !ids({ "a.yaml": `# nines-ignore pdb-blocks-drain: a singleton\n${PDB}` }).includes("pdb-blocks-drain"),
  );
  assert.ok(
    !ids({ "a.yaml": `# nines-ignore pdb-blocks-drain: a singleton\n---\n${PDB}` }).includes(
      "pdb-blocks-drain",
    ),
  );
  assert.ok(ids({ "a.yaml": `${PDB}# nines-ignore pdb-blocks-drain: too late\n---\na: 1\n` }).length > 0);
});

test("a misspelt suppression says what was meant", () => {
  const world = memoryWorkspace({ "a.yaml": `# nines-ignore pdb-block-drain: x\n${PDB}` }, rules);
  const finding = world.findings().find((f) => f.ruleId === "suppression-invalid");
  assert.match(finding === undefined ? "" : render(finding.message), /Did you mean “pdb-blocks-drain”/);
});

test("an annotation silences its resource; other linters' annotations do too", () => {
  const annotated = (line: string) =>
    ids({ "a.yaml": PDB.replace("  name: web", `  name: web\n  annotations:\n    ${line}`) });
  assert.deepEqual(annotated('nines/ignore: "pdb-blocks-drain: a singleton"'), []);
  assert.deepEqual(annotated("ignore-check.kube-linter.io/pdb-max-unavailable: x"), []);
  assert.deepEqual(annotated("ignore-check.kube-linter.io/other: x"), ["pdb-blocks-drain"]);
});

test("the nearest configuration counts, alone", () => {
  const off = "rules:\n  pdb-blocks-drain: off\n";
  assert.deepEqual(ids({ ".nines.yaml": off, "a/a.yaml": PDB }), []);
  assert.deepEqual(ids({ ".nines.yaml": off, "a/.nines.yaml": "profile: minimal\n", "a/a.yaml": PDB }), [
    "pdb-blocks-drain",
  ]);
  assert.deepEqual(ids({ ".nines.yaml": "profile: minimal\nignore: [legacy/]\n", "legacy/a.yaml": PDB }), []);
});

test("overrides change the files they name; options of later ones are added", () => {
  const config = "profile: minimal\noverrides:\n  - files: ['dev/**']\n    rules: {pdb-blocks-drain: info}\n";
  const world = memoryWorkspace({ ".nines.yaml": config, "dev/a.yaml": PDB, "prod/a.yaml": PDB }, rules);
  assert.deepEqual(
    world.findings().map((f) => f.severity),
    ["info", "error"],
  );
});

test("what a configuration does not understand is an error with what was meant", () => {
  const world = memoryWorkspace(
    {
      ".nines.yaml":
        "profil: strict\nprofile: loud\nrules:\n  pdb-blocks-drian: off\n  pdb-blocks-drain: {severity: warn}\ntopology: {nodes: 0}\n",
    },
    rules,
  );
  const texts = world.findings().map((f) => render(f.message));
  assert.equal(texts.length, 5, texts.join("\n"));
  assert.match(texts.join("\n"), /Did you mean “profile”/);
  assert.match(texts.join("\n"), /Did you mean “pdb-blocks-drain”/);
});

test("findings do not depend on the order in which files came in", () => {
  const files: Files = { "a.yaml": PDB, "b.yaml": PDB.replace("name: web", "name: other"), "c/d.yaml": PDB };
  const reversed = Object.fromEntries(Object.entries(files).reverse());
  const list = (f: Files) =>
    memoryWorkspace(f, rules)
      .findings()
      .map((x) => `${x.document.uri} ${x.ruleId} ${render(x.message)}`)
      .sort();
  assert.deepEqual(list(files), list(reversed));
});
