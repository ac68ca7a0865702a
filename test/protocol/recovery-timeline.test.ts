import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  METHODS,
  type NewRecoveryPlan,
  type RecoveryPlanItem,
  type RecoveryPlanPlace,
  type RecoveryPlanRef,
  type RecoveryView,
} from "../../server/src/server/protocol.ts";
import { pause, TestClient, until } from "./client.ts";
import { TestFolder } from "./folder.ts";

const PLAN = `apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: { name: app }
spec:
  objectives:
    - { disruption: Site, rpo: 0s, rto: 15m }
    - { disruption: Region, rto: 4h }
  strategies:
    - { name: dns, type: DNS, record: app.example.com, ttl: 30s, controllerInterval: 60s, resolverSlack: 30s, healthCheck: { interval: 10s, failureThreshold: 3 } }
  failovers:
    - name: site
      serves: [Site]
      detection: { duration: 3m }
      decision: { mode: Manual, budget: 5m }
      steps:
        - { name: scale-up, duration: 2m }
        - { name: switch-dns, strategy: dns }
    - name: idle
      serves: [Hardware]
      detection: { duration: 1m }
      decision: { mode: Automatic }
      steps: [{ name: wait, duration: 1m }]
`;

const RECORD = `apiVersion: externaldns.k8s.io/v1alpha1
kind: DNSEndpoint
metadata: { name: app }
spec: { endpoints: [{ dnsName: app.example.com, recordTTL: 30 }] }
`;

/** A client that shows the plan and keeps what it is told of. */
async function start(context: TestContext, locale = "en") {
  const folder = new TestFolder(context, { "plan.yaml": PLAN, "dns.yaml": RECORD });
  const changes: RecoveryPlanRef[] = [];
  const client = await TestClient.start({
    folder: folder.path,
    locale,
    prepare: (connection) => {
      connection.onNotification(METHODS.recoveryTimelineChanged, (plan: RecoveryPlanRef) => {
        changes.push(plan);
      });
    },
  });
  context.after(() => client.stop());
  const ask = <T>(method: string, params?: object) => client.connection.sendRequest<T>(method, params);
  const plan: RecoveryPlanRef = { uri: folder.uri("plan.yaml"), name: "app" };
  const view = () => ask<RecoveryView | null>(METHODS.recoveryTimeline, plan);
  return { folder, client, changes, ask, plan, view };
}

test("a plan in time: bars with both bounds, the promise, the path and where each value stands", async (context) => {
  const { folder, view } = await start(context);
  const shown = await view();
  assert.ok(shown);
  assert.equal(shown.title, "Recovery timeline of “app”");
  assert.deepEqual(
    shown.sections.map(({ id, title }) => [id, title]),
    [
      ["Site", "Site: failover “site”"],
      ["Region", "Region"],
      ["failover idle", "Failover “idle”, which serves no objective"],
    ],
  );
  const [site] = shown.sections;
  const [time, loss] = site?.charts ?? [];
  assert.deepEqual(
    [time?.figures, time?.verdict, time?.text, time?.promised, time?.promisedText],
    ["10m30s of 15m", "met", "Kept, with 4m30s to spare.", 900, "promised 15m"],
  );
  assert.deepEqual(
    time?.bars.map(({ label, start, end, critical, value }) => [label, start, end, critical, value]),
    [
      ["detection", [0, 0], [180, 180], true, "3m"],
      ["decision", [180, 180], [180, 480], true, "0s – 5m"],
      ["scale-up", [180, 480], [300, 600], false, "2m"],
      ["switch-dns", [180, 480], [200, 630], true, "20s – 2m30s"],
      ["all in all", [0, 0], [300, 630], true, "5m – 10m30s"],
    ],
  );
  const scale = time?.bars[2];
  assert.equal(scale?.text, "scale-up: 2m, at worst from 8m to 10m.");
  assert.deepEqual(scale?.place?.range.start, { line: 15, character: 18 });
  assert.match(
    time?.bars[3]?.text ?? "",
    /^switch-dns: 20s – 2m30s, at worst from 8m to 10m30s\. It is on the/,
  );
  const ttl = site?.inputs.find(({ label }) => label === "TTL");
  assert.deepEqual([ttl?.depth, ttl?.value, ttl?.place?.uri], [1, "0s – 30s", folder.uri("dns.yaml")]);
  assert.equal(loss?.verdict, "unknown");
  assert.equal(shown.sections[1]?.charts[0]?.text.startsWith("Not known: nothing in the plan serves"), true);
  assert.equal(shown.sections[2]?.charts[0]?.figures, "2m");
});

