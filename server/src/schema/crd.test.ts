import assert from "node:assert/strict";
import { test } from "node:test";
import { schemasOfCrd } from "./crd.ts";

function crd(openAPIV3Schema: unknown, spec: object = {}): unknown {
  return {
    kind: "CustomResourceDefinition",
    spec: {
      group: "example.org",
      names: { kind: "Cache" },
      versions: [{ name: "v1", schema: { openAPIV3Schema } }],
      ...spec,
    },
  };
}

function specOf(openApi: unknown, spec: object = {}): unknown {
  const [schema] = schemasOfCrd(crd({ type: "object", properties: { spec: openApi } }, spec));
  return schema?.load().properties?.spec;
}

test("every version is a type of its own", () => {
  const versions = ["v1", "v1beta1"].map((name) => ({
    name,
    schema: { openAPIV3Schema: { type: "object" } },
  }));
  assert.deepEqual(
    schemasOfCrd(crd({}, { versions })).map(({ apiVersion, kind }) => `${apiVersion} ${kind}`),
    ["example.org/v1 Cache", "example.org/v1beta1 Cache"],
  );
});

test("the single schema of apiextensions.k8s.io/v1beta1", () => {
  const [schema] = schemasOfCrd(
    crd(undefined, {
      version: "v1alpha1",
      versions: undefined,
      validation: { openAPIV3Schema: { type: "object", properties: { spec: { type: "string" } } } },
    }),
  );
  assert.equal(schema?.apiVersion, "example.org/v1alpha1");
  assert.deepEqual(schema?.load().properties?.spec, { type: "string" });
});

test("fields that are not listed are unknown, unless they are kept", () => {
  const properties = { size: { type: "integer" } };
  assert.deepEqual(specOf({ type: "object", properties }), {
    type: "object",
    properties,
    additionalProperties: false,
  });
  for (const more of [
    { "x-kubernetes-preserve-unknown-fields": true },
    { "x-kubernetes-embedded-resource": true },
    { additionalProperties: true },
  ]) {
    assert.deepEqual(specOf({ type: "object", properties, ...more }), { type: "object", properties });
  }
  assert.deepEqual(specOf({ type: "object" }), { type: "object" });
  assert.deepEqual(specOf({ type: "object", additionalProperties: { type: "string" } }), {
    type: "object",
    additionalProperties: { type: "string" },
  });
});

test("a number or a text", () => {
  const anyOf = [{ type: "integer" }, { type: "string" }];
  assert.deepEqual(specOf({ "x-kubernetes-int-or-string": true, anyOf, pattern: "^[0-9]+%?$" }), {
    type: ["integer", "string"],
  });
});

test("status may be incomplete", () => {
  const status = { type: "object", required: ["ready"], properties: { ready: { type: "boolean" } } };
  const [schema] = schemasOfCrd(crd({ type: "object", required: ["spec"], properties: { status } }));
  assert.deepEqual(schema?.load().properties?.status, { type: "object" });
});

test("patterns that could hang JavaScript are left out", () => {
  assert.deepEqual(specOf({ type: "string", pattern: "^[a-z]+$" }), { type: "string", pattern: "^[a-z]+$" });
  for (const pattern of ["^(a+)+$", "^(a|a)*$", "a*a*a*a*b", "(x{1,9}){1,9}"]) {
    assert.deepEqual(specOf({ type: "string", pattern }), { type: "string" }, pattern);
  }
});

test("anything else is no CRD, and nothing throws", () => {
  for (const value of [undefined, null, 1, "x", [], {}, { kind: "CustomResourceDefinition" }]) {
    assert.deepEqual(schemasOfCrd(value), []);
  }
  const broken = crd(
    {},
    { versions: [null, 1, { name: 2 }, { name: "v1", schema: { openAPIV3Schema: 3 } }] },
  );
  assert.doesNotThrow(() => schemasOfCrd(broken).map((each) => each.load()));
  let deep: object = { type: "string" };
  for (let i = 0; i < 50_000; i++) deep = { type: "array", items: deep };
  assert.doesNotThrow(() => schemasOfCrd(crd(deep)).map((each) => each.load()));
  assert.equal(
    JSON.stringify(specOf(JSON.parse('{"type":"object","properties":{"__proto__":{}}}'))),
    '{"type":"object"}',
  );
});
