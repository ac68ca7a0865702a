import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { TestCluster } from "../cluster/cluster.ts";
import { waitFor } from "../cluster/processes.ts";
import { axeOn } from "./e2e-axe.ts";
import type { Window } from "./e2e-page.ts";
import {
  button,
  closePanel,
  NAMESPACE,
  OTHER_NAMESPACE,
  type Scene,
  type Story,
  status,
  weights,
} from "./e2e-shift-scene.ts";

const CLI = join(import.meta.dirname, "../../server/src/cli/main.ts");
const STANDBY_ROUTE = `/apis/networking.istio.io/v1/namespaces/${NAMESPACE}/virtualservices/app-failover`;
/** What flows in the namespace all the time. */
const TRAFFIC = [
  { service: "app", version: "v1", rps: 95, errorRate: 0.002, latencyMs: 40 },
  { service: "app", version: "v2", rps: 30, errorRate: 0.001, latencyMs: 30 },
];
const MACHINES = { service: "app-vm.internal", version: "vm" };

/** A second place with the same app, and machines that carry the orders. */
export async function prepareFlows(cluster: TestCluster): Promise<void> {
  await cluster.app({ namespace: OTHER_NAMESPACE, replicas: { v1: 5, v2: 5 } });
  await cluster.exporter.set(OTHER_NAMESPACE, TRAFFIC);
}

/** Files of the workspace besides the app's manifest. */
export const flowFiles: Readonly<Record<string, string>> = {
  "plan.yaml": `apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata:
  name: orders
spec:
  objectives:
    - {disruption: Site, rto: 10m}
  platforms:
    kubernetes:
      - {name: k8s-a, site: dc-a, context: admin}
      - {name: k8s-b, site: dc-b, context: production}
  strategies:
    - {name: here, type: ServiceMesh, virtualService: ${NAMESPACE}/app, to: {host: app, subset: v2}}
    - {name: there, type: ServiceMesh, virtualService: ${OTHER_NAMESPACE}/app, to: {host: app, subset: v2}}
    - {name: orders, type: ServiceMesh, virtualService: ${NAMESPACE}/app-failover, to: {host: app-v1}}
  failovers:
    - name: new-version
      serves: [Software]
      steps:
        - {name: look-at-it, duration: 5m, after: [shift-here]}
        - {name: shift-here, strategy: here, after: [shift-there]}
        - {name: shift-there, strategy: there}
        - {name: freeze-releases, duration: 1m}
    - name: machines-lost
      serves: [Site]
      steps:
        - {name: shift-orders, strategy: orders}
  release:
    abTest: {virtualService: ${NAMESPACE}/app, header: user-group, variants: {a: v1, b: v2}}
`,
};

