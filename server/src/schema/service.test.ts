import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { render } from "../model/message.ts";
import { schemasOfCrd } from "./crd.ts";
import { createSchemaService } from "./service.ts";
import type { SchemaDocument, SchemaService } from "./types.ts";

function newService(): SchemaService {
  return createSchemaService({ onError: (error) => assert.fail(String(error)) });
}

const service = newService();

/** The document with its type as its first lines say, as the model would give it. */
function documentOf(text: string, others: Partial<SchemaDocument> = {}): SchemaDocument {
  const written = (field: string) => new RegExp(`^${field}: *(\\S+)`, "m").exec(text)?.[1];
  return { text, apiVersion: written("apiVersion"), kind: written("kind"), ...others };
}

/** One line per finding: `code severity "text": message`. */
async function findings(document: SchemaDocument, by: SchemaService = service): Promise<string[]> {
  return (await by.validate(document)).map(
    ({ code, severity, range, message }) =>
      `${code} ${severity} ${JSON.stringify(document.text.slice(range.start, range.end))}: ${render(message)}`,
  );
}

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  creationTimestamp: null
spec:
  replicas: 3
  selector: &labels
    matchLabels: {app: web}
  strategy:
    rollingUpdate: {maxSurge: 25%, maxUnavailable: 1}
  template:
    metadata:
      labels: {app: web}
    spec:
      hostNetwork: yes
      containers:
        - name: web
          image: example.org/web
          resources:
            requests: {cpu: 1, memory: 64Mi}
          livenessProbe:
            httpGet: {path: /, port: http}
          command:
status: {}
`;

const GOOD = {
  Deployment: DEPLOYMENT,
  PodDisruptionBudget: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  minAvailable: 50%
  selector: {}
`,
  StatefulSet: `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: example.org/db}]}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`,
  VirtualService: `apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: web}
spec:
  hosts: [web]
  http:
    - match: [{headers: {end-user: {exact: jason}, x-present: {}}}]
      timeout: 5s
      route:
        - destination: {host: web, subset: v2, port: {number: 80}}
          weight: 100
`,
  HTTPRoute: `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: gateway}]
  hostnames: ["*.example.org"]
  rules:
    - backendRefs: [{name: web-v1, port: 80, weight: 90}, {name: web-v2, port: 80, weight: 10}]
`,
  Rollout: `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: example.org/web}]}
  strategy:
    canary:
      steps: [{setWeight: 10}, {pause: {duration: 1h}}, {pause: {duration: 60}}, {plugin: {name: x, config: {a: 1}}}]
`,
};

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
        'schema-unknown-field warning "imge": Deployment has no field "imge" here. It is rejected or has no effect; did you mean "image"?',
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
        'schema-missing-field error "spec": The field "selector" is missing here. The API server rejects the Deployment without it; add it.',
        'schema-missing-field error "spec": The field "template" is missing here. The API server rejects the Deployment without it; add it.',
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
        'schema-unknown-field warning "setWeigth": Rollout has no field "setWeigth" here. It is rejected or has no effect; did you mean "setWeight"?',
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
    assert.match(found ?? "", /has no field "\$schema" here/);
  });
});

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
      'schema-unknown-field warning "nme": Cache has no field "nme" here. It is rejected or has no effect; did you mean "name"?',
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
    assert.match(finding ?? "", /Deployment, as crd\.yaml defines it, has no field "whatever"/);
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

describe("hover", () => {
  test("explains the field under the cursor", async () => {
    const offset = DEPLOYMENT.indexOf("replicas") + 3;
    const hover = await service.hover(documentOf(DEPLOYMENT), offset);
    assert.match(hover?.markdown ?? "", /^Number of desired pods\./);
    assert.equal(DEPLOYMENT.slice(hover?.range.start, hover?.range.end), "replicas");
  });

  test("lists accepted values", async () => {
    const text = GOOD.PodDisruptionBudget.replace(
      "minAvailable: 50%",
      "unhealthyPodEvictionPolicy: AlwaysAllow",
    );
    const hover = await service.hover(documentOf(text), text.indexOf("AlwaysAllow"));
    assert.match(hover?.markdown ?? "", /\* `IfHealthyBudget`/);
  });

  test("has nothing to say about unknown kinds", async () => {
    assert.equal(
      await service.hover(documentOf("apiVersion: example.org/v1\nkind: X\nspec: 1\n"), 35),
      undefined,
    );
  });
});

