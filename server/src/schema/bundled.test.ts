import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { loadBundledSchemas } from "./bundled.ts";
import type { JsonSchema, ResourceType } from "./types.ts";

const bundled = await loadBundledSchemas();

/** The schema at a path of field names; `[]` stands for an item. */
function schemaAt(type: ResourceType, path: string): JsonSchema {
  const root = JSON.parse(bundled.schemaOf(type) ?? "{}");
  const resolve = (schema: JsonSchema): JsonSchema => {
    const name = schema.$ref?.split("/")[2];
    return name === undefined ? schema : root.definitions[name].object;
  };
  return path.split(".").reduce((schema: JsonSchema, step) => {
    const next = step === "[]" ? schema.items : schema.properties?.[step];
    assert.ok(next, `${step} of ${path}`);
    return resolve(next);
  }, resolve(root));
}

const deployment = { apiVersion: "apps/v1", kind: "Deployment" };

test("every kind's schema is complete", () => {
  assert.ok(bundled.types.length > 90);
  for (const type of bundled.types) {
    const text = bundled.schemaOf(type) ?? "";
    const { definitions } = JSON.parse(text);
    for (const [, name = ""] of text.matchAll(/"\$ref":"#\/definitions\/([^/]+)\/object"/g)) {
      assert.ok(definitions[name], `${name} in ${type.apiVersion} ${type.kind}`);
    }
  }
  assert.match(bundled.metadata().definitions, /"ownerReferences"/);
});

test("types are as precise as the API server", () => {
  assert.equal(schemaAt(deployment, "spec.replicas").type, "integer");
  assert.deepEqual(schemaAt(deployment, "spec.strategy.rollingUpdate.maxSurge").type, ["integer", "string"]);
  const limits = schemaAt(deployment, "spec.template.spec.containers.[].resources.limits");
  assert.deepEqual(limits.additionalProperties, { type: ["number", "string"] });
  const weight = schemaAt(
    { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute" },
    "spec.rules.[].backendRefs.[].weight",
  );
  assert.deepEqual([weight.minimum, weight.maximum], [0, 1_000_000]);
  const hosts = schemaAt({ apiVersion: "networking.istio.io/v1", kind: "Gateway" }, "spec.servers.[]");
  assert.ok(hosts.required?.includes("hosts"));
});

test("what the server does not ask for is not required", () => {
  assert.deepEqual(schemaAt(deployment, "status"), {
    type: "object",
    description: schemaAt(deployment, "status").description,
  });
  const claim = schemaAt({ apiVersion: "apps/v1", kind: "StatefulSet" }, "spec.volumeClaimTemplates.[]");
  assert.equal(claim.required, undefined);
  const config = schemaAt(
    { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" },
    "spec.strategy.canary.steps.[].plugin.config",
  );
  assert.equal(config.additionalProperties, undefined);
});

test("fields are documented", () => {
  assert.match(schemaAt(deployment, "spec.replicas").description ?? "", /^Number of desired pods/);
});

test("yaml-language-server is loaded by one file, and that one on demand", () => {
  const folder = new URL(".", import.meta.url);
  for (const file of readdirSync(folder).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
  )) {
    const imports = readFileSync(new URL(file, folder), "utf8").match(/^import (?!type ).*;$/gms) ?? [];
    const isEngine = file === "yaml-language-server.ts";
    assert.equal(/from "yaml-language-server\//.test(imports.join("\n")), isEngine, file);
    for (const each of imports.join("\n").split(/;\n?/)) {
      assert.ok(!/^import (?!type ).*from "\.\/yaml-language-server\.ts"/s.test(each), file);
    }
  }
});
