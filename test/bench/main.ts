/**
 * `npm run bench`: what Nines costs on this machine, beside what the same files cost others in the same run.
 * NINES_BENCH_FOLDER names a folder of manifests; without it a tree is generated. `--save` adds the ratios to the
 * committed history. Never fails on a time.
 */
import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { manifestsIn } from "../../scripts/lib/verdicts-corpus.ts";
import { measureAvailability } from "./availability.ts";
import { measureCli } from "./cli.ts";
import { measureCoreEdit } from "./core-edit.ts";
import { compare, save } from "./history.ts";
import { measureRecovery } from "./recovery.ts";
import { measureServer } from "./server.ts";
import { measureSizes } from "./sizes.ts";
import { measureStages } from "./stages.ts";
import { type Measured, print } from "./table.ts";
import { writeTree } from "./tree.ts";

const { values } = parseArgs({ options: { save: { type: "boolean" }, only: { type: "string" } } });
const given = process.env.NINES_BENCH_FOLDER;
const folder = given ?? writeTree();

const measurements: Readonly<Record<string, () => Measured | Promise<Measured>>> = {
  cli: () => measureCli(folder),
  stages: () =>
    measureStages(
      new Map(Object.entries(manifestsIn(folder)).map(([path, text]) => [`file:///w/${path}`, text])),
    ),
  core: measureCoreEdit,
  server: measureServer,
  availability: measureAvailability,
  recovery: measureRecovery,
  sizes: measureSizes,
};
const TITLES: Readonly<Record<string, string>> = {
  cli: `Command line on ${given ?? "a generated tree"}`,
  stages: "Stages of a check, in one process",
  core: "Editing: the core alone",
  server: "Editing: the server",
  availability: "The Availability view over 10,000 resources",
  recovery: "Recovery plans: from an edit to the objectives",
  sizes: "What is shipped",
};

const ratios: Record<string, number> = {};
for (const [name, measure] of Object.entries(measurements)) {
  if (values.only !== undefined && values.only !== name) continue;
  const measured = await measure();
  print(TITLES[name] ?? name, measured.rows);
  Object.assign(ratios, measured.ratios);
}
if (given === undefined) {
  rmSync(folder, { recursive: true });
  print("Ratios (smaller is better; last saved behind them)", compare(ratios));
  if (values.save) save(ratios);
}
