/**
 * Drives the packaged extension as a user does: installs the VSIX, opens a folder that is not trusted yet,
 * reads, trusts, fixes from the light bulb, runs a command. Needs VS Code in a browser on every machine.
 * Usage: node test/extension/e2e.ts [FILE.vsix]
 * NINES_SCREENSHOTS names the folder for the pictures (default .cache/screenshots).
 */
import assert from "node:assert/strict";
import { cp, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { guarantees } from "./e2e-availability.ts";
import { workOnBranch } from "./e2e-branch.ts";
import { effectiveValues } from "./e2e-effective.ts";
import { namesOfTheWorkspace } from "./e2e-names.ts";
import { Window } from "./e2e-page.ts";
import { recoveryInTime } from "./e2e-recovery.ts";
import { openSession } from "./e2e-session.ts";
import { type Outcome, printOutcomes } from "./reports.ts";
import { makeRepository } from "./repository.ts";

const HERE = import.meta.dirname;
const ROOT = join(HERE, "..", "..");
const SCREENSHOTS = resolve(process.env.NINES_SCREENSHOTS ?? join(ROOT, ".cache", "screenshots"));
const FILE = "quick-fix/deployment.yaml";
const REFACTORED = "refactor/deployment.yaml";

type Scene = { window: Window; workspace: string };

// One story: each step starts where the one before it ended.
const STORY: Record<string, (scene: Scene) => Promise<void>> = {
  "the folder opens in restricted mode": async ({ window }) => {
    await window.statusBar.getByText("Restricted Mode").waitFor();
  },

  "findings are underlined although the folder is not trusted": async ({ window }) => {
    await window.openFile(FILE);
    await window.squiggles.first().waitFor();
    await window.picture("restricted");
  },

  "the user trusts the folder": async ({ window }) => {
    await window.runCommand("Workspaces: Manage Workspace Trust");
    await window
      .locator(".workspace-trust-editor")
      .getByRole("button", { name: "Trust", exact: true })
      .click();
    await window.statusBar.getByText("Restricted Mode").waitFor({ state: "hidden" });
    await window.runCommand("View: Close All Editors");
  },

  "the Problems view names the rule": async ({ window }) => {
    await window.openFile(FILE);
    await window.squiggles.first().waitFor();
    await window.showProblems();
    await window.problems.getByText("probe-port-unknown").first().waitFor();
    await window.picture("problems");
  },

  "the light bulb's fix changes the file as the fixture says": async ({ window, workspace }) => {
    const { line, column } = await placeOf("htpp", join(workspace, FILE));
    await window.goTo(line, column);
    const menu = await window.openQuickFixes();
    await menu.getByText("http").first().waitFor();
    await window.picture("quick-fix");
    await window.press("Enter");
    await window.squiggles.first().waitFor({ state: "detached" });
    await window.save();
    const expected = await readFile(join(HERE, "expected", "quick-fix.yaml"), "utf8");
    assert.equal(await readFile(join(workspace, FILE), "utf8"), expected);
    await window.picture("fixed");
  },

  "a workload is made highly available from the Refactor menu, after a review": async ({
    window,
    workspace,
  }) => {
    await window.openFile(REFACTORED);
    const { line, column } = await placeOf("checkout", join(workspace, REFACTORED));
    await window.goTo(line, column);
    await window.runCommand("Refactor...");
    const menu = window.locator(".action-widget");
    await menu.getByText("Make this workload highly available").waitFor();
    await window.picture("refactor-menu");
    await menu.getByText("Make this workload highly available").click();
    // What is safe is ticked, what needs a decision is not.
    await window.locator(".bulk-edit-panel .monaco-list-row").first().waitFor();
    await window.picture("refactor-preview");
    await window.locator(".bulk-edit-panel").getByRole("button", { name: "Apply" }).click();
    await window.locator(".bulk-edit-panel .monaco-list-row").first().waitFor({ state: "hidden" });
    await window.save();
    await window.picture("refactored");
    const expected = await readFile(join(HERE, "expected", "refactor.yaml"), "utf8");
    assert.equal(await readFile(join(workspace, REFACTORED), "utf8"), expected);
  },

  ...effectiveValues,
  ...guarantees,
  ...namesOfTheWorkspace,
  ...recoveryInTime,
  ...workOnBranch,

  "the server can be restarted from the command palette": async ({ window }) => {
    await window.openFile("opening/deployment.yaml");
    await window.squiggles.first().waitFor();
    await window.runCommand("Nines: Restart the Language Server");
    await window.squiggles.first().waitFor();
  },

  "the rule at the cursor is explained": async ({ window, workspace }) => {
    const { line, column } = await placeOf("htpp", join(workspace, "opening/deployment.yaml"));
    await window.goTo(line, column);
    await window.runCommand("Nines: Explain a Rule");
    await window.choose("probe-port-unknown");
    await window.editorTabs.getByText("Preview probe-port-unknown").waitFor();
    await window.webview.getByRole("heading").first().waitFor();
    await window.picture("explained");
  },
};

async function main(): Promise<boolean> {
  if (process.platform === "win32") {
    console.log("Skipped: VS Code in a browser does not run on Windows.");
    return true;
  }
  const session = await openSession({
    vsix: await findVsix(),
    trustEverything: false,
    settings: { "git.enabled": true },
  });
  try {
    const workspace = join(session.profile.root, "workspace");
    await cp(join(HERE, "fixture"), workspace, { recursive: true });
    await makeRepository(join(workspace, "branch"));
    const window = new Window(await session.open(workspace), SCREENSHOTS);
    await window.ready();
    return printOutcomes(await tell({ window, workspace }));
  } finally {
    await session.close();
  }
}

/** Plays the story up to its first failure, of which a picture is taken. */
async function tell(scene: Scene): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [test, step] of Object.entries(STORY)) {
    const start = performance.now();
    const reason = await step(scene).then(() => undefined, String);
    const milliseconds = Math.round(performance.now() - start);
    const common = { suite: "end to end", test, milliseconds };
    if (reason === undefined) {
      outcomes.push({ ...common, state: "passed" });
      continue;
    }
    const picture = await scene.window.picture("failed");
    outcomes.push({ ...common, state: "failed", reason: `${reason}\nThe window is shown in ${picture}` });
    break;
  }
  return outcomes;
}

/** Where a text first stands in a file, counted from 1. */
async function placeOf(text: string, path: string): Promise<{ line: number; column: number }> {
  const lines = (await readFile(path, "utf8")).split("\n");
  const line = lines.findIndex((content) => content.includes(text));
  return { line: line + 1, column: (lines[line]?.indexOf(text) ?? -1) + 1 };
}

async function findVsix(): Promise<string> {
  const given = process.argv[2];
  if (given !== undefined) return resolve(given);
  const { name, version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as Record<
    string,
    string
  >;
  return join(ROOT, `${name}-${version}.vsix`);
}

process.exitCode = (await main()) ? 0 : 1;