test("an edit of the plan or of a manifest it refers to is told once, and only when something differs", async (context) => {
  const { folder, client, changes, plan, view, ask } = await start(context);
  await view();
  const dns = folder.uri("dns.yaml");
  await client.open(dns, RECORD);
  await pause(500);
  assert.deepEqual(changes, []);
  await client.change(dns, RECORD.replace("recordTTL: 30", "recordTTL: 330"));
  await until("the change is told", () => changes.length > 0);
  assert.deepEqual(changes.splice(0), [plan]);
  const broken = (await view())?.sections[0];
  assert.deepEqual(
    [broken?.charts[0]?.figures, broken?.charts[0]?.text],
    ["15m30s of 15m", "Broken by 30s."],
  );
  assert.match(broken?.improvements[0] ?? "", /TTL 330s -> 30s saves 5m/);
  // A plan that was renamed is still the only one of its file; one that is gone is gone.
  await client.open(plan.uri, PLAN);
  await client.change(plan.uri, PLAN.replace("name: app }", "name: shop }"));
  await until("the new name is told", () => changes.length > 0);
  assert.equal((await view())?.title, "Recovery timeline of “shop”");
  changes.length = 0;
  await client.change(plan.uri, "");
  await until("the end is told", () => changes.length > 0);
  assert.equal(await view(), null);
  changes.length = 0;
  await client.change(plan.uri, PLAN);
  await until("the return is told", () => changes.length > 0);
  assert.equal((await view())?.sections.length, 3);
  // Nobody is told of a plan that is not shown any more.
  await client.connection.sendNotification(METHODS.recoveryTimelineClosed, plan);
  changes.length = 0;
  await client.change(plan.uri, PLAN.replace("15m", "16m"));
  await ask(METHODS.recoveryPlans);
  await pause(500);
  assert.deepEqual(changes, []);
});

test("plans are listed, and a position tells the plan and the failure", async (context) => {
  const { folder, ask, plan } = await start(context);
  const [only, ...others] = await ask<RecoveryPlanItem[]>(METHODS.recoveryPlans);
  assert.deepEqual([only, others], [{ ...plan, summary: "Site 15m, Region 4h" }, []]);
  const at = (line: number, character: number, uri = plan.uri) =>
    ask<RecoveryPlanPlace | null>(METHODS.recoveryPlanAt, { uri, position: { line, character } });
  assert.equal((await at(10, 6))?.section, "Site");
  assert.equal((await at(20, 8))?.section, "failover idle");
  assert.equal((await at(6, 10))?.section, "Region");
  assert.equal((await at(1, 0))?.name, "app");
  assert.equal((await at(1, 0))?.section, undefined);
  assert.equal(await at(1, 0, folder.uri("dns.yaml")), null);
  assert.equal(await at(1, 0, folder.uri("none.yaml")), null);
});

test("a first plan is made of what is there", async (context) => {
  const { ask } = await start(context);
  const { text } = await ask<NewRecoveryPlan>(METHODS.newRecoveryPlan);
  assert.match(text, /record: app\.example\.com/);
  assert.match(text, /# assumption: /);
});

test("texts are in the client's language", async (context) => {
  const { view, ask } = await start(context, "zh-cn");
  const shown = await view();
  assert.equal(shown?.title, "“app”的恢复时间线");
  assert.match(shown?.sections[0]?.charts[0]?.bars[3]?.text ?? "", /关键路径/);
  assert.match((await ask<NewRecoveryPlan>(METHODS.newRecoveryPlan)).text, /# assumption: 业务/);
});
