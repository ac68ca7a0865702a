import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  type CodeAction,
  CodeActionRequest,
  CodeActionResolveRequest,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { fullCapabilities, TestClient } from "./client.ts";
import { DEPLOYMENT } from "./texts.ts";

const HA = "Make this workload highly available";
const URI = "file:///w/refactorings/web.yaml";
let client: TestClient;

before(async () => {
  client = await TestClient.start();
  await client.open(URI, DEPLOYMENT);
});
after(() => client.stop());

async function offers(from: TestClient, uri: string, line: number, only?: string[]): Promise<CodeAction[]> {
  const at = { line, character: 0 };
  const answer = await from.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range: { start: at, end: at },
    context: { diagnostics: [], ...(only === undefined ? {} : { only }) },
  });
  const actions = (answer ?? []) as CodeAction[]; // the server sends no bare commands
  return actions.filter(({ kind }) => kind?.startsWith("refactor"));
}

function resolve(from: TestClient, action: CodeAction | undefined): Promise<CodeAction> {
  assert.ok(action !== undefined, "an offer");
  return from.connection.sendRequest(CodeActionResolveRequest.type, action);
}

/** The edits of one document with the labels of their annotations. */
function editsOf(edit: WorkspaceEdit | undefined, uri: string) {
  const change = edit?.documentChanges?.find((one) => "textDocument" in one && one.textDocument.uri === uri);
  assert.ok(change !== undefined && "textDocument" in change);
  return {
    version: change.textDocument.version,
    edits: change.edits.flatMap((one) => ("newText" in one ? [one] : [])),
  };
}

test("a rewrite is listed beside the fixes and under Refactor, and made when it is taken", async () => {
  for (const only of [undefined, ["refactor"], ["refactor.rewrite"]]) {
    const found = await offers(client, URI, 3, only);
    assert.deepEqual(
      found.map(({ title, kind, edit }) => ({ title, kind, edit })),
      [{ title: HA, kind: "refactor.rewrite", edit: undefined }],
    );
  }
  assert.deepEqual(await offers(client, URI, 3, ["quickfix"]), []);
});

test("what is safe alone is made without a question", async () => {
  const { edit } = await resolve(client, (await offers(client, URI, 3))[0]);
  assert.equal(edit?.changeAnnotations, undefined);
  assert.equal(editsOf(edit, URI).version, 1);
});

test("a part that needs a decision makes the client ask, and every edit belongs to a part", async () => {
  const uri = "file:///w/decisions/web.yaml";
  const text = DEPLOYMENT.replace("image: web:1", "image: web:1, ports: [{ containerPort: 80 }]");
  await client.open(uri, text);
  const [action] = await offers(client, uri, 3);
  const { edit } = await resolve(client, action);
  const annotations = edit?.changeAnnotations ?? {};
  assert.deepEqual(
    Object.values(annotations).map(({ label, needsConfirmation }) => [label, needsConfirmation]),
    [
      ["Add a PodDisruptionBudget with maxUnavailable: 1 below", false],
      ["Spread over nodes and zones wherever possible", false],
      ["Set replicas to 3", false],
      ["Add a liveness probe that connects to port 80", true],
      ["Add a readiness probe that asks what liveness asks, and gives up sooner", true],
    ],
  );
  const { version, edits } = editsOf(edit, uri);
  assert.equal(version, 1);
  assert.ok(edits.every((one) => "annotationId" in one && annotations[one.annotationId] !== undefined));
  const after = TextDocument.applyEdits(TextDocument.create(uri, "yaml", 1, text), edits);
  assert.match(after, /replicas: 3/);
  assert.match(after, /kind: PodDisruptionBudget/);
  await client.change(uri, after);
  assert.deepEqual(await offers(client, uri, 3), []);
  await client.close(uri);
});

test("the trial leaves no trace", async () => {
  const before = await client.items(URI);
  await resolve(client, (await offers(client, URI, 3))[0]);
  assert.deepEqual(await client.items(URI), before);
});

test("an offer that is outdated changes nothing", async () => {
  const uri = "file:///w/outdated/web.yaml";
  await client.open(uri, DEPLOYMENT);
  const [action] = await offers(client, uri, 3);
  await client.change(uri, "# nothing left\n");
  assert.equal((await resolve(client, action)).edit, undefined);
  await client.close(uri);
});

const ROUTE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: app }
spec:
  hosts: [app]
  http:
    - route:
        - destination: { host: app, subset: v1 }
`;
const RULE = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: app }
spec:
  host: app
  subsets:
    - { name: v1, labels: { version: v1 } }
`;
const PODS = ["v1", "v2"]
  .map(
    (version) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: app-${version} }
spec:
  replicas: 3
  selector: { matchLabels: { app: app, version: ${version} } }
  template:
    metadata: { labels: { app: app, version: ${version} } }
    spec: { containers: [{ name: app, image: app:1 }] }
`,
  )
  .join("");
const SERVICE = `apiVersion: v1
kind: Service
metadata: { name: app }
spec: { selector: { app: app }, ports: [{ port: 80 }] }
`;

test("a canary touches route and DestinationRule, and is shown before it is made", async () => {
  const uri = "file:///w/canary/routes.yaml";
  const rules = "file:///w/canary/rules.yaml";
  await client.open(rules, RULE);
  await client.open("file:///w/canary/app.yaml", SERVICE + PODS);
  await client.open(uri, ROUTE);
  const found = await offers(client, uri, 6);
  assert.deepEqual(
    found.map(({ title }) => title),
    ["Add canary route", "Convert to blue/green", "Add A/B header routes"],
  );
  const { edit } = await resolve(client, found[0]);
  assert.deepEqual(
    Object.values(edit?.changeAnnotations ?? {}).map(({ needsConfirmation }) => needsConfirmation),
    [true],
  );
  assert.equal(editsOf(edit, uri).version, 1);
  const rule = TextDocument.applyEdits(
    TextDocument.create(rules, "yaml", 1, RULE),
    editsOf(edit, rules).edits,
  );
  assert.match(rule, /name: v2/);
  // Once the subset is there, only the route changes: nothing to ask.
  await client.change(rules, rule);
  const { edit: alone } = await resolve(client, (await offers(client, uri, 6))[0]);
  assert.equal(alone?.changeAnnotations, undefined);
  assert.deepEqual(
    alone?.documentChanges?.map((one) => ("textDocument" in one ? one.textDocument.uri : undefined)),
    [uri],
  );
});

test("a client that cannot resolve or annotate gets plain edits at once", async () => {
  const { codeAction: _, ...textDocument } = fullCapabilities.textDocument ?? {};
  const simple = await TestClient.start({
    capabilities: { ...fullCapabilities, textDocument, workspace: { workspaceFolders: true } },
  });
  await simple.open(URI, DEPLOYMENT);
  const [action] = await offers(simple, URI, 3);
  assert.equal(action?.edit?.documentChanges, undefined);
  assert.equal(action?.edit?.changeAnnotations, undefined);
  const after = TextDocument.applyEdits(
    TextDocument.create(URI, "yaml", 1, DEPLOYMENT),
    action?.edit?.changes?.[URI] ?? [],
  );
  assert.match(after, /replicas: 3/);
  await simple.stop();
});

test("titles are in the client's language", async () => {
  const chinese = await TestClient.start({ locale: "zh-cn" });
  await chinese.open(URI, DEPLOYMENT);
  assert.deepEqual(
    (await offers(chinese, URI, 3)).map(({ title }) => title),
    ["使此工作负载高可用"],
  );
  await chinese.stop();
});
