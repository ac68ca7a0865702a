import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEPLOYMENT, documentOf, findings, GOOD, service } from "../testing/schema-service.ts";

describe("validate", () => {
  for (const [kind, text] of Object.entries(GOOD)) {
    test(`a correct ${kind} has no findings`, async () => {
      assert.deepEqual(await findings(documentOf(text)), []);
    });
  }

  const bad: [string, string, string[]][] = [
    [
      "an unknown field, with what was meant",
      DEPLOYMENT.replace("image:", "imge:"),
      [
        'schema-unknown-field warning "imge": Deployment has no field “imge” here. It is rejected or has no effect; did you mean “image”?',
      ],
    ],
    [
      "a number in quotes",
      DEPLOYMENT.replace("replicas: 3", 'replicas: "3"'),
      ['schema-type error "\\"3\\"": This value has the wrong type and will be rejected. Expected: integer.'],
    ],
    [
      "a scalar in place of a map",
      DEPLOYMENT.replace("{maxSurge: 25%, maxUnavailable: 1}", "25%"),
      ['schema-type error "25%": This value has the wrong type and will be rejected. Expected: object.'],
    ],
    [
      "a fraction where only whole numbers are accepted",
      GOOD.VirtualService.replace("weight: 100", "weight: 99.5"),
      ['schema-type error "99.5": This value has the wrong type and will be rejected. Expected: integer.'],
    ],
    [
      "a label that YAML 1.1 reads as a boolean",
      DEPLOYMENT.replace("app: web", "app: on"),
      [
        'schema-type error "on": This value is read as something other than text and will be rejected. Put it in quotes: "on".',
      ],
    ],
    [
      "missing fields",
      "apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: 3\n",
      [
        'schema-missing-field error "spec": The field “selector” is missing here. The API server rejects the Deployment without it; add it.',
        'schema-missing-field error "spec": The field “template” is missing here. The API server rejects the Deployment without it; add it.',
      ],
    ],
    [
      "a value that is not in the list",
      GOOD.PodDisruptionBudget.replace("minAvailable: 50%", "unhealthyPodEvictionPolicy: AlwaysAlow"),
      [
        'schema-value error "AlwaysAlow": This value will be rejected. It must be one of: AlwaysAllow, IfHealthyBudget.',
      ],
    ],
    [
      "a number outside its limits",
      GOOD.HTTPRoute.replace("weight: 90", "weight: 1000001"),
      [
        'schema-value error "1000001": This number is too large and will be rejected. It must be at most 1000000.',
      ],
    ],
    [
      "a misspelt step of a Rollout",
      GOOD.Rollout.replace("setWeight", "setWeigth"),
      [
        'schema-unknown-field warning "setWeigth": Rollout has no field “setWeigth” here. It is rejected or has no effect; did you mean “setWeight”?',
      ],
    ],
  ];
  for (const [what, text, expected] of bad) {
    test(what, async () => {
      assert.deepEqual(await findings(documentOf(text)), expected);
    });
  }

  test("suggestions come as data", async () => {
    const [finding] = await service.validate(documentOf(DEPLOYMENT.replace("image:", "imge:")));
    assert.equal(finding?.suggestion, "image");
  });

  test("JSON is judged like YAML", async () => {
    const text = '{"apiVersion":"v1","kind":"ConfigMap","data":{"a":1}}';
    const found = await service.validate({ text, apiVersion: "v1", kind: "ConfigMap" });
    assert.deepEqual(
      found.map(({ code, range }) => [code, text.slice(range.start, range.end)]),
      [["schema-type", "1"]],
    );
  });

  test("Windows line ends and a leading marker keep the offsets", async () => {
    const text = `---\r\n# first\r\n${DEPLOYMENT.replace("replicas: 3", "replicas: x").replaceAll("\n", "\r\n")}`;
    const [finding] = await service.validate(documentOf(text));
    assert.equal(text.slice(finding?.range.start, finding?.range.end), "x");
  });

  test("unknown kinds are silent, whatever their name", async () => {
    for (const kind of ["Unknown", "constructor", "__proto__"]) {
      assert.deepEqual(await findings(documentOf(`apiVersion: example.org/v1\nkind: ${kind}\nx: 1\n`)), []);
      assert.deepEqual(await findings(documentOf(`apiVersion: v1\nkind: ${kind}\nx: 1\n`)), []);
    }
    assert.deepEqual(await findings({ text: "a: 1\n" }), []);
  });

  test("broken YAML is left to others", async () => {
    assert.deepEqual(await findings(documentOf(`${DEPLOYMENT}  bad: [\nspec: {`)), []);
  });

  test("a repeated key does not hide what else is wrong", async () => {
    const text = DEPLOYMENT.replace("replicas: 3", "replicas: 3\n  replicas: 4\n  wrong: 1");
    assert.equal((await findings(documentOf(text))).length, 1);
  });

  test("nothing is said about what a template fills in", async () => {
    const text = DEPLOYMENT.replace("replicas: 3", "replicas: xxxxxx");
    const start = text.indexOf("xxxxxx");
    assert.deepEqual(await findings(documentOf(text, { masks: [{ start, end: start + 6 }] })), []);
    assert.deepEqual(await findings(documentOf(text.replace("xxxxxx", "$(COUNT)"))), []);
  });

  test("a patch may leave fields out and hold directives", async () => {
    const text = "apiVersion: apps/v1\nkind: Deployment\n$patch: delete\nspec:\n  replicas: x\n";
    assert.deepEqual(await findings(documentOf(text, { partial: true })), [
      'schema-type error "x": This value has the wrong type and will be rejected. Expected: integer.',
    ]);
  });

  test("no address in a document leads to another schema", async () => {
    for (const line of [
      "# yaml-language-server: $schema=http://127.0.0.1:1/x.json",
      "# $schema: file:///etc/passwd",
      "# yaml-language-server: $schema=none",
    ]) {
      const found = await findings(
        documentOf(`${line}\n${DEPLOYMENT.replace("replicas: 3", "replicas: x")}`),
      );
      assert.equal(found.length, 1, line);
    }
    const [found] = await findings(documentOf(`$schema: http://127.0.0.1:1/x.json\n${DEPLOYMENT}`));
    assert.match(found ?? "", /has no field “\$schema” here/);
  });
});
