/**
 * Drives traffic shifts as a user does, in a real VS Code over a real control plane: connects, previews, promotes, rolls
 * back, reloads the window in the middle. Skipped with a line that says why where no control plane can be started.
 * Usage: node test/extension/e2e-shift.ts [FILE.vsix | FOLDER]
 */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { MissingProgram } from "../cluster/binaries.ts";
import { startCluster, type TestCluster } from "../cluster/cluster.ts";
import { startFront } from "../cluster/front.ts";
import { waitFor } from "../cluster/processes.ts";
import { axeOn } from "./e2e-axe.ts";
import { Window } from "./e2e-page.ts";
import { openSession } from "./e2e-session.ts";
import { flowFiles, flows, prepareFlows } from "./e2e-shift-flows.ts";
import { button, closePanel, NAMESPACE, type Scene, type Story, status, weights } from "./e2e-shift-scene.ts";
import { type Outcome, printOutcomes } from "./reports.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const SCREENSHOTS = resolve(process.env.NINES_SCREENSHOTS ?? join(ROOT, ".cache", "screenshots"));
const VIRTUAL_SERVICE = `/apis/networking.istio.io/v1/namespaces/${NAMESPACE}/virtualservices/app`;
const FILE = "app.yaml";

// One story: each step starts where the one before it ended.
const STORY: Story = {
  "a cluster is connected from the palette, and stands in the status bar": async ({ window }) => {
    await window.openFile(FILE);
    await window.lenses.getByText("Preview shift…").waitFor();
    await window.runCommand("Nines: Connect Cluster");
    await window.picture("shift-contexts");
    await window.choose("admin");
    await window.choose(NAMESPACE);
    await window.statusBar.getByText(`admin/${NAMESPACE}`).waitFor();
    // Offered because there is something to be read again.
    await window.runCommand("Nines: Refresh Cluster");
  },

  "a cluster that cannot be read is told, with the time of what is known": async ({ window, cluster }) => {
    const place = window.statusBar.getByText(`admin/${NAMESPACE}`);
    const stale = place.filter({ hasText: "as of" });
    await cluster.killApiServer();
    try {
      await window.runCommand("Nines: Refresh Cluster");
      await stale.waitFor();
      await window.picture("shift-stale");
    } finally {
      await cluster.startApiServer();
    }
    await window.runCommand("Nines: Refresh Cluster");
    await stale.waitFor({ state: "detached" });
    await place.waitFor();
    await window.runCommand("Notifications: Clear All Notifications");
  },

  "a canary's promotion is previewed, and nothing is written": async ({ window, cluster }) => {
    await window.runCommand("Nines: Promote Canary");
    await window.choose("app/v1 95 %, app/v2 5 %");
    await status(window, "Nothing was written. Confirm to begin.");
    const { webview } = window;
    await webview.getByRole("row", { name: "app/v2" }).getByText("5/5").waitFor();
    await webview.getByText("internal → app/v2: unaffected by weights").waitFor();
    await webview.getByText("resourceVersion").first().waitFor();
    const found = webview.getByText("Service monitoring/prometheus:9090, which was found in the cluster");
    await found.scrollIntoViewIfNeeded();
    await window.picture("shift-judged-by");
    await window.webview.locator("#title").scrollIntoViewIfNeeded();
    await window.picture("shift-preview");
    assert.deepEqual(await weights(cluster), [95, 5]);
  },

  "the page has no defects that a program finds": async ({ window }) => {
    for (const summary of await window.webview.locator("details > summary").all()) await summary.click();
    await window.picture("shift-unfolded");
    assert.deepEqual(await axeOn(window.webview), []);
  },

  "Apply carries it to its end, live in the panel": async ({ window, cluster }) => {
    await button(window, "Apply").focus();
    await window.press("Enter");
    await status(window, "Watching the step.");
    await button(window, "Pause").waitFor();
    await window.picture("shift-running");
    assert.deepEqual(await axeOn(window.webview), []);
    await status(window, "Completed.");
    assert.deepEqual(await weights(cluster), [0, 100]);
    await window.picture("shift-completed");
  },

  "a rollback from the palette brings the weights back": async ({ window, cluster }) => {
    await window.runCommand("View: Close All Editors");
    await window.runCommand("Nines: Roll Back Traffic");
    await window.choose(`VirtualService ${NAMESPACE}/app`);
    await window.picture("shift-rollback-question");
    await window.locator(".monaco-dialog-box").getByRole("button", { name: "Roll Back" }).click();
    await status(window, "Rolled back");
    assert.deepEqual(await weights(cluster), [95, 5]);
    await window.picture("shift-rolled-back");
    await closePanel(window);
  },

  "what the light bulb offers at a route previews it": async ({ window }) => {
    await window.openFile(FILE);
    await window.goToLine(12, 1);
    await window.runCommand("Refactor...");
    await window.locator(".action-widget").getByText("Preview shift…").waitFor();
    await window.picture("shift-actions");
    await window.locator(".action-widget").getByText("Switch blue/green…").click();
    await status(window, "Nothing was written. Confirm to begin.");
    await window.webview.getByText("0 → 100").or(window.webview.getByText("100")).first().waitFor();
    await button(window, "Cancel").click();
    await status(window, "Cancelled. Nothing was written.");
    await closePanel(window);
  },

  "a shift that a reload interrupted is offered, and finished": async ({ window, cluster }) => {
    await window.runCommand("Nines: Promote Canary");
    await window.choose("app/v1 95 %, app/v2 5 %");
    await status(window, "Nothing was written. Confirm to begin.");
    await button(window, "Apply").click();
    await status(window, "Watching the step.");
    // So that it is still in the middle, however long the reload takes.
    await button(window, "Pause").click();
    await button(window, "Resume").waitFor();
    await window.runCommand("Developer: Reload Window");
    await window.webview.waitFor({ state: "detached" });
    await window.ready();
    // A toast goes after some seconds; the bell keeps what it said.
    await window.locator('[id="status.notifications"] .codicon-bell-dot').waitFor();
    await window.runCommand("Notifications: Show Notifications");
    const offer = window
      .locator(".notifications-center .notification-list-item")
      .filter({ hasText: "A traffic shift was left unfinished" });
    await offer.waitFor();
    await window.picture("shift-unfinished");
    assert.deepEqual(await weights(cluster), [50, 50]);
    await offer.getByRole("button", { name: "Resume" }).click();
    await status(window, "Completed.");
    assert.deepEqual(await weights(cluster), [0, 100]);
    await button(window, "Abort and roll back").click();
    await status(window, "Rolled back");
    assert.deepEqual(await weights(cluster), [95, 5]);
    await closePanel(window);
  },

  "what GitOps owns is taken on after a question, or edited in the manifest instead": async ({
    window,
    cluster,
    workspace,
  }) => {
    await mark(cluster, "argocd.argoproj.io/tracking-id", "shop:networking.istio.io/VirtualService:shop/app");
    await window.runCommand("Nines: Promote Canary");
    await window.choose("app/v1 95 %, app/v2 5 %");
    await status(window, "This shift is blocked");
    const apply = button(window, "Apply");
    assert.equal(await apply.getAttribute("aria-disabled"), "true");
    // A press does nothing; the driver would wait until it did.
    await apply.click({ force: true });
    await window.picture("shift-gitops");
    const take = window.webview.getByRole("button", { name: "Shift All the Same…" });
    const dialog = window.locator(".monaco-dialog-box");
    await take.click();
    await dialog.getByText("Argo CD application shop puts the manifest's weights back").waitFor();
    await window.picture("shift-taking-on");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await status(window, "This shift is blocked");
    await take.focus();
    await window.press("Enter");
    await dialog.getByRole("button", { name: "Shift All the Same" }).click();
    await status(window, "Nothing was written. Confirm to begin.");
    await button(window, "Apply").and(window.webview.locator(":not([aria-disabled])")).waitFor();
    await window.picture("shift-taken-on");
    assert.deepEqual(await axeOn(window.webview), []);
    assert.deepEqual(await weights(cluster), [95, 5]);
    await button(window, "Edit the Manifest Instead").click();
    const edited = window.locator(`.tab.dirty[data-resource-name="${FILE}"]`).first();
    await edited.waitFor();
    await window.picture("shift-edited");
    await window.press("ControlOrMeta+s");
    await edited.waitFor({ state: "detached" });
    const text = await readFile(join(workspace, FILE), "utf8");
    assert.match(text, /weight: 0 # stable\n.*\n\s+weight: 100\n/);
    assert.deepEqual(await weights(cluster), [95, 5]);
    await mark(cluster, "argocd.argoproj.io/tracking-id", null);
    await window.runCommand("View: Close All Editors");
    // From here on two contexts take part, in one of which none can be found.
    const { url } = cluster.prometheus;
    const settings = { "nines.prometheus": `admin=${url},production=${url}` };
    await writeFile(join(workspace, ".vscode", "settings.json"), JSON.stringify(settings));
  },

  ...flows,

  "a production context's name has to be typed": async ({ window, cluster }) => {
    await window.runCommand("Nines: Connect Cluster");
    await window.choose("production");
    await window.choose(NAMESPACE);
    await window.statusBar.getByText(`production/${NAMESPACE}`).waitFor();
    await window.runCommand("Nines: Switch Blue/Green");
    await window.choose("app/v1 95 %, app/v2 5 %");
    await status(window, "Nothing was written. Confirm to begin.");
    await window.picture("shift-production");
    await button(window, "Apply").click();
    const input = window.locator(".quick-input-widget input");
    await input.fill("prod");
    await window.press("Enter");
    await window.locator(".quick-input-widget").getByText("This is not production.").waitFor();
    await window.picture("shift-production-name");
    assert.deepEqual(await weights(cluster), [95, 5]);
    await input.fill("production");
    await window.press("Enter");
    await status(window, "Completed.");
    assert.deepEqual(await weights(cluster), [0, 100]);
  },

  "the way back of a completed shift is given up, and the panel says how to tidy up": async ({ window }) => {
    await window.runCommand("View: Close All Editors");
    await window.runCommand("Nines: Give Up the Way Back of a Traffic Shift");
    await window.choose(`VirtualService ${NAMESPACE}/app`);
    await window.locator(".monaco-dialog-box").getByRole("button", { name: "Give Up the Way Back" }).click();
    await status(window, "the old side is no longer kept");
    await window.webview.getByText("kubectl --context=production").first().waitFor();
    await window.picture("shift-retired");
  },

  "the cluster is disconnected": async ({ window }) => {
    await window.runCommand("View: Close All Editors");
    await window.runCommand("Nines: Disconnect Cluster");
    await window.statusBar.getByText(`production/${NAMESPACE}`).waitFor({ state: "hidden" });
  },
};

async function main(): Promise<boolean> {
  if (process.platform === "win32") {
    console.log("Skipped: VS Code in a browser does not run on Windows.");
    return true;
  }
  let cluster: TestCluster;
  try {
    cluster = await startCluster();
  } catch (error) {
    if (!(error instanceof MissingProgram)) throw error;
    const isRequired = process.env.CI === "true";
    console.log(`${isRequired ? "Cannot run" : "Skipped"} the story of traffic shifts: ${error.message}`);
    return !isRequired;
  }
  try {
    return await play(cluster);
  } finally {
    await cluster.stop();
  }
}

async function play(cluster: TestCluster): Promise<boolean> {
  await Promise.all([prepare(cluster), prepareFlows(cluster)]);
  // VS Code and all that it starts find the cluster by this.
  const state = await mkdtemp(join(tmpdir(), "nines-state-"));
  const front = await startFront(cluster);
  process.env.KUBECONFIG = front.kubeconfig;
  process.env.NINES_STATE_DIR = state;
  const session = await openSession({
    vsix: await packageToTest(),
    trustEverything: true,
    settings: {
      "nines.productionContexts": ["production"],
      "nines.shift.steps": [50, 100],
      "nines.shift.soak": "4s",
      "nines.shift.interval": "1s",
      "nines.shift.minRequests": 20,
      "nines.shift.scrapeInterval": "1s",
      "nines.shift.podCapacity": 100,
    },
  });
  try {
    const workspace = join(session.profile.root, "workspace");
    await mkdir(join(workspace, ".vscode"), { recursive: true });
    await writeFile(join(workspace, FILE), MANIFEST);
    for (const [name, text] of Object.entries(flowFiles)) await writeFile(join(workspace, name), text);
    const window = new Window(await session.open(workspace), SCREENSHOTS);
    await window.ready();
    return printOutcomes(await tell({ window, cluster, workspace }));
  } finally {
    await session.close();
    await front.stop();
    await rm(state, { recursive: true, force: true });
  }
}

/** The app with traffic to both versions, as seen by Prometheus. */
async function prepare(cluster: TestCluster): Promise<void> {
  await cluster.app({ namespace: NAMESPACE, replicas: { v1: 5, v2: 5 } });
  await cluster.exporter.set(NAMESPACE, [
    { service: "app", version: "v1", rps: 95, errorRate: 0.002, latencyMs: 40 },
    { service: "app", version: "v2", rps: 30, errorRate: 0.001, latencyMs: 30 },
  ]);
  const query = `sum(rate(istio_requests_total{reporter="destination",destination_service_namespace="${NAMESPACE}"}[4s]))`;
  await waitFor("The traffic's being seen", async () => {
    const answer = await fetch(`${cluster.prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
    return Number(data.result[0]?.value[1] ?? 0) > 100;
  });
}

/** Plays the story up to its first failure, of which a picture is taken. */
async function tell(scene: Scene): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [test, step] of Object.entries(STORY)) {
    const start = performance.now();
    const reason = await step(scene).then(() => undefined, String);
    const common = { suite: "traffic shift", test, milliseconds: Math.round(performance.now() - start) };
    if (reason === undefined) {
      outcomes.push({ ...common, state: "passed" });
      continue;
    }
    const picture = await scene.window.picture("shift-failed");
    outcomes.push({ ...common, state: "failed", reason: `${reason}\nThe window is shown in ${picture}` });
    break;
  }
  return outcomes;
}

async function mark(cluster: TestCluster, annotation: string, value: string | null): Promise<void> {
  await cluster.api.expect(
    "PATCH",
    VIRTUAL_SERVICE,
    { metadata: { annotations: { [annotation]: value } } },
    "application/merge-patch+json",
  );
}

async function packageToTest(): Promise<string> {
  const [given] = process.argv.slice(2);
  if (given !== undefined) return resolve(given);
  const { name, version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as Record<
    string,
    string
  >;
  return join(ROOT, `${name}-${version}.vsix`);
}

const MANIFEST = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: app
spec:
  hosts: [app]
  http:
    - name: internal
      match: [{headers: {x-user: {exact: internal}}}]
      route:
        - destination: {host: app, subset: v2}
    - name: everyone
      route:
        - destination: {host: app, subset: v1}
          weight: 95 # stable
        - destination: {host: app, subset: v2}
          weight: 5
`;

process.exitCode = (await main()) ? 0 : 1;