describe("complete", () => {
  /** Labels at the `|` of a text, and the text after accepting the first with the given label. */
  async function complete(
    marked: string,
    accept = "",
  ): Promise<{ labels: string[]; accepted: string | undefined }> {
    const offset = marked.indexOf("|");
    const document = documentOf(marked.replace("|", ""));
    const items = await service.complete(document, offset);
    const item = items.find((each) => each.label === accept);
    return {
      labels: items.map((each) => each.label),
      accepted:
        item &&
        `${document.text.slice(0, item.range.start)}${item.insertText}${document.text.slice(item.range.end)}`,
    };
  }

  test("fields that are not there yet", async () => {
    const { labels } = await complete(
      "apiVersion: policy/v1\nkind: PodDisruptionBudget\nspec:\n  minAvailable: 1\n  |\n",
    );
    assert.deepEqual(labels.sort(), ["maxUnavailable", "selector", "unhealthyPodEvictionPolicy"]);
  });

  test("a field that is being typed between others", async () => {
    const marked = DEPLOYMENT.replace("replicas: 3", "min|");
    const { labels, accepted } = await complete(marked, "minReadySeconds");
    assert.ok(labels.includes("replicas"));
    assert.equal(accepted, DEPLOYMENT.replace("replicas: 3", `minReadySeconds: \${1:0}`));
  });

  test("fields of a list's item, with what they require", async () => {
    const { labels, accepted } = await complete(
      "apiVersion: networking.istio.io/v1\nkind: VirtualService\nspec:\n  http:\n  - route:\n    - |\n",
      "destination",
    );
    assert.deepEqual(labels.sort(), ["destination", "headers", "weight"]);
    assert.match(accepted ?? "", /- destination:\n +host: /);
  });

  test("accepted values", async () => {
    const { labels } = await complete(DEPLOYMENT.replace("rollingUpdate:", "type: |\n    rollingUpdate:"));
    assert.deepEqual(labels.sort(), ["Recreate", "RollingUpdate"]);
  });

  test("the kinds of an apiVersion, and the versions of a kind", async () => {
    const kinds = await complete("apiVersion: argoproj.io/v1alpha1\nkind: R|\n", "Rollout");
    assert.ok(kinds.labels.includes("Rollout") && !kinds.labels.includes("Deployment"));
    assert.equal(kinds.accepted, "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\n");
    const versions = await complete("apiVersion: |\nkind: HorizontalPodAutoscaler\n");
    assert.deepEqual(versions.labels, ["autoscaling/v1", "autoscaling/v2"]);
  });

  test("the beginning of a document", async () => {
    const { labels, accepted } = await complete("|", "PodDisruptionBudget");
    assert.ok(labels.includes("apiVersion") && labels.includes("kind"));
    assert.match(accepted ?? "", /^apiVersion: policy\/v1\nkind: PodDisruptionBudget\nmetadata:\n/);
  });
});

describe("hostile documents end quickly and harm nobody", () => {
  const head = "apiVersion: v1\nkind: ConfigMap\n";
  const bomb = Array.from({ length: 30 }, (_, i) => `a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}]`).slice(1);
  const texts: Record<string, string> = {
    "alias bomb": `${head}a0: &a0 [x]\n${bomb.join("\n")}\n`,
    "merge bomb": `${head}m0: &m0 {k: 1}\n${Array.from({ length: 40 }, (_, i) => `m${i + 1}: &m${i + 1}\n  <<: [*m${i}, *m${i}]`).join("\n")}\n`,
    "alias to its own anchor": `${head}data: &a\n  b: *a\n`,
    "brackets 20,000 deep": `${head}data: ${"[".repeat(20_000)}`,
    "lists 20,000 deep": `${head}data:\n${"- ".repeat(20_000)}x\n`,
    "maps 2,000 deep": `${head}${Array.from({ length: 2_000 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")}\n`,
    "5 MB on a line": `${head}data:\n  a: ${"x".repeat(5_000_000)}\n`,
    "50,000 unknown fields": `${head}${Array.from({ length: 50_000 }, (_, i) => `f${i}: 1`).join("\n")}\n`,
    "NULs and keys named like JavaScript's own": `${head}data: {__proto__: 1, constructor: 2, "\0": 3}\n`,
    "types all wrong": `${head}metadata: [1, {a: !!set {b}}]\ndata: !!binary aGk=\nimmutable: {}\n`,
  };
  for (const [what, text] of Object.entries(texts)) {
    test(what, { timeout: 10_000 }, async () => {
      const document = documentOf(text);
      await service.validate(document);
      await service.hover(document, head.length + 1);
      await service.complete(document, text.length);
      assert.equal((await findings(documentOf("apiVersion: v1\nkind: ConfigMap\ndata: {a: 1}\n"))).length, 1);
    });
  }
});
