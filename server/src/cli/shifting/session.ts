import { mayBeFaulty } from "../../journal/disk-journals.ts";
import { t } from "../../model/message.ts";
import { contextsOf, isMeasured } from "../../traffic/shift/intent.ts";
import { Shift } from "../../traffic/shift/shift.ts";
import { EXIT, UsageError } from "../errors.ts";
import type { Terminal } from "../output/terminal.ts";
import { Clusters } from "./clusters.ts";
import { drive, standstill } from "./drive.ts";
import { assertMetricsOption } from "./metrics.ts";
import { holdingTo, requestOf, type ShiftOptions } from "./options.ts";
import { type PlannedTargets, plannedTargets } from "./planned-targets.ts";
import { previewText, saying, statusText } from "./print.ts";
import { readTarget } from "./target.ts";

/** Connects, runs a command, and lets go of everything, whatever happens. */
export async function withClusters(
  options: ShiftOptions,
  terminal: Terminal,
  run: (clusters: Clusters) => Promise<number>,
): Promise<number> {
  const say = saying(terminal);
  const clusters = await Clusters.read(options, (message) => terminal.err(`${say(message)}\n`));
  try {
    await warnOfFaults(clusters, terminal);
    return await run(clusters);
  } finally {
    await clusters.close();
  }
}

/** A drill whose process was killed may have left its fault behind: whoever comes next is told. */
async function warnOfFaults(clusters: Clusters, terminal: Terminal): Promise<void> {
  const { journals } = await clusters.journals.list();
  for (const { id } of journals.filter(mayBeFaulty))
    terminal.err(
      `${saying(terminal)(t("The drill {id} was not ended: its fault may still fail real requests. Take it away with: nines shift rollback {id}", { id }))}\n`,
    );
}

/** What is to be shifted: the targets that are named, or those of a plan's failover. @throws UsageError */
function targetsOf(texts: readonly string[], options: ShiftOptions, cwd: string): PlannedTargets {
  if (texts.length > 0 === (options.failover !== undefined))
    throw new UsageError(
      t("Name what is to be shifted: either targets, or with --failover a failover of a recovery plan."),
    );
  return options.failover === undefined
    ? { targets: texts.map((text) => readTarget(text, cwd)), byHand: [] }
    : plannedTargets(options.failover, options.plan, cwd);
}

/** A plan's failover moves everything in one write unless steps are given: who fails over does not try. */
function stepping(options: ShiftOptions): ShiftOptions {
  return options.failover === undefined ? options : { ...options, step: options.step ?? "100" };
}

/** What is written wrongly is said before a kubeconfig is read. @throws UsageError */
export function validate(texts: readonly string[], options: ShiftOptions, { cwd }: Terminal): void {
  requestOf(targetsOf(texts, options, cwd).targets, stepping(options), () => "");
  holdingTo(options, cwd);
  assertMetricsOption(options.prometheus);
}

/** Begins the shift that is asked for and reads until there is a preview, or a reason why there is none. */
export async function read(
  texts: readonly string[],
  options: ShiftOptions,
  clusters: Clusters,
  terminal: Terminal,
): Promise<Shift> {
  const { targets, byHand } = targetsOf(texts, options, terminal.cwd);
  if (byHand.length > 0)
    terminal.err(
      `${saying(terminal)(t("People do these steps of the plan; nobody waits for them: {steps}.", { steps: byHand.join(", ") }))}\n`,
    );
  const request = requestOf(targets, stepping(options), (context) => clusters.namespaceOf(context));
  const shift = clusters.keep(
    new Shift(request, await clusters.deps(contextsOf(request), holdingTo(options, terminal.cwd).thresholds)),
  );
  const told = setTimeout(() => tellOfWait(contextsOf(request), terminal), SILENCE_MS);
  try {
    await shift.dispatch({ type: "start" });
    await standstill(shift);
  } finally {
    clearTimeout(told);
  }
  return shift;
}

/** So long nobody wonders. A cluster that does not answer is asked again for two minutes. */
const SILENCE_MS = 5_000;

function tellOfWait(contexts: readonly string[], terminal: Terminal): void {
  const message = t(
    "Still reading from {contexts}: what does not answer is asked again for up to two minutes. Nothing has been written; Ctrl-C ends the wait, and `kubectl --context {context} version` shows whether the cluster answers.",
    { contexts: contexts.join(", "), context: contexts[0] ?? "" },
  );
  terminal.err(`${saying(terminal)(message)}\n`);
}

/** Which versions of the objects the preview is about. */
export function versionsOf(shift: Shift): string {
  return shift.view.members.map(({ resourceVersion }) => resourceVersion).join(" ");
}

/** Prints the whole preview. */
export function show(shift: Shift, options: ShiftOptions, terminal: Terminal): void {
  const basis = isMeasured(shift.request) ? holdingTo(options, terminal.cwd).basis : [];
  terminal.out(options.format === "json" ? json(shift) : previewText(shift.view, basis, terminal));
}

function json(shift: Shift): string {
  return `${JSON.stringify(shift.view, null, 1)}\n`;
}

/** Carries a confirmed shift out and prints its end. */
export async function carryOut(shift: Shift, options: ShiftOptions, terminal: Terminal): Promise<number> {
  const code = await drive(shift, options, terminal);
  if (options.format === "json") terminal.out(json(shift));
  return code;
}

/** Nothing was written. */
export async function ended(shift: Shift, options: ShiftOptions, terminal: Terminal): Promise<number> {
  terminal.out(options.format === "json" ? json(shift) : statusText(shift.view, terminal));
  return EXIT.findings;
}
