import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parseDocument } from "yaml";
import { render } from "../../model/message.ts";
import { rules } from "../../rules/registry.generated.ts";
import { type Files, memoryWorkspace } from "../../testing/memory-workspace.ts";
import { draftPlan } from "./draft.ts";

const EXAMPLES = new URL("../../../../examples/", import.meta.url);

function draftOf(files: Files): string {
  return draftPlan(memoryWorkspace(files, rules).workspace.snapshot(), render);
}

/** The rules that find something in a draft among the files it was made of. */
function judged(files: Files, text: string): readonly string[] {
  const { findings } = memoryWorkspace({ ...files, "elsewhere/new.yaml": text }, rules);
  return findings()
    .filter(({ document }) => document.uri.endsWith("elsewhere/new.yaml"))
    .map(({ ruleId }) => ruleId);
}

/** Everything in the examples but the plan they have. */
function examples(): Files {
  const paths = globSync("**/*.yaml", { cwd: EXAMPLES }).filter((path) => !path.startsWith("dr/plan"));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(new URL(path, EXAMPLES), "utf8")]));
}

test("the draft of the examples names what they hold, and every name is right", () => {
  const files = examples();
  const text = draftOf(files);
  const { spec } = parseDocument(text).toJS();
  assert.ok(spec.workloads.includes("apps/Deployment/prod/app-k8s"), text);
  assert.match(text, /replicas: .*cnpg\/Cluster\/prod\/app-db, site: dr/);
  assert.match(text, /primary: .*cnpg\/Cluster\/reporting\/audit-db, site: primary/);
  const schedules = spec.backups.map(({ scheduleRef }: { scheduleRef: string }) => scheduleRef);
  assert.ok(schedules.includes("velero/Schedule/velero/app"), schedules.join());
  const mesh = spec.strategies.find(
    ({ virtualService }: Record<string, string>) => virtualService === "prod/app",
  );
  assert.deepEqual([mesh?.from, mesh?.to], [{ host: "app-k8s" }, { host: "app-vm" }]);
  assert.ok(spec.strategies.some(({ record }: Record<string, string>) => record === "app.example.com"));
  assert.deepEqual(parseDocument(text).errors, []);
  const found = judged(files, text);
  for (const id of ["plan-invalid", "plan-reference-unknown", "plan-order-cycle", "plan-backup-same-site"])
    assert.ok(!found.includes(id), `${id} is found in\n${text}`);
});

test("what several have the name of is left out, and that is said", () => {
  const deployment = (path: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { selector: { matchLabels: { app: ${path} } }, template: { metadata: { labels: { app: ${path} } }, spec: { containers: [{ name: web, image: web }] } } }\n`;
  const text = draftOf({ "a/web.yaml": deployment("a"), "b/web.yaml": deployment("b") });
  assert.doesNotMatch(text, /workloads:/);
  assert.match(text, /Not named here: 2 manifests/);
});

test("without anything it is a skeleton that is valid and promises nothing but assumptions", () => {
  const text = draftOf({});
  assert.match(text, /nothing was found/);
  assert.ok((text.match(/# assumption: /g) ?? []).length >= 4, text);
  const found = judged({}, text);
  // No drill was ever held, and that is so.
  assert.deepEqual(found, ["plan-undrilled"], text);
});

test("names that mean something in YAML stay names", () => {
  const name = "'true'";
  const text = draftOf({
    "db.yaml": `apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: { name: ${name} }\nspec: { instances: 3 }\n`,
    "ha.yaml": `apiVersion: nines/v1alpha1\nkind: VSphereHACluster\nmetadata: { name: "a: {b" }\nspec: { enabled: true, heartbeat: { datastores: ["x, y", "1"] } }\n`,
  });
  const { spec } = parseDocument(text).toJS();
  assert.equal(spec.databases[0].name, "true");
  assert.equal(spec.platforms.vsphere[0].name, "a: {b");
  assert.deepEqual(spec.platforms.vsphere[0].ha, { enabled: true, heartbeat: { datastores: ["x, y", "1"] } });
});
