import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { documentOf, findings, GOOD, newService } from "../testing/schema-service.ts";
import { schemasOfCrd } from "./crd.ts";
import { createSchemaService } from "./service.ts";

describe("schemas from the workspace", () => {
  const crd = (type: string) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    spec: {
      group: "example.org",
      names: { kind: "Cache" },
      versions: [
        {
          name: "v1",
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: {
                spec: { type: "object", properties: { size: { type, description: "How large." } } },
              },
            },
          },
        },
      ],
    },
  });
  const document = documentOf(
    "apiVersion: example.org/v1\nkind: Cache\nmetadata: {nme: a}\nspec:\n  size: big\n",
  );

  test("are used, replaced and withdrawn", async () => {
    const own = newService();
    assert.deepEqual(await findings(document, own), []);
    own.setSchemas("file:///crd.yaml", schemasOfCrd(crd("integer")));
    assert.deepEqual(await findings(document, own), [
      'schema-unknown-field warning "nme": Cache has no field “nme” here. It is rejected or has no effect; did you mean “name”?',
      'schema-type error "big": This value has the wrong type and will be rejected. Expected: integer.',
    ]);
    own.setSchemas("file:///crd.yaml", schemasOfCrd(crd("string")));
    assert.equal((await findings(document, own)).length, 1);
    const hover = await own.hover(document, document.text.indexOf("size"));
    assert.equal(hover?.markdown, "How large.");
    own.setSchemas("file:///crd.yaml", []);
    assert.deepEqual(await findings(document, own), []);
  });

  test("precede the bundled ones and name their origin", async () => {
    const own = newService();
    own.setSchemas("file:///crd.yaml", [
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        origin: "crd.yaml",
        load: () => ({
          type: "object",
          additionalProperties: false,
          properties: { apiVersion: {}, kind: {} },
        }),
      },
    ]);
    const [finding] = await findings(documentOf("apiVersion: apps/v1\nkind: Deployment\nwhatever: 1\n"), own);
    assert.match(finding ?? "", /Deployment, as crd\.yaml defines it, has no field “whatever”/);
  });

  test("a schema that cannot be loaded makes its kind unknown", async () => {
    const own = newService();
    const load = () => {
      throw new Error("gone");
    };
    own.setSchemas("file:///crd.yaml", [{ apiVersion: "example.org/v1", kind: "Cache", load }]);
    assert.deepEqual(await findings(document, own), []);
  });

  test("references to addresses are not followed", async () => {
    const own = newService();
    for (const $ref of ["http://127.0.0.1:1/x.json", "file:///etc/passwd", "other.json"]) {
      const load = () => ({ type: "object", properties: { spec: { $ref } } });
      own.setSchemas("file:///crd.yaml", [{ apiVersion: "example.org/v1", kind: "Cache", load }]);
      assert.deepEqual(await findings(document, own), []);
    }
  });

  test("more kinds than are kept at a time", async () => {
    const own = createSchemaService({ maximumKinds: 2 });
    const texts = Object.values(GOOD).map((text) => text.replace(/^kind:.*$/m, "$&\nwrong: 1"));
    for (const round of [1, 2]) {
      const results = await Promise.all(texts.map((text) => findings(documentOf(text), own)));
      assert.deepEqual(
        results.map((found) => found.length),
        texts.map(() => 1),
        `round ${round}`,
      );
    }
  });
});
