import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { documentOf, findings, newService } from "../testing/schema-service.ts";
import { type PublishedSchemas, schemasOfOpenApi } from "./openapi.ts";

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
const PUBLISHED: PublishedSchemas = {
  kinds: ["Cache", "CacheList", "DeleteOptions"].map((kind) => ({
    group: "example.org",
    version: "v1",
    kind,
    name: `org.example.v1.${kind}`,
  })),
  schemas: {
    "org.example.v1.Cache": {
      type: "object",
      properties: {
        apiVersion: { type: "string" },
        kind: { type: "string" },
        metadata: { allOf: [ref(META)], default: {} },
        spec: { allOf: [ref("org.example.v1.Spec")], description: "What is wanted." },
      },
    },
    "org.example.v1.Spec": {
      type: "object",
      required: ["size", "mode"],
      properties: {
        size: ref("Quantity"),
        port: { oneOf: [{ type: "integer" }, { type: "string" }], format: "int-or-string" },
        mode: { type: "string", default: "lru" },
        // Schemas of schemas refer to themselves.
        next: ref("org.example.v1.Spec"),
      },
    },
    "org.example.v1.CacheList": {
      type: "object",
      properties: {
        metadata: ref("io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta"),
        items: { type: "array" },
      },
    },
    "org.example.v1.DeleteOptions": { type: "object", properties: { orphanDependents: { type: "boolean" } } },
    Quantity: { oneOf: [{ type: "string" }, { type: "number" }] },
    [META]: { type: "object", properties: { name: { type: "string" } } },
  },
};

const service = (published = PUBLISHED, apiVersion = "example.org/v1") => {
  const own = newService();
  own.setSchemas("cluster", schemasOfOpenApi(published, apiVersion, "staging"));
  return own;
};
const cache = (spec: string) =>
  documentOf(`apiVersion: example.org/v1\nkind: Cache\nmetadata: { name: a }\nspec: ${spec}\n`);
const codes = async (spec: string) =>
  (await findings(cache(spec), service())).map((finding) => finding.slice(0, finding.indexOf(":")));

describe("schemas that an API server publishes", () => {
  test("are those of objects, of the group and version that was asked for", () => {
    const kinds = (apiVersion: string) =>
      schemasOfOpenApi(PUBLISHED, apiVersion, "staging").map(({ kind }) => kind);
    assert.deepEqual(kinds("example.org/v1"), ["Cache"]);
    assert.deepEqual(kinds("example.org/v2"), []);
  });

  test("take what the API server takes", async () => {
    assert.deepEqual(await codes("{ size: 1Gi, port: http }"), []);
    assert.deepEqual(await codes("{ size: 1, port: 80, next: { size: 2, mode: lfu } }"), []);
  });

  test("tell unknown fields, wrong types and missing fields, at any depth, and where they are from", async () => {
    assert.deepEqual(await codes("{ size: 1, sise: 2 }"), ['schema-unknown-field warning "sise"']);
    assert.deepEqual(await codes("{ size: 1, next: { size: [] } }"), ['schema-type error "[]"']);
    assert.equal((await codes("{ port: 80 }"))[0]?.startsWith("schema-missing-field"), true);
    const [first] = await findings(cache("{ size: 1, other: 2 }"), service());
    assert.match(first ?? "", /Cache, as staging defines it, has no field “other”/);
  });

  test("explain their fields", async () => {
    const document = cache("{ size: 1 }");
    const hover = await service().hover(document, document.text.indexOf("spec"));
    assert.match(hover?.markdown ?? "", /What is wanted/);
  });

  test("come behind definitions of the workspace, whichever came last, and before what is known in part", async () => {
    const own = service();
    const load = () => ({ type: "object", properties: { spec: { type: "string" } } }) as const;
    const crd = { apiVersion: "example.org/v1", kind: "Cache", load };
    own.setSchemas("partial", [{ ...crd, isPartial: true }]);
    assert.equal((await findings(cache("{ size: 1, sise: 2 }"), own)).length, 1);
    own.setSchemas("file:///crd.yaml", [crd]);
    own.setSchemas("cluster", schemasOfOpenApi(PUBLISHED, "example.org/v1", "staging"));
    assert.deepEqual(await findings(cache("text"), own), []);
  });

  test("that refer to nothing, or to addresses, are harmless", async () => {
    const schemas = {
      ...PUBLISHED.schemas,
      "org.example.v1.Spec": {
        type: "object",
        properties: {
          gone: ref("Nowhere"),
          far: { $ref: "http://127.0.0.1:1/x.json" },
          proto: ref("__proto__"),
        },
      },
    };
    const document = cache("{ gone: 1, far: 2, proto: 3 }");
    const own = service({ ...PUBLISHED, schemas });
    assert.deepEqual(await findings(document, own), []);
  });
});
