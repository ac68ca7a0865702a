import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CompletionRequest, HoverRequest } from "vscode-languageserver/node";
import { TestClient, until } from "./client.ts";
import { TestFolder } from "./folder.ts";

const POD = `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  restartPolcy: Always
  containers: [{ name: web, image: web:1 }]
`;

let client: TestClient;
before(async () => {
  client = await TestClient.start();
});
after(() => client.stop());

async function labels(uri: string, line: number, character: number): Promise<string[]> {
  const answer = await client.connection.sendRequest(CompletionRequest.type, {
    textDocument: { uri },
    position: { line, character },
  });
  return (Array.isArray(answer) ? answer : (answer?.items ?? [])).map(({ label }) => label);
}

test("what the schema does not allow is found, and taken back when it is put right", async () => {
  const uri = "file:///w/pod.yaml";
  await client.open(uri, POD);
  await client.pull(uri);
  await until("the schema is loaded", async () =>
    (await client.rulesIn(uri)).includes("schema-unknown-field"),
  );
  const [finding] = (await client.items(uri)).filter(({ code }) => code === "schema-unknown-field");
  assert.deepEqual(finding?.range, { start: { line: 4, character: 2 }, end: { line: 4, character: 14 } });
  assert.equal(finding?.source, "nines");
  await client.change(uri, "restartPolicy", finding.range);
  assert.ok(!(await client.rulesIn(uri)).includes("schema-unknown-field"));
});

test("fields are completed and explained in the second document of a file", async () => {
  const uri = "file:///w/two.yaml";
  await client.open(uri, `${POD}---\n${POD.replace("  restartPolcy: Always\n", "  restart\n")}`);
  assert.ok((await labels(uri, 11, 9)).includes("restartPolicy"));
  const hover = await client.connection.sendRequest(HoverRequest.type, {
    textDocument: { uri },
    position: { line: 5, character: 4 },
  });
  assert.match(JSON.stringify(hover), /containers belonging to the pod/);
});

test("rules and severities are completed in the configuration", async () => {
  const uri = "file:///w/.nines.yaml";
  await client.open(uri, "rules:\n  pdb\n");
  assert.ok((await labels(uri, 1, 5)).includes("pdb-blocks-drain"));
  await client.change(uri, "rules:\n  pdb-blocks-drain: \nprofile: \n");
  assert.ok((await labels(uri, 1, 20)).includes("warning"));
  assert.ok((await labels(uri, 2, 9)).includes("strict"));
  await client.change(uri, "\n");
  assert.deepEqual((await labels(uri, 0, 0)).sort(), ["ignore", "overrides", "profile", "rules", "topology"]);
});

test("a CustomResourceDefinition of the workspace says what its resources may hold", async (t) => {
  const folder = new TestFolder(t, {
    "crd.yaml": `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: shops.example.org }
spec:
  group: example.org
  names: { kind: Shop }
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
          type: object
          properties: { spec: { type: object, properties: { size: { type: integer } } } }
`,
  });
  const other = await TestClient.start({ folder: folder.path });
  t.after(() => other.stop());
  const uri = folder.uri("shop.yaml");
  await other.open(
    uri,
    "apiVersion: example.org/v1\nkind: Shop\nmetadata: { name: a }\nspec: { size: big }\n",
  );
  await until("its type is known", async () => (await other.rulesIn(uri)).includes("schema-type"));
});
