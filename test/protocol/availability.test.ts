import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FileChangeType, type Location } from "vscode-languageserver/node";
import {
  type AvailabilityBundle,
  type AvailabilityChange,
  type AvailabilityPath,
  type AvailabilityWorkload,
  METHODS,
} from "../../server/src/server/protocol.ts";
import { renderPath } from "../render/programs.ts";
import { pause, type StartOptions, TestClient, until } from "./client.ts";
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
async function start(
  context: TestContext,
  files: Readonly<Record<string, string>>,
  options: StartOptions = {},
) {
  const folder = new TestFolder(context, files);
  const changes: AvailabilityChange[] = [];
  const client = await TestClient.start({
    ...options,
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

const { PATH, skip } = renderPath("helm", "kustomize");
const TRUSTED = { initializationOptions: { trusted: true }, env: { PATH } };
const OVERLAYS = {
  ".nines.yaml": "rules: { pdb-missing: off, spread-missing: off, readiness-probe-missing: off }\n",
  "base/kustomization.yaml": "resources: [web.yaml]\n",
  "base/web.yaml": `# the base\n${deployment("web", 3)}`,
  "dev/kustomization.yaml": "resources: [../base]\nnamePrefix: dev-\nreplicas: [{ name: web, count: 1 }]\n",
  "prod/.nines.yaml": "topology: { nodes: 3, zones: 3 }\n",
  "prod/kustomization.yaml": "resources: [../base, budget.yaml]\nreplicas: [{ name: web, count: 5 }]\n",
  "prod/budget.yaml": BUDGET,
};

test("what is built stands in place of its sources, one entry for each overlay", {
  skip,
}, async (context) => {
  const { folder, ask, bundles, workloads } = await start(context, OVERLAYS, TRUSTED);
  const isBuilt = async () => (await bundles()).every(({ making }) => making !== undefined);
  await until("the overlays are built", isBuilt);
  const all = await bundles();
  assert.deepEqual(
    all.map(({ folder: uri, making, state }) => [uri, making, state]),
    [
      [folder.uri("dev"), "as Kustomize builds it", "notGuaranteed"],
      [folder.uri("prod"), "as Kustomize builds it", "notGuaranteed"],
    ],
  );
  const [dev] = await workloads(folder.uri("dev"));
  assert.equal(dev?.name, "dev-web");
  assert.equal(dev?.summary, "node ✗ 0/1 · zone ✗ 0/1 · drain ✗ 0/1 · rollout 1/1");
  assert.deepEqual(
    dev?.findings.map(({ ruleId, about }) => [ruleId, about]),
    [["replicas-minimum", undefined]],
  );
  const [prod, ...others] = await workloads(folder.uri("prod"));
  assert.deepEqual(others, []);
  assert.equal(prod?.summary, "node ✗ 0/5 · zone ✗ 0/5 · drain blocked · rollout 4/5");
  assert.deepEqual(
    prod?.findings.map(({ ruleId, about }) => [ruleId, about]),
    [["pdb-blocks-drain", "PodDisruptionBudget web"]],
    "what is wrong in dev is nothing of prod's",
  );
  const place = await ask<Location | null>(METHODS.availabilityPlace, { workload: prod?.id });
  assert.deepEqual(
    [place?.uri, place?.range.start],
    [folder.uri("base/web.yaml"), { line: 3, character: 18 }],
  );
  const path = (file: string) =>
    ask<AvailabilityPath | null>(METHODS.availabilityPath, {
      ...{ uri: folder.uri(file), position: { line: 3, character: 0 } },
    });
  assert.deepEqual(await path("base/web.yaml"), { bundle: folder.uri("dev"), workload: dev?.id });
  assert.deepEqual(await path("prod/budget.yaml"), { bundle: folder.uri("prod"), workload: prod?.id });
});

test("a chart has an entry for each of its values, and changes with them", { skip }, async (context) => {
  const files = {
    "shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "shop/values.yaml": "replicas: 2\n",
    "shop/ci/big-values.yaml": "replicas: 7\n",
    "shop/templates/web.yaml": deployment("web", 0).replace(
      "replicas: 0",
      "replicas: {{ .Values.replicas }}",
    ),
  };
  const { folder, client, changes, bundles, workloads } = await start(context, files, TRUSTED);
  const entries = async () => (await bundles()).map(({ values, making }) => [values, making]);
  await until("the chart is rendered", async () => (await entries()).length === 2);
  assert.deepEqual(await entries(), [
    [undefined, "as Helm renders it with its own values.yaml"],
    ["ci/big-values.yaml", "as Helm renders it with ci/big-values.yaml"],
  ]);
  const [own, big] = await bundles();
  const summaryOf = async (id = "") => (await workloads(id))[0]?.summary;
  assert.equal(await summaryOf(own?.id), "node ✗ 0/2 · zone ✗ 0/2 · drain ✗ 0/2 · rollout 2/2");
  assert.match((await summaryOf(big?.id)) ?? "", /^node ✗ 0\/7/);
  changes.length = 0;
  folder.write("shop/values.yaml", "replicas: 4\n");
  await client.filesChanged([[folder.uri("shop/values.yaml"), FileChangeType.Changed]]);
  await until("the change is told", () => changes.some((change) => change.workloads.includes(own?.id ?? "")));
  assert.ok(changes.every((change) => !change.list && !change.workloads.includes(big?.id ?? "")));
  assert.match((await summaryOf(own?.id)) ?? "", /^node ✗ 0\/4/);
});

test("what could not be built stays unknown, and so does everything while the workspace is not trusted", {
  skip,
}, async (context) => {
  const broken = {
    ...OVERLAYS,
    "qa/kustomization.yaml": "resources: [../base, gone.yaml]\nreplicas: [{ name: web, count: 4 }]\n",
  };
  const { client, bundles } = await start(context, broken, {
    ...TRUSTED,
    initializationOptions: { trusted: false },
  });
  const states = async () =>
    (await bundles()).map(({ folder, state, making }) => [
      folder.split("/").at(-1),
      state,
      making !== undefined,
    ]);
  assert.deepEqual(
    await states(),
    ["base", "dev", "prod", "qa"].map((name) => [name, "unknown", false]),
  );
  await client.connection.sendNotification(METHODS.trust, { trusted: true });
  await until("what can be built is", async () => (await states()).some(([, , isBuilt]) => isBuilt));
  assert.deepEqual(await states(), [
    ["dev", "notGuaranteed", true],
    ["prod", "notGuaranteed", true],
    ["qa", "unknown", false],
  ]);
  await client.connection.sendNotification(METHODS.trust, { trusted: false });
  await until("nothing is any more", async () => (await states()).length === 4);
});
