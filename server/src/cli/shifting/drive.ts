import { t } from "../../model/message.ts";
import type { Shift } from "../../traffic/shift/shift.ts";
import { ENDED, type Phase, type ShiftEvent } from "../../traffic/shift/state.ts";
import { EXIT } from "../errors.ts";
import { printable } from "../output/printable.ts";
import type { Terminal } from "../output/terminal.ts";
import type { ShiftOptions } from "./options.ts";
import { checklist, saying, statusText, waysOn } from "./print.ts";
import { ask, isInteractive } from "./prompt.ts";

/** Phases in which nothing goes on without a person. */
const WAITING: readonly Phase[] = [
  "blocked",
  "previewed",
  "awaitApproval",
  "hold",
  "manualIntervention",
  "completed",
  "retired",
];

/** Resolves when the shift waits for a person, or is over. */
export function standstill(shift: Shift): Promise<void> {
  return new Promise((resolve) => {
    const isStill = () => {
      const { phase, paused, actions } = shift.view;
      const waits = paused && actions.some(({ event }) => event === "resume") && phase === "preGate";
      return ENDED.includes(phase) || WAITING.includes(phase) || waits;
    };
    if (isStill()) return resolve();
    const stop = shift.onChange(() => {
      if (!isStill()) return;
      stop();
      resolve();
    });
  });
}

/**
 * Carries a confirmed shift to its end, telling what happens. Returns the exit code: 0 done, 1 blocked, aborted, held
 * or left to a person.
 */
export async function drive(shift: Shift, options: ShiftOptions, terminal: Terminal): Promise<number> {
  const stopTelling = options.format === "pretty" ? tell(shift, terminal) : () => {};
  const interruption = onInterrupt();
  try {
    for (;;) {
      await Promise.race([standstill(shift), interruption.happened]);
      if (interruption.signal.aborted) return await interrupted(shift, options, terminal);
      const event = await nextEvent(shift, options, terminal, interruption.signal);
      if (interruption.signal.aborted) return await interrupted(shift, options, terminal);
      if (event === undefined) break;
      await shift.dispatch(event);
    }
    return finish(shift, options, terminal);
  } finally {
    stopTelling();
    interruption.stop();
  }
}

function finish(shift: Shift, options: ShiftOptions, terminal: Terminal): number {
  const { view } = shift;
  if (options.format === "pretty") {
    if (view.phase === "hold" || view.phase === "blocked")
      terminal.out(
        checklist(
          view.checks.filter(({ level }) => level !== "pass"),
          terminal,
        ),
      );
    terminal.out(statusText(view, terminal));
    const isOpen =
      view.phase === "hold" ||
      view.phase === "manualIntervention" ||
      view.phase === "left" ||
      view.phase === "awaitApproval";
    if (isOpen) terminal.out(waysOn(view, terminal));
    if (view.phase === "rolledBack" && view.manual.length > 0)
      terminal.out(
        `${saying(terminal)(t("To take them away:"))}\n${view.manual.map((line) => `  ${printable(line)}\n`).join("")}`,
      );
    if (view.phase === "completed" && view.id !== undefined)
      terminal.out(`${saying(terminal)(t("To go back: nines shift rollback {id}", { id: view.id }))}\n`);
  }
  return view.phase === "completed" || view.phase === "retired" ? EXIT.clean : EXIT.findings;
}

/** Prints what is added to the log, and every new status. */
function tell(shift: Shift, terminal: Terminal): () => void {
  const say = saying(terminal);
  let told = shift.view.log.length;
  let status = "";
  return shift.onChange(() => {
    const { log, steps, phase, status: now } = shift.view;
    for (const entry of log.slice(told)) terminal.out(`${time(entry.at)} ${say(entry.message)}\n`);
    told = log.length;
    const current = steps.find(({ state }) => state === "now");
    const text = `${say(now)}${phase === "soaking" && current !== undefined ? ` ${say(current.title)}` : ""}`;
    if (text !== status) terminal.out(`${time(Date.now())} ${terminal.colors.dim(text)}\n`);
    status = text;
  });
}

function time(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

/** What a person, or the options in their place, want next; undefined ends the command. */
async function nextEvent(
  shift: Shift,
  options: ShiftOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ShiftEvent | undefined> {
  const { phase, actions } = shift.view;
  const say = saying(terminal);
  if (phase === "awaitApproval") {
    const answer = await ask(`${say(t("Next step? [y]es, [a]bort, anything else pauses:"))} `, signal);
    return answer === "y" ? { type: "approve" } : answer === "a" ? { type: "abort" } : undefined;
  }
  if (phase !== "hold") return undefined;
  const mayContinue = actions.some(({ event }) => event === "continue");
  if (mayContinue && options.withoutMetrics !== undefined)
    return { type: "continue", reason: options.withoutMetrics };
  if (!isInteractive() || options.format === "json")
    return options.onHold === "abort" ? { type: "abort" } : undefined;
  terminal.out(statusText(shift.view, terminal));
  const question = mayContinue
    ? t(
        "Held. [r]etry, [c]ontinue with a reason, [a]bort and roll back, [l]eave as it is, anything else pauses:",
      )
    : t("Held. [r]etry, [a]bort and roll back, [l]eave as it is, anything else pauses:");
  const answer = await ask(`${say(question)} `, signal);
  if (answer === "r") return { type: "retry" };
  if (answer === "a") return { type: "abort" };
  if (answer === "l") return { type: "leave" };
  if (answer !== "c" || !mayContinue) return undefined;
  return { type: "continue", reason: (await ask(`${say(t("Reason:"))} `, signal)) ?? "" };
}

/** Ctrl-C pauses and ends the command; the shift can be resumed or rolled back. A drill leaves no fault behind. */
async function interrupted(shift: Shift, options: ShiftOptions, terminal: Terminal): Promise<number> {
  if (shift.view.drill !== undefined && !ENDED.includes(shift.view.phase)) {
    await shift.dispatch({ type: "abort" });
    await standstill(shift);
    return finish(shift, options, terminal);
  }
  await shift.dispatch({ type: "pause" });
  await shift.dispose();
  if (options.format === "pretty") {
    terminal.err(
      `\n${saying(terminal)(t("Paused. What was written stays as it is."))}\n${waysOn(shift.view, terminal)}`,
    );
  }
  return EXIT.findings;
}

interface Interruption {
  readonly signal: AbortSignal;
  readonly happened: Promise<void>;
  stop(): void;
}

function onInterrupt(): Interruption {
  const controller = new AbortController();
  const happened = new Promise<void>((resolve) => {
    controller.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  const interrupt = () => controller.abort();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) process.once(name, interrupt);
  return {
    signal: controller.signal,
    happened,
    stop: () => {
      for (const name of signals) process.removeListener(name, interrupt);
    },
  };
}
