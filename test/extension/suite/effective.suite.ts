import assert from "node:assert/strict";
import * as vscode from "vscode";
import { rangeOf, replace, show, withSetting } from "./editing.ts";
import type { Suite } from "./runner.ts";
import { waitUntil } from "./waiting.ts";

const WEB = "effective/web.yaml";

export const effective: Suite = {
  name: "effective values",
  tests: {
    "hovering over a strategy says what it comes to": async () => {
      const { document } = await show(WEB);
      const text = await hoverOver(document, "maxUnavailable", /0 unavailable, surge 1/);
      assert.match(text, /autoscaler's minimum/);
      await hoverOver(document, "minAvailable: 51%", /51% of 3 pods rounds up to 2/);
      await hoverOver(document, "readinessProbe", /leaves the endpoints after at most 16 s/);
    },

    "hints say what counts, by the file beside it and the topology too": async () => {
      const { document } = await show(WEB);
      await hintsAre(document, [
        "replicas: 1 = 3–10, HPA shop",
        "maxUnavailable: 25% = 0 of 3",
        "maxSurge: 25% = 1",
        "terminationGracePeriodSeconds: 45 30 s after preStop",
        "- maxSkew: 1 ≤ 2 of 3 in a zone",
        "readinessProbe: ≤ 16 s",
        "livenessProbe: ≤ 31 s",
        "timeoutSeconds: 0 = 1",
        "minAvailable: 51% 1 of 3 may go",
      ]);
    },

    "an edit of the autoscaler reaches the hints and the lens of the workload, which nobody touched":
      async () => {
        const { document } = await show(WEB);
        const scaler = await show("effective/autoscaler.yaml");
        await replace(scaler, "minReplicas: 3", "minReplicas: 5");
        await hintAfter(document, "replicas: 1", "= 5–10, HPA shop");
        await lensIs(document, 0, "5–10 replicas (HPA shop) · PDB minAvailable 51% · spread over zones");
        await replace(scaler, "minReplicas: 5", "minReplicas: 3");
        await hintAfter(document, "replicas: 1", "= 3–10, HPA shop");
      },

    "settings switch hints and lenses off and on": async () => {
      const { document } = await show(WEB);
      await withSetting("nines.inlayHints", "off", () => hintsAre(document, []));
      await withSetting("nines.inlayHints", "on", () =>
        hintAfter(document, "readinessProbe:", "leaves the endpoints after ≤ 16 s"),
      );
      await withSetting("nines.codeLens", false, () =>
        waitUntil("the lenses are gone", async () => (await lensesOf(document)).length === 0),
      );
    },

    "a lens stands over the workload and over each weighted route, and opens what it is about": async () => {
      const web = (await show(WEB)).document;
      const lens = await lensIs(
        web,
        0,
        "3–10 replicas (HPA shop) · PDB minAvailable 51% · spread over zones",
      );
      assert.equal(lens.command?.command, "nines.openLens");
      await vscode.commands.executeCommand(lens.command.command, ...(lens.command.arguments ?? []));
      const route = (await show("effective/route.yaml")).document;
      await lensIs(route, 7, "shop-v1 90 % · shop-v2 10 %");
    },
  },
};

async function hoverOver(document: vscode.TextDocument, text: string, expected: RegExp): Promise<string> {
  const position = rangeOf(document, text).start.translate(0, 2);
  return waitUntil(`hovering over ${text} tells ${expected}`, async () => {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      document.uri,
      position,
    );
    const parts = hovers.flatMap(({ contents }) => contents);
    const told = parts.map((part) => (typeof part === "string" ? part : part.value)).join("\n");
    return expected.test(told) && told;
  });
}

/** The hints of a document, each behind its line's text. */
async function hintsOf(document: vscode.TextDocument): Promise<string[]> {
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
    "vscode.executeInlayHintProvider",
    document.uri,
    whole,
  );
  return hints.map(({ position, label }) => {
    const before = document.lineAt(position.line).text.slice(0, position.character).trim();
    return `${before} ${typeof label === "string" ? label : label.map(({ value }) => value).join("")}`;
  });
}

async function hintsAre(document: vscode.TextDocument, expected: readonly string[]): Promise<void> {
  let last: string[] = [];
  await waitUntil(
    "the hints are as expected",
    async () => {
      last = await hintsOf(document);
      return last.join("\n") === expected.join("\n");
    },
    () => `They are ${last.join(" | ")}.`,
  );
}

async function hintAfter(document: vscode.TextDocument, text: string, label: string): Promise<void> {
  await waitUntil(`“${label}” stands behind ${text}`, async () =>
    (await hintsOf(document)).includes(`${text} ${label}`),
  );
}

async function lensesOf(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  return vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    document.uri,
    100,
  );
}

function lensIs(document: vscode.TextDocument, line: number, title: string): Promise<vscode.CodeLens> {
  let titles: (string | undefined)[] = [];
  return waitUntil(
    `the lens over line ${line} says ${title}`,
    async () => {
      const lenses = await lensesOf(document);
      titles = lenses.map(({ command }) => command?.title);
      return lenses.find(({ range, command }) => range.start.line === line && command?.title === title);
    },
    () => `Lenses say ${titles.join(" | ")}.`,
  );
}
