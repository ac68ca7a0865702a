import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CodeLens,
  CodeLensRequest,
  CodeLensResolveRequest,
  type Hover,
  HoverRequest,
  InlayHintRefreshRequest,
  InlayHintRequest,
} from "vscode-languageserver/node";
import { fullCapabilities, TestClient, until } from "./client.ts";
import { TestFolder } from "./folder.ts";

const PLAN = `apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: { name: app }
spec:
  objectives:
    - { disruption: Site, rto: 15m }
  strategies:
    - { name: dns, type: DNS, record: app.example.com, ttl: 30s, controllerInterval: 60s, resolverSlack: 30s, healthCheck: { interval: 10s, failureThreshold: 3 } }
  failovers:
    - name: site
      serves: [Site]
      detection: { duration: 3m }
      decision: { mode: Manual, budget: 5m }
      steps: [{ name: switch-dns, strategy: dns }]
`;

const RECORD = `apiVersion: externaldns.k8s.io/v1alpha1
kind: DNSEndpoint
metadata: { name: app }
spec: { endpoints: [{ dnsName: app.example.com, recordTTL: 30 }] }
`;

const range = { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } };

test("objectives and failovers of a plan, which follow the edit of a manifest", async (t) => {
  const folder = new TestFolder(t, { "plan.yaml": PLAN, "dns.yaml": RECORD });
  let refreshes = 0;
  const client = await TestClient.start({
    folder: folder.path,
    capabilities: {
      ...fullCapabilities,
      workspace: { ...fullCapabilities.workspace, inlayHint: { refreshSupport: true } },
    },
    initializationOptions: { opensLenses: true },
    prepare: (connection) => connection.onRequest(InlayHintRefreshRequest.type, () => void refreshes++),
  });
  t.after(() => client.stop());
  const [uri, dns] = [folder.uri("plan.yaml"), folder.uri("dns.yaml")];
  const textDocument = { uri };
  const hints = async () => {
    const found = await client.connection.sendRequest(InlayHintRequest.type, { textDocument, range });
    return (found ?? []).map(({ position, label }) => `${position.line + 1} ${label}`);
  };
  await client.open(uri, PLAN);
  await client.open(dns, RECORD);
  await until("the record is read", async () => (await hints()).includes("6 10m30s of 15m"));

  const hover: Hover | null = await client.connection.sendRequest(HoverRequest.type, {
    textDocument,
    position: { line: 5, character: 26 },
  });
  assert.match(
    JSON.stringify(hover),
    /15m promised, the configuration gives 10m30s.*detection 3m, decision 5m, switch-dns 2m30s/,
  );

  const lenses = await client.connection.sendRequest(CodeLensRequest.type, { textDocument });
  const [lens, ...others]: CodeLens[] = lenses ?? [];
  assert.ok(lens !== undefined && others.length === 0);
  assert.deepEqual(lens.range.start, { line: 9, character: 6 });
  const { command } = await client.connection.sendRequest(CodeLensResolveRequest.type, lens);
  assert.equal(command?.title, "Show recovery timeline · 10m30s");
  const { kind, position } = command?.arguments?.[0] ?? {};
  assert.deepEqual({ kind, position }, { kind: "failover", position: { line: 9, character: 6 } });

  refreshes = 0;
  await client.change(dns, RECORD.replace("recordTTL: 30", "recordTTL: 330"));
  await until("the hint is drawn again", async () => refreshes > 0);
  assert.deepEqual(await hints(), ["6 15m30s of 15m"]);
});
