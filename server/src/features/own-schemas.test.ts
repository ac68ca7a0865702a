import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Ajv } from "ajv";
import { createSchemaService } from "../schema/service.ts";
import type { SchemaDocument } from "../schema/types.ts";
import { provideOwnSchemas } from "./own-schemas.ts";
import { partialSchemas } from "./partial-schemas.ts";

function newService(isChinese = false) {
  const service = createSchemaService({ onError: (error) => assert.fail(String(error)) });
  provideOwnSchemas(service, isChinese);
  return service;
}

const service = newService();

function at(marked: string, apiVersion: string, kind: string): { document: SchemaDocument; offset: number } {
  const offset = marked.indexOf("‸");
  return { document: { text: marked.replace("‸", ""), apiVersion, kind }, offset };
}

const PLAN = `apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: {name: app}
spec:
  platforms:
    vsphere:
      - name: vc-a
        ha:
          isolationRes‸ponse: shutdown
          ‸
`;

test("a plan is completed and explained, down to the settings of vSphere HA", async () => {
  const [inKey, atEnd] = [PLAN.indexOf("‸"), PLAN.lastIndexOf("‸") - 1];
  const document = {
    text: PLAN.replaceAll("‸", ""),
    apiVersion: "nines/v1alpha1",
    kind: "DisasterRecoveryPlan",
  };
  const labels = (await service.complete(document, atEnd)).map(({ label }) => label);
  assert.ok(labels.includes("admissionControl") && labels.includes("hostCount"), labels.join());
  assert.match((await service.hover(document, inKey))?.markdown ?? "", /lost its network/);
  assert.match((await newService(true).hover(document, inKey))?.markdown ?? "", /失去网络/);
});

test("a VSphereHACluster has the same settings", async () => {
  const { document, offset } = at(
    "apiVersion: nines/v1alpha1\nkind: VSphereHACluster\nspec:\n  isolationResponse: ‸\n",
    "nines/v1alpha1",
    "VSphereHACluster",
  );
  const labels = (await service.complete(document, offset)).map(({ label }) => label);
  assert.ok(labels.includes("shutdown"), labels.join());
});

test("known fields of operators are completed and checked, unknown ones left alone", async () => {
  const text = `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: db}
spec:
  instances: three
  somethingNew: {any: [1]}
  postgresql: {synchronous: {dataDurability: perhaps, unheard: of}}
`;
  const document = { text, apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster" };
  const found = (await service.validate(document)).map(
    ({ code, range }) => `${code} ${text.slice(range.start, range.end)}`,
  );
  assert.deepEqual(found, ["schema-type three", "schema-value perhaps"]);
  const hover = await service.hover(document, text.indexOf("instances"));
  assert.match(hover?.markdown ?? "", /survive the loss of one/);
});

test("tasks of Ansible are completed; unknown parameters and expressions are left alone", async () => {
  const text = `    name: HA
    vmware.vmware.cluster_ha:
      cluster: a
      enable: yes
      proxy_host: x
      admission_control_failover_level: "{{ level }}"
      ‸
`;
  const { document, offset } = at(text, "ansible/vmware.vmware", "cluster_ha");
  const labels = (await service.complete(document, offset)).map(({ label }) => label);
  assert.ok(labels.includes("admission_control_policy"), labels.join());
  assert.ok(!labels.includes("metadata"));
  assert.deepEqual(await service.validate(document), []);
});

test("types that no document states are not offered", async () => {
  const { document, offset } = at("kind: Cluster\napiVersion: ‸\n", "", "Cluster");
  const labels = (await service.complete({ ...document, apiVersion: undefined }, offset)).map(
    ({ label }) => label,
  );
  assert.ok(labels.includes("postgresql.cnpg.io/v1") && !labels.some((label) => label.startsWith("ansible")));
});

test("every file describes a kind in valid JSON Schema that refuses no unknown field", () => {
  const files = readdirSync(new URL("../../../schemas/partial", import.meta.url));
  const kinds = new Set(
    partialSchemas.map(({ apiVersion, kind }) => `${apiVersion.split("/")[0]}.${kind}.json`),
  );
  assert.deepEqual(
    files.filter((name) => name !== "ansible-tasks.json").sort(),
    [...kinds].map((name) => name.toLowerCase()).sort(),
  );
  const ajv = new Ajv({ strict: true, allowUnionTypes: true });
  for (const { load } of partialSchemas) {
    const schema = load();
    ajv.compile(schema);
    assert.doesNotMatch(JSON.stringify(schema), /"(?:additionalProperties|required)":/);
  }
});

test("what operators and tasks are made of is explained in Simplified Chinese too", () => {
  const folder = new URL("../../../schemas/", import.meta.url);
  const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
  const described = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, each] of Object.entries(value))
      if (key === "description" && typeof each === "string") described.add(each);
      else visit(each);
  };
  for (const name of readdirSync(new URL("partial/", folder))) visit(read(`partial/${name}`));
  const catalogue = new Map(Object.entries(read("l10n/zh-cn.partial.json") ?? {}));
  assert.deepEqual(
    [...described].filter((text) => !catalogue.has(text)),
    [],
  );
  assert.deepEqual(
    [...catalogue.keys()].filter((text) => !described.has(text)),
    [],
  );
  for (const [text, chinese] of catalogue) {
    assert.match(chinese, /[\u4e00-\u9fff]/, text);
    const numbers = (each: string) => each.match(/\d{2,}/g)?.sort() ?? [];
    assert.deepEqual(numbers(chinese), numbers(text), text);
  }
});

test("a field of an operator is explained in Simplified Chinese", async () => {
  const { document, offset } = at("spec:\n  failover‸Delay: 0\n", "postgresql.cnpg.io/v1", "Cluster");
  const hover = await newService(true).hover(document, offset);
  assert.match(JSON.stringify(hover), /主库不健康后/);
});
