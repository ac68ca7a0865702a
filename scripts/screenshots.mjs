/**
 * Takes the README's pictures from the running product: packages it, installs it into VS Code in a browser,
 * opens examples/ and writes PNGs to docs/images/. Run by hand when what they show has changed:
 * node scripts/screenshots.mjs [FILE.vsix [PICTURE]]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { startCluster } from "../test/cluster/cluster.ts";
import { Window } from "../test/extension/e2e-page.ts";
import { openSession } from "../test/extension/e2e-session.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const only = process.argv[3];

/**
 * The pictures by name: what a user does until the window shows what the picture is to show.
 * @type {Record<string, (window: Window, folder: string) => Promise<void>>}
 */
const PICTURES = {
  /** The Quick Fix menu of a finding. */
  async editor(window, folder) {
    const file = "kubernetes/payments.yaml";
    await window.openFile(file);
    await window.showProblems(`**/${file}`);
    const { line, column } = placeOf("pdb-blocks-drain", file, folder);
    await window.goTo(line, column);
    await window.openQuickFixes();
  },
  /** A recovery plan in time, with a promise that a long TTL breaks. */
  async timeline(window, folder) {
    const file = "dr/plan.yaml";
    const path = join(folder, file);
    const lines = readFileSync(path, "utf8").replace("ttl: 30s", "ttl: 300s").split("\n");
    writeFileSync(path, lines.join("\n"));
    const at = (text) => lines.findIndex((line) => line.includes(text)) + 1;
    await window.openFile(file);
    await window.runCommand("View: Toggle Primary Side Bar Visibility");
    await window.goToLine(at("serves: [Region]"), 1);
    await window.goToLine(at("serves: [Site]"), 1);
    await window.runCommand("Nines: Show Recovery Timeline");
    await window.webview.getByText("17m30s of 15m").first().waitFor();
  },
  /** The preview of a canary's promotion on a live cluster. */
  async "traffic-shift"(window) {
    await window.openFile("kubernetes/payments.yaml");
    await window.lenses.first().waitFor();
    await window.runCommand("Nines: Connect Cluster");
    await window.choose("admin");
    await window.choose("shop");
    await window.statusBar.getByText("admin/shop").waitFor();
    await window.runCommand("View: Close All Editors");
    await window.runCommand("View: Toggle Primary Side Bar Visibility");
    await window.runCommand("Nines: Promote Canary");
    await window.choose("app/v1 95 %, app/v2 5 %");
    await window.webview.getByText("Confirm to begin").waitFor();
  },
};

const cluster = only === undefined || only === "traffic-shift" ? await startShop() : undefined;
if (cluster) process.env.KUBECONFIG = cluster.kubeconfig;
const session = await openSession({
  vsix: packageOrGiven(),
  trustEverything: true,
  size: { width: 1400, height: 820 },
  scale: 1.5,
  settings: {
    "editor.minimap.enabled": false,
    "editor.occurrencesHighlight": "off",
    "window.commandCenter": false,
    "editor.stickyScroll.enabled": false,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code's own placeholders
    "window.title": "${activeEditorShort} - ${rootName}",
    "nines.shift.podCapacity": 60,
    ...(cluster && { "nines.prometheus": cluster.prometheus.url }),
  },
});
try {
  // A folder of its own, so that its name and not the checkout's stands in the pictures.
  const folder = join(session.profile.root, "shop");
  cpSync(join(root, "examples"), folder, { recursive: true });
  for (const [name, prepare] of Object.entries(PICTURES)) {
    if (only !== undefined && name !== only) continue;
    const page = await session.open(folder);
    const window = new Window(page, join(root, "docs", "images"));
    await window.ready();
    await prepare(window, folder);
    console.log(await window.picture(name));
    await page.close();
  }
} finally {
  await session.close();
  await cluster?.stop();
}

/** A cluster with an app in two versions and traffic to both, of which Prometheus has seen some minutes. */
async function startShop() {
  const started = await startCluster();
  await started.app({ namespace: "shop", replicas: { v1: 6, v2: 4 } });
  await started.exporter.set("shop", [
    { service: "app", version: "v1", rps: 95, errorRate: 0.002, latencyMs: 40 },
    { service: "app", version: "v2", rps: 12, errorRate: 0.001, latencyMs: 30 },
  ]);
  // The range of the queries, so that rates are those of the traffic and not of its beginning.
  await new Promise((done) => setTimeout(done, 125_000));
  return started;
}

/**
 * Where the command line finds a rule's first finding, counted from 1.
 * @param {string} rule
 * @param {string} file
 * @param {string} folder that the file lies in, opened as a workspace
 * @returns {{ line: number, column: number }}
 */
function placeOf(rule, file, folder) {
  const check = [join(root, "server", "bin", "nines.mjs"), "check", ".", "--format", "json"];
  // It ends with 1, because the examples have findings on purpose.
  const { stdout } = spawnSync(process.execPath, check, { cwd: folder, encoding: "utf8" });
  const { findings } = JSON.parse(stdout);
  const found = findings.find((finding) => finding.ruleId === rule && finding.file === file);
  if (!found) throw new Error(`${rule} has no finding in ${file}.`);
  return found.range.start;
}

function packageOrGiven() {
  if (process.argv[2]) return resolve(process.argv[2]);
  execFileSync(process.execPath, [join(root, "scripts", "package.mjs")], { stdio: "inherit" });
  const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return join(root, `${name}-${version}.vsix`);
}
