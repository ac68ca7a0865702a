import { readFileSync } from "node:fs";
import { Analysis } from "../../server/src/analysis.ts";
import { defaultConfig } from "../../server/src/config/config.ts";
import { meaningsIn, meaningTypes } from "../../server/src/effective/meanings.ts";
import { rules } from "../../server/src/rules/registry.generated.ts";
import { Workspace } from "../../server/src/workspace/workspace.ts";
import { EXAMPLES, exampleFiles } from "../example-defects.ts";
import { quantile } from "./run.ts";
import { type Measured, ms } from "./table.ts";
import { workspaceFiles } from "./tree.ts";

const BUDGET = 50;
const EDITS = 60;
const PLAN = "dr/plan.yaml";

/** What is edited: the plan itself, and manifests that it refers to; each text with the two values it goes between. */
const EDITED = [
  [PLAN, "ttl: 30s", "ttl: 300s"],
  [PLAN, "duration: 5m,", "duration: 7m,"],
  ["dr/dns.yaml", "recordTTL: 30", "recordTTL: 300"],
  ["backup/velero.yaml", '"0 2 * * *"', '"0 3 * * *"'],
  ["kubernetes/app.yaml", "periodSeconds: 5", "periodSeconds: 15"],
] as const;

/** From an edit of a plan or of a manifest it refers to, to its objectives: verdicts and what the editor shows. */
export function measureRecovery(): Measured {
  const workspace = new Workspace([...rules.flatMap((rule) => rule.types), ...meaningTypes]);
  for (const [path, text] of workspaceFiles()) workspace.set(`file:///w/other/${path}`, text);
  for (const path of exampleFiles()) workspace.set(uriOf(path), textOf(path));
  workspace.markComplete();
  const analysis = new Analysis(workspace, { rules, configFor: () => defaultConfig });
  const topology = { nodes: undefined, zones: undefined, sites: undefined };
  const show = () => {
    analysis.update();
    const file = workspace.file(uriOf(PLAN));
    if (file === undefined) throw new Error(`${PLAN} is not part of the workspace`);
    analysis.findings(file);
    const world = { snapshot: workspace.snapshot(), topology };
    for (const document of file.documents)
      meaningsIn(document, { start: 0, end: document.text.length }, world);
  };
  const first = worked(show);
  const samples = Array.from({ length: EDITS }, (_, i) => {
    const [path, from, to] = EDITED[i % EDITED.length] ?? EDITED[0];
    const isChanged = i % (2 * EDITED.length) < EDITED.length;
    const text = isChanged ? textOf(path).replace(from, to) : textOf(path);
    return worked(() => {
      workspace.set(uriOf(path), text);
      show();
    });
  });
  const [median, p95] = [quantile(samples, 0.5), quantile(samples, 0.95)];
  return {
    rows: [
      { what: "first time", value: ms(first) },
      { what: "edit to objectives, p50", value: ms(median) },
      {
        what: "edit to objectives, p95",
        value: ms(p95),
        note: p95 > BUDGET ? `<- above the budget of ${BUDGET} ms` : "",
      },
      { what: "edit to objectives, worst", value: ms(Math.max(...samples)) },
    ],
  };
}

/** Milliseconds for which this thread has had a processor: others on the machine do not count. */
function worked(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

function uriOf(path: string): string {
  return `file:///w/${path}`;
}

function textOf(path: string): string {
  return readFileSync(`${EXAMPLES}${path}`, "utf8");
}
