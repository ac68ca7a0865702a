import { isOpen } from "../../journal/disk-journals.ts";
import { t } from "../../model/message.ts";
import type { Journal } from "../../traffic/shift/journal.ts";
import { Shift } from "../../traffic/shift/shift.ts";
import { mergeThresholds } from "../../traffic/shift/thresholds.ts";
import type { ShiftView } from "../../traffic/shift/view.ts";
import { EXIT, UsageError } from "../errors.ts";
import { printable } from "../output/printable.ts";
import type { Terminal } from "../output/terminal.ts";
import { Clusters } from "../shifting/clusters.ts";
import { drive, standstill } from "../shifting/drive.ts";
import { contextOf, requestOf, type ShiftOptions, thresholdsOf } from "../shifting/options.ts";
import { previewText, saying, statusText } from "../shifting/print.ts";
import { ask, isInteractive } from "../shifting/prompt.ts";
import { readTarget, type Target } from "../shifting/target.ts";

/** `nines shift preview`: what a shift would do. Writes nothing. Exit code 1 when something blocks it. */
export async function preview(
  texts: readonly string[],
  options: ShiftOptions,
  terminal: Terminal,
): Promise<number> {
  validate(texts, options, terminal);
  return withClusters(options, terminal, async (clusters) => {
    const shift = await read(texts, options, clusters, terminal);
    show(shift, options, terminal);
    const { phase } = shift.view;
    return phase === "previewed" ? EXIT.clean : EXIT.findings;
  });
}

/** `nines shift promote`: the preview, a confirmation, and the steps one after the other. */
export async function promote(
  texts: readonly string[],
  options: ShiftOptions,
  terminal: Terminal,
): Promise<number> {
  validate(texts, options, terminal);
  return withClusters(options, terminal, async (clusters) => {
    const shift = await read(texts, options, clusters, terminal);
    if (options.format === "pretty") show(shift, options, terminal);
    if (shift.view.phase !== "previewed") return ended(shift, options, terminal);
    const shown = versionsOf(shift);
    if (!(await isConfirmed(shift, options, terminal))) {
      await shift.dispatch({ type: "abort" });
      return ended(shift, options, terminal);
    }
    // While the person read, the object may have changed: then there is another preview to confirm.
    if (shift.view.phase !== "previewed" || versionsOf(shift) !== shown) {
      await shift.dispatch({ type: "abort" });
      terminal.err(
        `${saying(terminal)(t("The object changed meanwhile. Look at the new preview and confirm again."))}\n`,
      );
      return ended(shift, options, terminal);
    }
    await shift.dispatch({ type: "confirm" });
    return carryOut(shift, options, terminal);
  });
}

/** `nines shift drill`: plays a failure and measures the failover. Exit code 0 when the standby answered in time. */
export async function drill(text: string, options: ShiftOptions, terminal: Terminal): Promise<number> {
  validate([text], { ...options, drill: true }, terminal);
  return withClusters(options, terminal, async (clusters) => {
    const shift = await read([text], { ...options, drill: true }, clusters, terminal);
    if (options.format === "pretty") show(shift, options, terminal);
    if (shift.view.phase !== "previewed" || !(await isConfirmed(shift, options, terminal)))
      return ended(shift, options, terminal);
    await shift.dispatch({ type: "confirm" });
    await carryOut(shift, options, terminal);
    const after: ShiftView = shift.view;
    const { drill: measured } = after;
    const inTime =
      measured?.answeredAfter !== undefined &&
      measured.answeredAfter <= (measured.rto ?? Number.POSITIVE_INFINITY);
    return after.phase === "rolledBack" && inTime ? EXIT.clean : EXIT.findings;
  });
}

/** `nines shift rollback`: undoes the last shift of an object, from its journal. */
export async function rollback(text: string, options: ShiftOptions, terminal: Terminal): Promise<number> {
  return withClusters(options, terminal, async (clusters) => {
    const target = looksLikeId(text) ? undefined : readTarget(text, terminal.cwd);
    if (target?.type.kind === "Rollout") return stopRollout(target, options, clusters, terminal);
    const journal = await journalOf(text, target, options, clusters);
    const shift = await reopen(journal, clusters);
    await confirmAgain(journal, options, terminal, clusters);
    await shift.dispatch({ type: "abort" });
    const code = await carryOut(shift, options, terminal);
    return shift.view.phase === "rolledBack" || shift.view.phase === "cancelled" ? EXIT.clean : code;
  });
}

/** `nines shift retire`: gives up the way back, and prints the commands that take the old side away. */
export async function retire(text: string, options: ShiftOptions, terminal: Terminal): Promise<number> {
  return withClusters(options, terminal, async (clusters) => {
    const target = looksLikeId(text) ? undefined : readTarget(text, terminal.cwd);
    const journal = await journalOf(text, target, options, clusters);
    if (journal.control.phase !== "completed")
      throw new UsageError(
        t("Shift {id} is not completed, so its old side is still needed.", { id: journal.id }),
      );
    const shift = await reopen(journal, clusters);
    await shift.dispatch({ type: "retire" });
    const code = await carryOut(shift, options, terminal);
    const { manual, phase } = shift.view;
    if (options.format === "pretty" && phase === "retired")
      terminal.out(manual.map((line) => `${printable(line)}\n`).join(""));
    return phase === "retired" ? code : EXIT.findings;
  });
}

