import { type Message, t } from "../../model/message.ts";
import { itemName } from "../../recovery/data-items.ts";
import { formatDuration } from "../../recovery/durations.ts";
import type { Verdict } from "../../recovery/estimate.ts";
import type { LossObjective, ObjectiveRecovery, TimeObjective } from "../../recovery/evaluate.ts";
import { rangeText, worstText } from "../../recovery/figures.ts";
import type { Term } from "../../recovery/term.ts";
import { originText, VERDICTS } from "../../recovery/words.ts";
import { printable, widthOf } from "../output/printable.ts";
import type { Terminal } from "../output/terminal.ts";
import { type ObjectivesReport, originPlace, type PlanReport, verdictsOf } from "./report.ts";

/** For people: each promise with what the configuration gives, what that is made of, and where each number stands. */
export function pretty({ plans, skipped }: ObjectivesReport, terminal: Terminal): string {
  const { say, colors } = terminal;
  const lines = plans.flatMap((plan) => planLines(plan, terminal));
  for (const { file, reason } of skipped)
    lines.push(`${colors.cyan(printable(file))} ${printable(say(reason))}`);
  const verdicts = verdictsOf(plans);
  const count = (verdict: Verdict) => verdicts.filter((each) => each === verdict).length;
  const counts = { met: count("met"), breached: count("breached"), unknown: count("unknown") };
  lines.push(say(t("Promises: {met} kept, {breached} broken, {unknown} not known.", counts)));
  return `${lines.join("\n")}\n`;
}

function planLines(plan: PlanReport, terminal: Terminal): string[] {
  const { colors, say } = terminal;
  const { file, name, recovery } = plan;
  const problems = recovery.problems.map(({ range, message }) => {
    const place = plan.placeOf(recovery.plan.resource.locate(range));
    return `${colors.cyan(`${printable(place.file)}:${place.line}`)} ${printable(say(message))}`;
  });
  if (recovery.objectives.length === 0)
    problems.push(say(t("The plan promises nothing: it has no `objectives`.")));
  return [
    `${colors.cyan(printable(file))} ${colors.bold(printable(name))}`,
    "",
    ...problems,
    ...(problems.length > 0 ? [""] : []),
    ...recovery.objectives.flatMap((objective) => [...objectiveLines(objective, plan, terminal), ""]),
  ];
}

function objectiveLines(
  { disruption, time, loss }: ObjectiveRecovery,
  plan: PlanReport,
  terminal: Terminal,
): string[] {
  const { say, colors } = terminal;
  const assumptions = [...new Set([...time.assumptions, ...loss.assumptions].map(say))];
  const improvements = [...time.improvements, ...loss.improvements].map(({ title }) => title);
  return [
    colors.bold(disruption),
    headLine("RTO", time, terminal),
    ...timeLines(time, plan, terminal),
    headLine("RPO", loss, terminal),
    ...lossLines(loss, plan, terminal),
    ...section(t("Cheapest first:"), improvements.map(say), terminal),
    ...section(t("Taken for granted:"), assumptions, terminal),
  ];
}

function section(title: Message, lines: readonly string[], { say, colors }: Terminal): string[] {
  if (lines.length === 0) return [];
  return [`  ${colors.bold(say(title))}`, ...lines.map((line) => `    - ${printable(line)}`)];
}

function headLine(
  what: "RTO" | "RPO",
  side: TimeObjective | LossObjective,
  { say, colors }: Terminal,
): string {
  const { promised, computed, verdict } = side;
  const paint = { met: colors.green, breached: colors.red, unknown: colors.yellow };
  const given = computed === undefined ? "?" : worstText(computed);
  const figures =
    promised.state === "known"
      ? say(t("{given} of {promised}", { given, promised: formatDuration(promised.value) }))
      : given;
  const best =
    computed !== undefined && computed.best !== computed.worst && Number.isFinite(computed.best)
      ? colors.dim(` (${say(t("best case {best}", { best: formatDuration(computed.best) }))})`)
      : "";
  const word = verdict === undefined ? "" : `  ${colors.bold(paint[verdict](say(VERDICTS[verdict])))}`;
  return `  ${colors.bold(what)} ${figures}${word}${best}`;
}

function timeLines({ recovery }: TimeObjective, plan: PlanReport, terminal: Terminal): string[] {
  const { say } = terminal;
  if (recovery === undefined) return [`    ${say(t("Nothing in the plan serves this objective."))}`];
  const { failover, path, parts } = recovery;
  const steps = failover?.model.steps ?? [];
  const critical = new Set(path);
  const aside = steps.map(({ term }) => term).filter((term) => !critical.has(term));
  const source =
    failover === undefined
      ? []
      : [say(t("failover “{name}”, critical path:", { name: failover.model.name }))];
  const others = parts
    .filter((part) => part.path !== path)
    .map(({ name, total }) => `${printable(name)} ${worstText(total)}`);
  return [
    ...source.map((line) => `    ${printable(line)}`),
    ...path.flatMap((term) => termLines(term, 4, plan, terminal)),
    ...(aside.length > 0 ? [`    ${say(t("beside it:"))}`] : []),
    ...aside.flatMap((term) => termLines(term, 4, plan, terminal)),
    ...(others.length > 0 ? [`    ${say(t("beside it:"))}`, ...others.map((line) => `      ${line}`)] : []),
  ];
}

function lossLines({ recovery }: LossObjective, plan: PlanReport, terminal: Terminal): string[] {
  const { say, colors } = terminal;
  return recovery.items.flatMap(({ item, estimate, copy }) => {
    const name = printable(say(itemName(item)));
    if (copy === undefined)
      return [`    ${name} ${worstText(estimate)} ${colors.dim(say(t("no copy is known to survive")))}`];
    return [
      `    ${name} ${worstText(estimate)} ${colors.dim(printable(copy.name))}`,
      ...copy.term.parts.flatMap((part) => termLines(part, 6, plan, terminal)),
    ];
  });
}

const PLACE_COLUMN = 44;

function termLines(term: Term, indent: number, plan: PlanReport, terminal: Terminal): string[] {
  const { say, colors } = terminal;
  const { name, estimate, origin, parts } = term;
  const text = `${" ".repeat(indent + 2)}${printable(say(name))} ${rangeText(estimate)}`;
  const place = originPlace(origin, plan.placeOf);
  const word = originText(origin);
  const notes = [
    place === undefined ? "" : `${printable(place.file)}:${place.line}`,
    word === undefined ? "" : say(word),
  ].filter((note) => note !== "");
  const gap = " ".repeat(Math.max(2, PLACE_COLUMN - widthOf(text)));
  const line = notes.length === 0 ? text : `${text}${gap}${colors.dim(notes.join(" "))}`;
  return [line, ...parts.flatMap((part) => termLines(part, indent + 2, plan, terminal))];
}
