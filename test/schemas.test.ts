import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { SourceFile } from "../server/src/model/document.ts";
import { type DocumentSchema, documentSchemas, resolved } from "../server/src/recovery/document-schemas.ts";
import { misfitsIn } from "../server/src/recovery/schema-check.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const json = (path: string): Record<string, unknown> => JSON.parse(read(path));
const plan = json("schemas/disaster-recovery-plan.schema.json");
const cluster = json("schemas/vsphere-ha-cluster.schema.json");
const ajv = new Ajv({ strict: true, allowUnionTypes: true, strictRequired: true, allErrors: true });
ajv.addSchema(plan).addSchema(cluster);

function isValid(kind: string, document: unknown): boolean {
  const { $id } = kind === "DisasterRecoveryPlan" ? plan : cluster;
  return ajv.validate(String($id), document);
}

/** What the rule finds in a text. */
function misfits(kind: string, text: string) {
  const document = new SourceFile("file:///w/a.yaml", text, new Set([kind])).documents[0];
  const schema = documentSchemas[kind];
  assert.ok(document?.parsed?.root !== undefined && schema !== undefined);
  return misfitsIn(document.parsed.root, schema);
}

test("the example plan follows the schema", () => {
  const text = read("examples/dr/plan.yaml");
  assert.ok(isValid("DisasterRecoveryPlan", parse(text)), ajv.errorsText());
  assert.deepEqual(misfits("DisasterRecoveryPlan", text), []);
});

/** A plan's spec around some fields. */
const spec = (fields: string) =>
  `apiVersion: nines/v1alpha1\nkind: DisasterRecoveryPlan\nmetadata: {name: app}\nspec: {${fields}}\n`;

const WRONG = [
  "teir: MissionCritical",
  "tier: missioncritical",
  "objectives: [{disruption: Site, rto: 0s}]",
  "objectives: [{disruption: Site, rto: -5m}]",
  "objectives: [{disruption: Site, rto: 15}]",
  "objectives: [{disruption: Site, rto: 15 minutes}]",
  "objectives: [{rto: 15m}]",
  "objectives: {}",
  "sites: [{name: a, trafficPercent: 101}]",
  "sites: [{name: a, trafficPercent: -1}]",
  "sites: [{name: a, role: primary}]",
  "sites: [a]",
  "replication: [{rttMs: fast}]",
  "backups: [{name: db, sizeGiB: 0}]",
  "backups: [{name: db, full: hourly}]",
  "backups: [{name: db, immutable: 1}]",
  "failovers: [{name: a, serves: []}]",
  "failovers: [{name: a, steps: [{name: b, duration: 0s}]}]",
  "drills: {lastTested: last year}",
  "release: {gates: {successRate: 99}}",
  "platforms: {vsphere: [{name: a, ha: {admissionControl: {cpuPercent: 120}}}]}",
  "platforms: {vsphere: [{name: a, ha: {isolationResponse: off}}]}",
];

const RIGHT = [
  "tier: MissionCritical",
  "objectives: [{disruption: Site, rpo: 0s, rto: 1h30m}]",
  "objectives: [{disruption: Site, rpo: 0}]",
  "sites: [{name: a, role: Primary, trafficPercent: 0, capacityPercent: 150}]",
  'backups: [{name: db, full: "0 0 0 * * *", incremental: "@every 1h", sizeGiB: 0.5}]',
  "platforms: {vsphere: [{name: a, ha: {hostMonitoring: disabled, vmComponentProtection: {apdDelay: 0s}}}]}",
];

for (const fields of WRONG) {
  test(`refused by schema and rule alike: ${fields}`, () => {
    assert.equal(isValid("DisasterRecoveryPlan", parse(spec(fields))), false);
    assert.notDeepEqual(misfits("DisasterRecoveryPlan", spec(fields)), []);
  });
}
for (const fields of RIGHT) {
  test(`accepted by schema and rule alike: ${fields}`, () => {
    assert.ok(isValid("DisasterRecoveryPlan", parse(spec(fields))), ajv.errorsText());
    assert.deepEqual(misfits("DisasterRecoveryPlan", spec(fields)), []);
  });
}

test("a VSphereHACluster has the fields of a plan's ha", () => {
  const text =
    "apiVersion: nines/v1alpha1\nkind: VSphereHACluster\nspec: {stretched: true, hostCount: 8, isolationResponse: shutdown}\n";
  assert.ok(isValid("VSphereHACluster", parse(text)), ajv.errorsText());
  assert.deepEqual(misfits("VSphereHACluster", text), []);
  const wrong = text.replace("hostCount: 8", "hostCount: 97");
  assert.equal(isValid("VSphereHACluster", parse(wrong)), false);
  assert.equal(misfits("VSphereHACluster", wrong).length, 1);
  const own = Object.keys(
    resolved(documentSchemas.VSphereHACluster?.properties?.spec ?? {}).properties ?? {},
  );
  const shared = Object.keys(resolved({ $ref: "#/definitions/ha" }).properties ?? {});
  assert.deepEqual(
    shared.filter((name) => !own.includes(name)),
    [],
  );
});

const translations = json("schemas/l10n/zh-cn.json");

test("every field is explained, in English and in Simplified Chinese", () => {
  const missing: string[] = [];
  const used = new Set<string>();
  const visit = (reference: DocumentSchema, path: string, isField: boolean): void => {
    const schema = resolved(reference);
    const { description } = schema;
    if (description !== undefined) used.add(description);
    if (isField && (description === undefined || translations[description] === undefined)) missing.push(path);
    for (const [name, each] of Object.entries(schema.properties ?? {})) visit(each, `${path}.${name}`, true);
    if (schema.items !== undefined) visit(schema.items, `${path}[]`, false);
  };
  for (const [kind, schema] of Object.entries(documentSchemas)) visit(schema, kind, true);
  // The settings of vSphere HA say what they are in their definition too.
  used.add(String(resolved({ $ref: "#/definitions/ha" }).description));
  assert.deepEqual(missing, []);
  assert.deepEqual(
    Object.keys(translations).filter((text) => !used.has(text)),
    [],
  );
});