/** `nines shift resume`: goes on with a shift that was interrupted or held. */
export async function resume(text: string, options: ShiftOptions, terminal: Terminal): Promise<number> {
  return withClusters(options, terminal, async (clusters) => {
    const target = looksLikeId(text) ? undefined : readTarget(text, terminal.cwd);
    const journal = await journalOf(text, target, options, clusters);
    if (!isOpen(journal))
      throw new UsageError(t("Shift {id} is over: there is nothing to go on with.", { id: journal.id }));
    const shift = await reopen(journal, clusters);
    await confirmAgain(journal, options, terminal, clusters);
    await shift.dispatch({ type: "resume" });
    if (shift.view.phase === "hold") await shift.dispatch({ type: "retry" });
    return carryOut(shift, options, terminal);
  });
}

/** `nines shift list`: the journals there are. */
export async function list(options: ShiftOptions, terminal: Terminal): Promise<number> {
  const { DiskJournals } = await import("../../journal/disk-journals.ts");
  const { stateFolder } = await import("../../journal/state-folder.ts");
  const { journals, damaged } = await new DiskJournals(stateFolder()).list();
  const say = saying(terminal);
  if (options.format === "json") {
    const shifts = journals.map(({ id, createdAt, updatedAt, control, members }) => ({
      id,
      createdAt,
      updatedAt,
      phase: control.phase,
      step: control.step,
      steps: control.steps,
      objects: members.map(({ context, ref }) => ({
        context,
        kind: ref.type.kind,
        namespace: ref.namespace,
        name: ref.name,
      })),
    }));
    terminal.out(`${JSON.stringify({ version: 1, shifts, damaged }, null, 1)}\n`);
  } else {
    for (const { id, control, members } of journals) {
      const objects = members
        .map(({ context, ref }) => `${ref.type.kind} ${ref.namespace}/${ref.name} (${context})`)
        .join(", ");
      terminal.out(
        `${say(t("{id}  {phase}, step {step} of {steps}  {objects}", { id, phase: control.phase, step: Math.min(control.step + 1, control.steps), steps: control.steps, objects }))}\n`,
      );
    }
    if (journals.length === 0) terminal.out(`${say(t("There are no shifts."))}\n`);
  }
  for (const { path, reason } of damaged)
    terminal.err(`${say(t("The journal {path} cannot be read: {reason}.", { path, reason }))}\n`);
  return damaged.length > 0 ? EXIT.failed : EXIT.clean;
}

async function withClusters(
  options: ShiftOptions,
  terminal: Terminal,
  run: (clusters: Clusters) => Promise<number>,
): Promise<number> {
  const clusters = await Clusters.read(options);
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
  for (const { id, control, request } of journals.filter(isOpen))
    if (control.written > 0 && request.intents.some(({ kind }) => kind === "drill"))
      terminal.err(
        `${saying(terminal)(t("The drill {id} was not ended: its fault may still fail real requests. Take it away with: nines shift rollback {id}", { id }))}\n`,
      );
}

/** What is written wrongly is said before a kubeconfig is read. @throws UsageError */
function validate(texts: readonly string[], options: ShiftOptions, { cwd }: Terminal): void {
  requestOf(
    texts.map((text) => readTarget(text, cwd)),
    options,
    () => "",
  );
  thresholdsOf(options, cwd);
}

async function read(
  texts: readonly string[],
  options: ShiftOptions,
  clusters: Clusters,
  terminal: Terminal,
): Promise<Shift> {
  const targets = texts.map((text) => readTarget(text, terminal.cwd));
  const request = requestOf(targets, options, (context) => clusters.namespaceOf(context));
  const token = request.intents.flatMap((intent) =>
    intent.kind === "promoteDatabase" && intent.tokenFrom !== null ? [intent.tokenFrom.context] : [],
  );
  const contexts = new Set([...request.intents.map(({ context }) => context), ...token]);
  const shift = clusters.keep(
    new Shift(request, clusters.deps([...contexts], mergeThresholds(thresholdsOf(options, terminal.cwd)))),
  );
  await shift.dispatch({ type: "start" });
  await standstill(shift);
  return shift;
}

function versionsOf(shift: Shift): string {
  return shift.view.members.map(({ resourceVersion }) => resourceVersion).join(" ");
}

function show(shift: Shift, options: ShiftOptions, terminal: Terminal): void {
  terminal.out(options.format === "json" ? json(shift) : previewText(shift.view, terminal));
}

function json(shift: Shift): string {
  return `${JSON.stringify(shift.view, null, 1)}\n`;
}

async function carryOut(shift: Shift, options: ShiftOptions, terminal: Terminal): Promise<number> {
  const code = await drive(shift, options, terminal);
  if (options.format === "json") terminal.out(json(shift));
  return code;
}