/** Scenes that need the cluster to be connected as admin, and leave it as it was. */
export const flows: Story = {
  "an A/B test is put together, with a way back from each question": async ({ window }) => {
    await window.runCommand("Nines: Start A/B Test…");
    await window.choose("app/v1 95 %, app/v2 5 %");
    await window
      .locator(".quick-input-list")
      .getByText("user-group: a → app/v1 · user-group: b → app/v2")
      .waitFor();
    await window.choose("Another A/B test…");
    await type(window, "Which request header", "x-wrong");
    await window.locator(".quick-input-titlebar .codicon-quick-input-back").click();
    await type(window, "Which request header", "user-group");
    await type(window, "Which value of user-group leads to variant 1?", "A");
    await window.choose("app/v1");
    await window.choose("Add a variant…");
    await type(window, "Which value of user-group leads to variant 2?", "B");
    await window.choose("app/v2");
    await window.locator(".quick-input-list").getByText("Preview this A/B test").waitFor();
    await window.picture("shift-ab-question");
    await window.choose("Preview this A/B test");
    await status(window, "Nothing was written. Confirm to begin.");
    await window.webview.getByText("Insert the header routes user-group-a, user-group-b").waitFor();
    await window.picture("shift-ab");
  },

  "it is applied, and its rollback takes the routes away": async ({ window, cluster }) => {
    const before = await namesOfRoutes(cluster);
    await button(window, "Apply").click();
    await status(window, "Completed.");
    assert.deepEqual(await namesOfRoutes(cluster), [before[0], "user-group-a", "user-group-b", before[1]]);
    await button(window, "Abort and roll back").click();
    await status(window, "Rolled back");
    assert.deepEqual(await namesOfRoutes(cluster), before);
    await closePanel(window);
  },

  "a recovery plan's failover over two contexts is offered, completed and arranged": async ({ window }) => {
    await window.runCommand("Nines: Fail Over");
    await window.locator(".quick-input-list").getByText("new-version of plan orders").waitFor();
    await window.picture("shift-failover-ways");
    await window.choose("new-version of plan orders");
    await asked(window, `shift-there: in which context is VirtualService ${OTHER_NAMESPACE}/app?`);
    await window.choose("production");
    await asked(window, `shift-here: in which context is VirtualService ${NAMESPACE}/app?`);
    await window.choose("admin");
    const list = window.locator(".quick-input-list");
    await list.getByText(`1. VirtualService ${OTHER_NAMESPACE}/app`).waitFor();
    await list.getByText("2. freeze-releases").waitFor();
    await list.getByText(`3. VirtualService ${NAMESPACE}/app`).waitFor();
    await list.getByText("4. look-at-it").waitFor();
    // Whoever is turned away there goes on here.
    await window.choose("Add an object…");
    await window.choose("stranger");
    await type(window, "The namespace to work in.", NAMESPACE);
    await window.locator('[id="status.notifications"] .codicon-bell-dot').waitFor();
    await list.getByText(`3. VirtualService ${NAMESPACE}/app`).waitFor();
    await window.choose("Add an object…");
    await window.choose("certified");
    await window.choose(OTHER_NAMESPACE);
    await window.choose("web");
    await window.choose("app-v2");
    const added = list.locator(".monaco-list-row", { hasText: `5. HTTPRoute ${OTHER_NAMESPACE}/web` });
    await added.waitFor();
    await window.picture("shift-failover-order");
    await added.hover();
    await added.locator(".codicon-trash").click();
    await added.waitFor({ state: "detached" });
    await window.choose("Preview this failover");
    await asked(window, "People do this first: freeze-releases. Is it done?");
    await window.choose("It is done: preview the rest");
    await window.choose("The old side still runs");
    await status(window, "Nothing was written. Confirm to begin.");
    const { webview } = window;
    const heading = (text: string) => webview.getByRole("heading", { name: text });
    await heading(`1. VirtualService ${OTHER_NAMESPACE}/app · production · production`).waitFor();
    await heading(`2. VirtualService ${NAMESPACE}/app · admin`).waitFor();
    await window.picture("shift-failover");
    assert.deepEqual(await axeOn(webview), []);
  },

  "both are moved once the production context was typed, and both go back": async ({ window, cluster }) => {
    const both = async () => [await weights(cluster, OTHER_NAMESPACE), await weights(cluster)];
    await button(window, "Apply").click();
    await type(window, "Type production to go on.", "production");
    await status(window, "Watching the step.");
    assert.deepEqual(await both(), [
      [0, 100],
      [95, 5],
    ]);
    await status(window, "Completed.");
    assert.deepEqual(await both(), [
      [0, 100],
      [0, 100],
    ]);
    await window.picture("shift-failover-completed");
    await button(window, "Abort and roll back").click();
    await status(window, "Rolled back");
    assert.deepEqual(await both(), [
      [95, 5],
      [95, 5],
    ]);
    await closePanel(window);
  },

  "a drill measures how long the standby takes, beside what the plan promises": async ({
    window,
    cluster,
  }) => {
    const before = await failover(cluster);
    await cluster.exporter.set(NAMESPACE, [...TRAFFIC, { ...MACHINES, rps: 60 }]);
    await window.runCommand("Nines: Failover Drill…");
    await window.choose("app-vm.internal 100 %, app-v1 0 %");
    await type(window, "How many of a hundred requests are to fail?", "100");
    await window.choose("2 min");
    await window.choose("10m");
    await status(window, "Nothing was written. Confirm to begin.");
    await fact(window, "Promised recovery time", "10m");
    await fact(window, "The standby answered after", "not yet");
    await window.picture("shift-drill");
    await button(window, "Apply").click();
    await waitFor("The fault", async () => (await failover(cluster)).http[0]?.fault !== undefined);
    const lost = { ...MACHINES, rps: 0, neverArriving: 60, flag: "FI" };
    await cluster.exporter.set(NAMESPACE, [...TRAFFIC, lost]);
    await waitFor("The failover", async () => (await failover(cluster)).http[0]?.route[1]?.weight === 100);
    await cluster.exporter.set(NAMESPACE, [...TRAFFIC, { service: "app-v1", version: "v1", rps: 60 }]);
    await status(window, "Rolled back");
    await fact(window, "The standby answered after", /^\d+s in time$/);
    await window.picture("shift-drill-measured");
    assert.deepEqual(await axeOn(window.webview), []);
    assert.deepEqual(await failover(cluster), before);
    await cluster.exporter.set(NAMESPACE, TRAFFIC);
    await closePanel(window);
  },

  "the fault of a drill that was killed is told of when its cluster is connected, and taken away": async ({
    window,
    cluster,
  }) => {
    const before = await failover(cluster);
    await cluster.exporter.set(NAMESPACE, [...TRAFFIC, { ...MACHINES, rps: 60 }]);
    const where = ["--context=admin", `--namespace=${NAMESPACE}`, `--prometheus=${cluster.prometheus.url}`];
    const drill = spawn(
      process.execPath,
      [CLI, "shift", "drill", "app-failover", "--to=app-v1", "--yes", "--scrape-interval=1s", ...where],
      { stdio: "ignore" },
    );
    await waitFor("The fault", async () => (await failover(cluster)).http[0]?.fault !== undefined);
    drill.kill("SIGKILL");
    await once(drill, "exit");
    await window.runCommand("Nines: Connect Cluster");
    await window.choose("admin");
    await window.choose(NAMESPACE);
    await window.runCommand("Notifications: Show Notifications");
    const offers = window.locator(".notifications-center .notification-list-item");
    const offer = offers.filter({ hasText: "A failover drill was not ended" });
    await offer.waitFor();
    assert.equal(await offers.filter({ hasText: "was left unfinished" }).count(), 0, "that one is finished");
    await window.picture("shift-drill-left");
    await offer.getByRole("button", { name: "Take the Fault Away" }).click();
    await status(window, "Rolled back");
    assert.deepEqual(await failover(cluster), before);
    await cluster.exporter.set(NAMESPACE, TRAFFIC);
    await closePanel(window);
  },
};

