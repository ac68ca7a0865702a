import { DiskJournals, isOpen } from "../../journal/disk-journals.ts";
import { stateFolder } from "../../journal/state-folder.ts";
import { t } from "../../model/message.ts";
import { Shift } from "../../traffic/shift/shift.ts";
import type { ShiftView } from "../../traffic/shift/view.ts";
import { EXIT, UsageError } from "../errors.ts";
import { printable } from "../output/printable.ts";
import type { Terminal } from "../output/terminal.ts";
import type { Clusters } from "../shifting/clusters.ts";
import { confirmAgain, isConfirmed } from "../shifting/confirm.ts";
import { standstill } from "../shifting/drive.ts";
import { contextOf, holdingTo, requestOf, type ShiftOptions } from "../shifting/options.ts";
import { saying } from "../shifting/print.ts";
import { promisedTime } from "../shifting/promised-time.ts";
import { journalOf, looksLikeId, reopen } from "../shifting/reopen.ts";
import { carryOut, ended, read, show, validate, versionsOf, withClusters } from "../shifting/session.ts";
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
    const given = { ...options, drill: true as const, ...promisedTo(text, options, clusters, terminal) };
    const shift = await read([text], given, clusters, terminal);
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

/** The promise that a drill is compared with, unless one is given. */
function promisedTo(
  text: string,
  options: ShiftOptions,
  clusters: Clusters,
  terminal: Terminal,
): Pick<ShiftOptions, "rto"> {
  if (options.rto !== undefined) return {};
  const target = readTarget(text, terminal.cwd);
  const namespace = options.namespace ?? target.namespace ?? clusters.namespaceOf(contextOf(target, options));
  const { rto, message } = promisedTime({ namespace, name: target.name }, options.plan, terminal.cwd);
  terminal.err(`${saying(terminal)(message)}\n`);
  return rto === undefined ? {} : { rto: `${rto}s` };
}

/** Going back needs no metrics, so nobody waits until a Prometheus is found. */
function withoutSearch(options: ShiftOptions): ShiftOptions {
  return { ...options, prometheus: options.prometheus ?? "none" };
}

/** `nines shift rollback`: undoes the last shift of an object, from its journal. */
export async function rollback(text: string, options: ShiftOptions, terminal: Terminal): Promise<number> {
  return withClusters(withoutSearch(options), terminal, async (clusters) => {
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
  return withClusters(withoutSearch(options), terminal, async (clusters) => {
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
      await clusters.deps(contexts, holdingTo(options, terminal.cwd).thresholds),
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
