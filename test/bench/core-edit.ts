import { parseAllDocuments } from "yaml";
import { Analysis } from "../../server/src/analysis.ts";
import { defaultConfig } from "../../server/src/config/config.ts";
import { rules } from "../../server/src/rules/registry.generated.ts";
import { Workspace } from "../../server/src/workspace/workspace.ts";
import { quantile } from "./run.ts";
import { timed } from "./stages.ts";
import { type Measured, mb, ms } from "./table.ts";
import { bigFile, workspaceFiles } from "./tree.ts";
import { pressed, typing } from "./typing.ts";

const PRESSES = 300;
const BIG = "file:///w/big.yaml";

/** The core's part of a key press, and of indexing, without a server around it. */
export function measureCoreEdit(): Measured {
  const files = workspaceFiles();
  const yamlOfAll = timed(() => {
    for (const text of files.values()) parseAllDocuments(text);
  });
  globalThis.gc?.();
  const heapBefore = process.memoryUsage().heapUsed;
  const workspace = new Workspace(rules.flatMap((rule) => rule.types));
  const config = { ...defaultConfig, profile: "strict" as const };
  const analysis = new Analysis(workspace, { rules, configFor: () => config });
  const index = timed(() => {
    for (const [path, text] of files) workspace.set(`file:///w/${path}`, text);
  });
  let text = bigFile();
  const yamlOfBig = timed(() => parseAllDocuments(text));
  const first = timed(() => {
    workspace.set(BIG, text);
    workspace.markComplete();
    analysis.update();
    analysis.findings(workspace.set(BIG, text));
  });
  const warm = [...files.keys()].slice(0, 20).flatMap((path) => workspace.file(`file:///w/${path}`) ?? []);
  for (const file of warm) analysis.findings(file);
  globalThis.gc?.();
  const heap = (process.memoryUsage().heapUsed - heapBefore) / 2 ** 20;
  const samples: number[] = [];
  for (const press of typing(text, PRESSES)) {
    text = pressed(text, press);
    samples.push(
      timed(() => {
        const file = workspace.set(BIG, text);
        analysis.update();
        analysis.findings(file);
      }),
    );
  }
  const [median, p95] = [quantile(samples, 0.5), quantile(samples, 0.95)];
  return {
    rows: [
      {
        what: "index 10,000 resources",
        value: ms(index),
        note: `${files.size} files; yaml alone ${ms(yamlOfAll)}`,
      },
      { what: "open a 10,000-line file", value: ms(first), note: `yaml alone ${ms(yamlOfBig)}` },
      { what: "key press in it, p50", value: ms(median) },
      { what: "key press in it, p95", value: ms(p95), note: p95 > 16 ? "<- above the budget of 16 ms" : "" },
      { what: "key press in it, worst", value: ms(Math.max(...samples)) },
      { what: "heap of the workspace", value: mb(heap) },
    ],
    ratios: { "index / yaml alone": index / yamlOfAll, "key press p95 / yaml alone": p95 / yamlOfBig },
  };
}
