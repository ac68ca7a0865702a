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

const itemOf = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line, i) => `${i === 0 ? "  - " : "    "}${line}\n`)
    .join("");

test("each item of a list has the schema of its own kind", async () => {
  const uri = "file:///w/list.yaml";
  const service = "apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { prots: [{ port: 80 }] }\n";
  const right = POD.replace("restartPolcy", "restartPolicy");
  await client.open(
    uri,
    `apiVersion: v1\nkind: List\nitems:\n${itemOf(right)}${itemOf(POD)}${itemOf(service)}---\n${POD}`,
  );
  const places = async () =>
    (await client.items(uri)).flatMap(({ code, range }) =>
      code === "schema-unknown-field"
        ? [`${range.start.line}:${range.start.character}-${range.end.character}`]
        : [],
    );
  await client.pull(uri);
  await until("all are validated", async () => (await places()).length === 3);
  assert.deepEqual(await places(), ["13:6-18", "18:12-17", "24:2-14"]);
  const hover = await client.connection.sendRequest(HoverRequest.type, {
    textDocument: { uri },
    position: { line: 14, character: 8 },
  });
  assert.match(JSON.stringify(hover), /containers belonging to the pod/);
  assert.match(JSON.stringify(hover), /"start":\{"line":14,"character":6\}/);
});

test("a list of one is no resource of its item's kind", async () => {
  const uri = "file:///w/one.json";
  const right = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web" },
    spec: { containers: [{ name: "web", image: "web:1" }] },
  };
  const wrong = { ...right, spec: { ...right.spec, restartPolcy: "Always" } };
  const list = (item: object) =>
    JSON.stringify({ apiVersion: "v1", kind: "List", items: [item] }, undefined, 2);
  await client.open(uri, list(wrong), "json");
  await client.pull(uri);
  const codes = async () => (await client.rulesIn(uri)).filter((code) => code.startsWith("schema-"));
  await until("it is validated", async () => (await codes()).length > 0);
  assert.deepEqual(await codes(), ["schema-unknown-field"]);
  await client.change(uri, list(right));
  assert.deepEqual(await codes(), []);
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
  assert.deepEqual((await labels(uri, 0, 0)).sort(), [
    "ignore",
    "overrides",
    "profile",
    "rules",
    "shift",
    "topology",
  ]);
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

test("a recovery plan is explained, completed and judged once", async () => {
  const uri = "file:///w/plan.yaml";
  const plan = `apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: { name: app }
spec:
  objectives:
    - { disruption: Site, rto: -5m }
  platforms:
    vsphere:
      - name: vc-a
        ha:
          isolationResponse: shutdown
`;
  await client.open(uri, plan);
  await client.pull(uri);
  const hover = await client.connection.sendRequest(HoverRequest.type, {
    textDocument: { uri },
    position: { line: 10, character: 14 },
  });
  assert.match(JSON.stringify(hover), /lost its network/);
  assert.ok((await labels(uri, 10, 29)).includes("powerOff"));
  const codes = (await client.rulesIn(uri)).filter((code) => /^schema-|^plan-invalid/.test(code));
  assert.deepEqual(codes, ["plan-invalid"]);
});

test("a task of Ansible is explained and completed, and an expression is left alone", async () => {
  const uri = "file:///w/roles/ha/tasks/main.yml";
  const tasks = `- name: Set HA up
  block:
    - name: HA
      vmware.vmware.cluster_ha:
        cluster: "{{ cluster }}"
        datacenter: DC01
        admission_control_policy: "{{ policy }}"
        host_isolation_response: shutdown
        unheard_of: true
`;
  await client.open(uri, tasks);
  await client.pull(uri);
  const hover = await client.connection.sendRequest(HoverRequest.type, {
    textDocument: { uri },
    position: { line: 7, character: 12 },
  });
  assert.match(JSON.stringify(hover), /lost its network/);
  const found = await client.rulesIn(uri);
  assert.ok(found.includes("vsphere-datastore-loss-ignored"), found.join());
  assert.ok(!found.some((code) => code.startsWith("schema-")), found.join());
});