/** Nothing was written. */
async function ended(shift: Shift, options: ShiftOptions, terminal: Terminal): Promise<number> {
  terminal.out(options.format === "json" ? json(shift) : statusText(shift.view, terminal));
  return EXIT.findings;
}

/** A production context's name has to be typed; `--yes` alone is not enough for it. @throws UsageError */
async function isConfirmed(shift: Shift, options: ShiftOptions, terminal: Terminal): Promise<boolean> {
  const production = shift.view.members.filter((member) => member.production).map(({ context }) => context);
  return confirm(production, options, terminal);
}

async function confirm(
  production: readonly string[],
  options: ShiftOptions,
  terminal: Terminal,
): Promise<boolean> {
  const say = saying(terminal);
  const name = [...new Set(production)].join(",");
  if (name !== "" && options.confirm !== undefined) {
    if (options.confirm === name) return true;
    throw new UsageError(
      t("--confirm says “{given}”, but what would be written to is “{name}”. Nothing was written.", {
        given: options.confirm,
        name,
      }),
    );
  }
  if (options.yes && name === "") return true;
  if (!isInteractive())
    throw new UsageError(
      name === ""
        ? t("There is nobody to ask. Add --yes to apply what the preview shows.")
        : t("{name} is a production context. --yes is not enough for it: add --confirm {name}.", { name }),
    );
  const expected = name === "" ? "yes" : name;
  const answer = await ask(
    `${say(t("Type “{word}” to apply, anything else to cancel:", { word: expected }))} `,
  );
  return answer === expected;
}

/** Going on and going back write too. @throws UsageError */
async function confirmAgain(
  journal: Journal,
  options: ShiftOptions,
  terminal: Terminal,
  clusters: Clusters,
): Promise<void> {
  const deps = clusters.deps(
    journal.members.map(({ context }) => context),
    journal.thresholds,
  );
  const production = journal.members
    .map(({ context }) => context)
    .filter((context) => deps.connections.get(context)?.production);
  if (!(await confirm(production, options, terminal)))
    throw new UsageError(t("Cancelled. Nothing was written."));
}

function looksLikeId(text: string): boolean {
  return /^\d{14}-[0-9a-f]{8}$/.test(text);
}

/** The journal of this name, or the newest about this object that can be gone on with or undone. @throws UsageError */
async function journalOf(
  text: string,
  target: Target | undefined,
  options: ShiftOptions,
  clusters: Clusters,
): Promise<Journal> {
  const { journals } = await clusters.journals.list();
  const context = target === undefined ? undefined : contextOf(target, options);
  const found =
    target === undefined
      ? journals.find(({ id }) => id === text)
      : journals.find(
          (journal) =>
            (isOpen(journal) || journal.control.phase === "completed") &&
            journal.members.some(
              (member) =>
                member.context === context &&
                member.ref.type.kind === target.type.kind &&
                member.ref.name === target.name &&
                (options.namespace ?? target.namespace ?? member.ref.namespace) === member.ref.namespace,
            ),
        );
  if (found !== undefined) return found;
  throw new UsageError(
    t(
      "There is no journal of a shift of “{text}” here, so what was there before is not known. `nines shift list` shows what there is; with `nines shift promote … --to` traffic can be moved anywhere.",
      { text },
    ),
  );
}

/** Takes the journal over. @throws UsageError while another process works on it */
async function reopen(journal: Journal, clusters: Clusters): Promise<Shift> {
  if (!(await clusters.journals.lock(journal.id)))
    throw new UsageError(
      t("Another process is carrying out shift {id} at this moment. Stop it there first.", {
        id: journal.id,
      }),
    );
  const token = journal.request.intents.flatMap((intent) =>
    intent.kind === "promoteDatabase" && intent.tokenFrom !== null ? [intent.tokenFrom.context] : [],
  );
  const contexts = new Set([...journal.members.map(({ context }) => context), ...token]);
  return clusters.keep(Shift.resume(journal, clusters.deps([...contexts], journal.thresholds)));
}

/** A Rollout's own controller knows the way back. */
async function stopRollout(
  target: Target,
  options: ShiftOptions,
  clusters: Clusters,
  terminal: Terminal,
): Promise<number> {
  const base = requestOf([target], options, (context) => clusters.namespaceOf(context));
  const intents = base.intents.map((intent) =>
    intent.kind === "rollout"
      ? { ...intent, verb: options.undo === true ? ("undo" as const) : ("abort" as const) }
      : intent,
  );
  const contexts = intents.map(({ context }) => context);
  const shift = clusters.keep(
    new Shift(
      { ...base, intents },
      clusters.deps(contexts, mergeThresholds(thresholdsOf(options, terminal.cwd))),
    ),
  );
  await shift.dispatch({ type: "start" });
  await standstill(shift);
  if (options.format === "pretty") show(shift, options, terminal);
  if (shift.view.phase !== "previewed" || !(await isConfirmed(shift, options, terminal)))
    return ended(shift, options, terminal);
  await shift.dispatch({ type: "confirm" });
  return carryOut(shift, options, terminal);
}
