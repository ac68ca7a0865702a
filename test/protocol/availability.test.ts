import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Location } from "vscode-languageserver/node";
import {
  type AvailabilityBundle,
  type AvailabilityChange,
  type AvailabilityPath,
  type AvailabilityWorkload,
  METHODS,
} from "../../server/src/server/protocol.ts";
import { pause, TestClient, until } from "./client.ts";
import { TestFolder } from "./folder.ts";

const deployment = (name: string, replicas: number) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: web, image: web }] }
`;
const BUDGET = `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 0, selector: { matchLabels: { app: web } } }
`;

/** A client that keeps what it is told of. */
async function start(context: TestContext, files: Readonly<Record<string, string>>) {
  const folder = new TestFolder(context, files);
  const changes: AvailabilityChange[] = [];
  const client = await TestClient.start({
    folder: folder.path,
    prepare: (connection) => {
      connection.onNotification(METHODS.availabilityChanged, (change: AvailabilityChange) => {
        changes.push(change);
      });
    },
  });
  context.after(() => client.stop());
  const ask = <T>(method: string, params?: object) => client.connection.sendRequest<T>(method, params);
  return {
    folder,
    client,
    changes,
    ask,
    bundles: () => ask<AvailabilityBundle[]>(METHODS.availability),
    workloads: (bundle: string) => ask<AvailabilityWorkload[]>(METHODS.availabilityWorkloads, { bundle }),
  };
}

test("bundles come first, workloads on demand, each with four guarantees and its findings", async (context) => {
  const { folder, bundles, workloads } = await start(context, {
    "shop/web.yaml": `${deployment("web", 3)}---\n${BUDGET}`,
    "pay/pay.yaml": deployment("pay", 1),
    "pay/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n",
  });
  const [pay, shop, ...others] = await bundles();
  assert.deepEqual(others, []);
  assert.deepEqual([pay?.folder, shop?.folder], [folder.uri("pay"), folder.uri("shop")]);
  assert.match(pay?.summary ?? "", /^1 workload · 1 not guaranteed · \d+ findings?$/);
  const [web] = await workloads(shop?.id ?? "");
  assert.equal(web?.name, "web");
  assert.equal(web?.summary, "node ✗ 0/3 · zone ✗ 0/3 · drain blocked · rollout 3/3");
  assert.deepEqual(
    web?.guarantees.map(({ title, brief }) => `${title}: ${brief}`),
    [
      "Node loss: not guaranteed, 0 of 3 may be left",
      "Zone loss: not guaranteed, 0 of 3 may be left",
      "Node drain: blocked",
      "Rollout: 3 of 3 stay",
    ],
  );
  const blocked = web?.findings.find(({ ruleId }) => ruleId === "pdb-blocks-drain");
  assert.equal(blocked?.about, "PodDisruptionBudget web");
  assert.deepEqual(await workloads("nowhere"), []);
});

test("a workload and its findings are found where they stand, and a position finds its workload", async (context) => {
  const { folder, ask, bundles, workloads } = await start(context, {
    "note.yaml":
      "apiVersion: v1\nkind: Service\nmetadata: { name: other }\nspec: { selector: { app: other } }\n",
    "web.yaml": `# two\n${deployment("web", 3)}---\n${BUDGET}---\n${deployment("shop", 2)}`,
  });
  const uri = folder.uri("web.yaml");
  const bundle = (await bundles())[0]?.id ?? "";
  const [shop, web] = await workloads(bundle);
  const place = (workload: string | undefined, finding?: number) =>
    ask<Location | null>(METHODS.availabilityPlace, { workload, finding });
  assert.deepEqual((await place(web?.id))?.range.start, { line: 3, character: 18 });
  const index = web?.findings.findIndex(({ ruleId }) => ruleId === "pdb-blocks-drain");
  assert.deepEqual((await place(web?.id, index))?.range.start, { line: 14, character: 24 });
  assert.equal(await place("gone"), null);
  const path = (line: number, of = uri) =>
    ask<AvailabilityPath | null>(METHODS.availabilityPath, { uri: of, position: { line, character: 0 } });
  assert.deepEqual(await path(1), { bundle, workload: web?.id });
  assert.deepEqual(await path(20), { bundle, workload: shop?.id });
  assert.deepEqual(await path(13), { bundle, workload: web?.id }, "the budget is about it");
  assert.equal(await path(1, folder.uri("note.yaml")), null);
  assert.equal(await path(0, folder.uri("none.yaml")), null);
});

test("only what is shown and has become different is told, once", async (context) => {
  const { folder, client, changes, bundles, workloads } = await start(context, {
    "a/web.yaml": deployment("web", 3),
    "b/shop.yaml": deployment("shop", 3),
  });
  const uri = folder.uri("a/web.yaml");
  await client.open(uri, deployment("web", 3));
  const [a, b] = await bundles();
  await workloads(a?.id ?? "");
  await workloads(b?.id ?? "");
  // Moving everything down and a word in a comment change nothing that is shown.
  await client.change(uri, `# first\n\n${deployment("web", 3)}`);
  await pause(900);
  assert.equal(changes.length, 0);
  await client.change(uri, deployment("web", 5));
  await until("the change is told", () => changes.length > 0);
  assert.deepEqual(changes.splice(0), [{ list: false, bundles: [], workloads: [a?.id] }]);
  const [web] = await workloads(a?.id ?? "");
  assert.match(web?.summary ?? "", /node ✗ 0\/5/);
  // A budget in another file of the bundle changes the workload that nobody touched.
  await client.open(folder.uri("a/budget.yaml"), BUDGET);
  await until("the budget is told", () => changes.length > 0);
  assert.deepEqual(changes.at(-1)?.workloads, [a?.id]);
  await workloads(a?.id ?? "");
  await client.open(folder.uri("a/more.yaml"), deployment("more", 2));
  const told = () => changes.flatMap((change) => change.bundles.map(({ summary }) => summary));
  await until("the second workload is told", () => told().some((summary) => /^2 workloads/.test(summary)));
  assert.ok(changes.every(({ list, workloads: others }) => !list && !others.includes(b?.id ?? "")));
  assert.equal(web?.id, (await workloads(a?.id ?? "")).find(({ name }) => name === "web")?.id);
});

test("a bundle that comes or goes has the list asked for again", async (context) => {
  const { folder, client, changes, bundles } = await start(context, { "a/web.yaml": deployment("web", 3) });
  assert.equal((await bundles()).length, 1);
  await client.open(folder.uri("b/new.yaml"), deployment("new", 3));
  await until("the bundle is told", () => changes.some(({ list }) => list));
  assert.equal((await bundles()).length, 2);
});

test("nobody is told who has not asked, and an empty workspace has no bundles", async (context) => {
  const { folder, client, changes, bundles } = await start(context, {});
  await client.open(folder.uri("web.yaml"), deployment("web", 3));
  await client.pull(folder.uri("web.yaml"));
  await pause(600);
  assert.equal(changes.length, 0);
  await client.change(folder.uri("web.yaml"), "");
  assert.deepEqual(await bundles(), []);
});
