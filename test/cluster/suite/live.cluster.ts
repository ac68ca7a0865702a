import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { CompletionRequest, HoverRequest } from "vscode-languageserver/node";
import { connect } from "../../../server/src/cluster/connection.ts";
import { readKubeconfig } from "../../../server/src/cluster/kubeconfig.ts";
import { SourceFile } from "../../../server/src/model/document.ts";
import { render } from "../../../server/src/model/message.ts";
import { scanHeader } from "../../../server/src/model/scan.ts";
import { schemasOfOpenApi } from "../../../server/src/schema/openapi.ts";
import { createSchemaService } from "../../../server/src/schema/service.ts";
import type { SchemaService } from "../../../server/src/schema/types.ts";
import { type ClusterLapse, METHODS } from "../../../server/src/server/protocol.ts";
import { filesOf } from "../../../server/src/testing/fixtures.ts";
import { fileUri, TestClient, until } from "../../protocol/client.ts";
import { startCluster, type TestCluster } from "../cluster.ts";

const crd = (size: string) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "caches.nines.example.com" },
  spec: {
    group: "nines.example.com",
    scope: "Namespaced",
    names: { kind: "Cache", plural: "caches", singular: "cache" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: {
                type: "object",
                properties: {
                  size: { type: size, description: "How much it holds." },
                  eviction: { type: "string", enum: ["lru", "lfu"] },
                },
              },
            },
          },
        },
      },
    ],
  },
});
const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

