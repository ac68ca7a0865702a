import { rules } from "../../rules/registry.generated.ts";
import { EXIT } from "../errors.ts";
import { select } from "../files/select.ts";
import { load } from "../load.ts";
import type { Terminal } from "../output/terminal.ts";
import { survivalOf } from "../surviving/report.ts";

/** How the table may be printed. */
export type SurvivalFormat = "pretty" | "json";

export interface SurviveOptions {
  readonly format: SurvivalFormat;
  readonly render?: true;
}

/** `nines survive`: what is guaranteed to each workload. Returns the exit code: it tells, and judges nothing. */
export async function survive(
  paths: readonly string[],
  { format, render }: SurviveOptions,
  terminal: Terminal,
): Promise<number> {
  const { cwd } = terminal;
  const selection = select(cwd, paths);
  const project = load(selection, { rules, needsContext: render === true });
  if (render === true) await (await import("../rendering.ts")).renderInto(project);
  const report = survivalOf(project, cwd);
  // Before anything is written: whoever reads it may stop reading.
  process.exitCode = project.failed ? EXIT.failed : EXIT.clean;
  if (format === "json") terminal.out((await import("../surviving/json.ts")).json(report));
  else terminal.out((await import("../surviving/pretty.ts")).pretty(report, terminal));
  return process.exitCode;
}