/** Answers a question that is typed. */
async function type(window: Window, prompt: string, text: string): Promise<void> {
  const box = window.locator(".quick-input-widget");
  await box.getByText(prompt).waitFor();
  await box.locator("input").fill(text);
  await window.press("Enter");
  await box.getByText(prompt).waitFor({ state: "hidden" });
}

/** Waits for a question whose answers are listed. */
async function asked(window: Window, question: string): Promise<void> {
  await window.locator(`.quick-input-widget input[placeholder="${question}"]`).waitFor();
}

/** Waits until the page says this of a drill. */
async function fact({ webview }: Window, name: string, value: string | RegExp): Promise<void> {
  await webview.locator(".drill dt", { hasText: name }).locator("+ dd").getByText(value).first().waitFor();
}

async function failover(cluster: Scene["cluster"]): Promise<Failover> {
  return (await cluster.api.get(STANDBY_ROUTE)).spec as Failover;
}

interface Failover {
  readonly http: readonly {
    readonly fault?: object;
    readonly route: readonly { readonly weight?: number }[];
  }[];
}

async function namesOfRoutes(cluster: TestCluster): Promise<readonly (string | undefined)[]> {
  const { spec } = await cluster.api.get(
    `/apis/networking.istio.io/v1/namespaces/${NAMESPACE}/virtualservices/app`,
  );
  return (spec as { http: { name?: string }[] }).http.map(({ name }) => name);
}