describe("rules and schemas with a real cluster", () => {
  let cluster: TestCluster;
  let namespace: string;
  let folder: string;
  let server: TestClient;
  const uri = (name: string) => fileUri(join(folder, name));

  before(async () => {
    cluster = await startCluster();
    namespace = await cluster.app();
    folder = await mkdtemp(join(tmpdir(), "nines-live-"));
    await mkdir(join(folder, ".git"));
    await writeFile(join(folder, "app.yaml"), manifests());
    await writeFile(join(folder, ".nines.yaml"), "profile: strict\n");
    server = await TestClient.start({
      folder,
      initializationOptions: { trusted: true },
      env: { KUBECONFIG: cluster.kubeconfig, NINES_STATE_DIR: join(folder, "state") },
    });
    await server.open(uri("app.yaml"), manifests());
    await until("the workspace is read", () => has("app.yaml", "destination-unknown"));
  });
  after(async () => {
    await cluster?.api.send("DELETE", `${CRDS}/caches.nines.example.com`);
    await server?.stop();
    await cluster?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  /** A route to Service `ledger`, which only the cluster may have, and pods that are spread over nodes alone. */
  const manifests = () => `apiVersion: v1
kind: Service
metadata: { name: front, namespace: ${namespace} }
spec: { ports: [{ port: 80 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: front, namespace: ${namespace} }
spec:
  hosts: [front]
  http: [{ route: [{ destination: { host: ledger } }] }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: front, namespace: ${namespace} }
spec:
  replicas: 3
  selector: { matchLabels: { app: front } }
  template:
    metadata: { labels: { app: front } }
    spec:
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: { matchLabels: { app: front } }
      containers: [{ name: web, image: "web:1" }]
`;
  const codes = async (name: string) => [...new Set(await server.rulesIn(uri(name)))];
  const has = async (name: string, code: string) => (await codes(name)).includes(code);
  const use = (context = "admin") =>
    server.connection.sendRequest(METHODS.connectCluster, { context, namespace });
  const refresh = () => server.connection.sendRequest(METHODS.refreshCluster, null);
  const leave = () => server.connection.sendRequest(METHODS.disconnectCluster, null);
  const messages = async (name: string) =>
    (await server.items(uri(name))).map(({ code, message }) => `${code}: ${message}`).sort();

  it("what only the cluster has is no missing destination; when it goes there, it is missing here", async () => {
    const path = `/api/v1/namespaces/${namespace}/services`;
    await cluster.api.expect("POST", path, {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "ledger" },
      spec: { ports: [{ port: 80 }] },
    });
    const before = await messages("app.yaml");
    assert.ok(before.some((message) => message.startsWith("destination-unknown")));
    const { refreshes } = server;
    await use();
    await until("the Service is found", async () => !(await has("app.yaml", "destination-unknown")));
    // Not only because it is still being read.
    await refresh();
    assert.equal(await has("app.yaml", "destination-unknown"), false);
    assert.ok(server.refreshes > refreshes, "the client is told to ask again");

    await cluster.api.expect("DELETE", `${path}/ledger`);
    await refresh();
    await until("the Service is missed", () => has("app.yaml", "destination-unknown"));
    assert.ok(
      (await messages("app.yaml")).some((message) =>
        /The connected cluster \(admin\) was looked at/.test(message),
      ),
    );
    await leave();
    await until("everything is as it was", async () => !(await has("app.yaml", "spread-zones-missing")));
    assert.deepEqual(await messages("app.yaml"), before);
  });

  it("nothing is called missing, and the client is told since when, while the API server is gone", async () => {
    const lapses: ClusterLapse[] = [];
    server.connection.onNotification(METHODS.clusterLapsed, (lapse: ClusterLapse) => {
      lapses.push(lapse);
    });
    const before = await messages("app.yaml");
    await use();
    await until("the Service is missed", async () =>
      (await messages("app.yaml")).some((message) => /destination-unknown.*was looked at/.test(message)),
    );
    const known = Date.now();
    await cluster.killApiServer();
    try {
      await refresh();
      await until("the client is told", () => lapses.at(-1)?.problem !== undefined);
      const { context, since = 0, problem } = lapses.at(-1) ?? {};
      assert.equal(context, "admin");
      assert.match(problem ?? "", /^admin could not be read: the cluster did not answer/);
      assert.ok(since > known - 60_000 && since <= Date.now(), `${since}`);
      assert.equal(await has("app.yaml", "destination-unknown"), false);
    } finally {
      await cluster.startApiServer();
    }
    // Without being asked: it is tried again every few seconds.
    await until("it is read again", () => lapses.at(-1)?.problem === undefined);
    await until("the Service is missed again", () => has("app.yaml", "destination-unknown"));
    await leave();
    await until("everything is as it was", async () => !(await has("app.yaml", "spread-zones-missing")));
    assert.deepEqual(await messages("app.yaml"), before);
  });

  it("the zones of its nodes count where nobody states any", async () => {
    assert.equal(await has("app.yaml", "spread-zones-missing"), false);
    await use();
    await until("the zones are known", () => has("app.yaml", "spread-zones-missing"));
    const stated = "profile: strict\ntopology: { zones: [only-one] }\n";
    await server.open(uri(".nines.yaml"), stated);
    await until("what is stated counts", async () => !(await has("app.yaml", "spread-zones-missing")));
    await server.change(uri(".nines.yaml"), "profile: strict\n");
    await until("the zones are known again", () => has("app.yaml", "spread-zones-missing"));
    await leave();
    await until("nobody knows them", async () => !(await has("app.yaml", "spread-zones-missing")));
  });

  it("a definition that only the cluster has is completed, explained and validated", async () => {
    await cluster.api.expect("POST", CRDS, crd("integer"));
    await until("the API server publishes it", async () => {
      const { body } = await cluster.api.send("GET", "/openapi/v3");
      return JSON.stringify(body).includes("apis/nines.example.com/v1");
    });
    const name = "cache.yaml";
    const text =
      "apiVersion: nines.example.com/v1\nkind: Cache\nmetadata: { name: a }\nspec:\n  size: big\n  \n";
    await server.open(uri(name), text);
    await server.pull(uri(name));
    assert.deepEqual(await codes(name), []);
    await use();
    await until("it is validated", () => has(name, "schema-type"));
    const labels = await server.connection.sendRequest(CompletionRequest.type, {
      textDocument: { uri: uri(name) },
      position: { line: 5, character: 2 },
    });
    const items = Array.isArray(labels) ? labels : (labels?.items ?? []);
    assert.ok(
      items.some(({ label }) => label === "eviction"),
      JSON.stringify(items.map(({ label }) => label)),
    );
    const hover = await server.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri: uri(name) },
      position: { line: 4, character: 3 },
    });
    assert.match(JSON.stringify(hover), /How much it holds/);

    await cluster.api.expect(
      "PATCH",
      `${CRDS}/caches.nines.example.com`,
      crd("string"),
      "application/merge-patch+json",
    );
    await until("the new definition counts", async () => {
      await refresh();
      return !(await has(name, "schema-type"));
    });
    await server.change(uri(name), text.replace("  \n", "  sise: 1\n"));
    await until("the unknown field is found", () => has(name, "schema-unknown-field"));
    await leave();
    await until("the cluster's definition is gone", async () => (await codes(name)).length === 0);
  });

  it("its schemas of built-in kinds take what ours take", async () => {
    const connection = connect(await readKubeconfig([cluster.kubeconfig]), "viewer");
    const live = createSchemaService();
    const known = new Set<string>();
    try {
      const signal = AbortSignal.timeout(60_000);
      const index = await connection.openApi.index(signal);
      assert.ok(index.ok);
      for (const [name, address] of index.value) {
        const document = await connection.openApi.document(address, signal);
        if (!document.ok || !/^apis?\/(?:[\w.-]+\/)?v\w+$/.test(name)) continue;
        const apiVersion = name.slice(name.indexOf("/") + 1);
        const schemas = schemasOfOpenApi(document.value, apiVersion, "the cluster");
        live.setSchemas(name, schemas);
        for (const { kind } of schemas) known.add(`${apiVersion}/${kind}`);
      }
    } finally {
      connection.close();
    }
    for (const type of ["v1/Service", "apps/v1/Deployment", "networking.istio.io/v1/VirtualService"])
      assert.ok(known.has(type), type);
    for (const kind of ["v1/DeleteOptions", "apps/v1/DeploymentList", "v1/Status"])
      assert.ok(!known.has(kind), kind);

    const bundled = createSchemaService();
    const root = join(import.meta.dirname, "../../..");
    const paths = globSync(["examples/**/*.yaml", "server/src/rules/*/*.good.yaml"], { cwd: root });
    const files = paths.flatMap((path) =>
      Object.entries(filesOf(path, readFileSync(join(root, path), "utf8"))).map(
        ([name, content]) => new SourceFile(`${path}: ${name}`, content, new Set()),
      ),
    );
    const surprises: string[] = [];
    let compared = 0;
    for (const { uri, text, masks } of files.flatMap(({ documents }) => documents)) {
      const { apiVersion = "", kind = "" } = scanHeader(text);
      // Of other groups the CRDs decide, and those may be stricter.
      const isBuiltIn = /^(?:[\w]+|[\w.]+\.k8s\.io)\/|^v1$/.test(apiVersion);
      if (!isBuiltIn || masks.length > 0 || !known.has(`${apiVersion}/${kind}`)) continue;
      compared += 1;
      const document = { text, apiVersion, kind };
      const own = new Set((await findings(bundled, document)).map(({ key }) => key));
      for (const { key, message } of await findings(live, document))
        if (!own.has(key)) surprises.push(`${uri}: ${key}: ${message}`);
    }
    assert.ok(compared > 100, `${compared} documents were compared`);
    assert.deepEqual(surprises, []);
    const wrong = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: { replcas: 3 }\n";
    const found = await findings(live, { text: wrong, apiVersion: "apps/v1", kind: "Deployment" });
    assert.ok(
      found.some(({ key }) => key.startsWith("schema-unknown-field")),
      JSON.stringify(found),
    );
  });
});

async function findings(service: SchemaService, document: Parameters<SchemaService["validate"]>[0]) {
  return (await service.validate(document)).map(({ code, range, message }) => ({
    key: `${code} ${range.start}-${range.end}`,
    message: render(message),
  }));
}
