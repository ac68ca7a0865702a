import { rules } from "../../rules/registry.generated.ts";
import { EXIT } from "../errors.ts";
import { select } from "../files/select.ts";
import { load } from "../load.ts";
import { isAllMet, reportOf } from "../objectives/report.ts";
import type { Terminal } from "../output/terminal.ts";

/** How the objectives may be printed. */
export type ObjectivesFormat = "pretty" | "json" | "markdown";

/**
 * `nines objectives`: what plans promise, and what the configuration gives. Returns the exit code: 1 when a promise is
 * broken or cannot be computed.
 */
export async function objectives(
  paths: readonly string[],
  { format }: { readonly format: ObjectivesFormat },
  terminal: Terminal,
): Promise<number> {
  const project = load(select(terminal.cwd, paths), { rules, needsContext: true });
  const report = reportOf(project, paths, terminal.cwd);
  // Before anything is written: whoever reads it may stop reading.
  process.exitCode = project.failed ? EXIT.failed : isAllMet(report) ? EXIT.clean : EXIT.findings;
  switch (format) {
    case "pretty":
      terminal.out((await import("../objectives/pretty.ts")).pretty(report, terminal));
      break;
    case "markdown":
      terminal.out((await import("../objectives/markdown.ts")).markdown(report, terminal.say));
      break;
    case "json":
      terminal.out((await import("../objectives/json.ts")).json(report));
  }
  return process.exitCode;
}
