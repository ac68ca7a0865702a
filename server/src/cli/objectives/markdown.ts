import { type Message, t } from "../../model/message.ts";
import { itemName } from "../../recovery/data-items.ts";
import { formatDuration } from "../../recovery/durations.ts";
import type { LossObjective, ObjectiveRecovery, TimeObjective } from "../../recovery/evaluate.ts";
import { rangeText, worstText } from "../../recovery/figures.ts";
import { leavesOf, type Term } from "../../recovery/term.ts";
import { originText, VERDICTS } from "../../recovery/words.ts";
import type { Say } from "../output/language.ts";
import { type ObjectivesReport, originPlace, type PlanReport } from "./report.ts";

/** For pages and pull requests: a table of the promises, then what each is made of. */
export function markdown({ plans }: ObjectivesReport, say: Say): string {
  return `${plans.flatMap((plan) => planLines(plan, say)).join("\n")}\n`;
}

function planLines(plan: PlanReport, say: Say): string[] {
  const { objectives, problems } = plan.recovery;
  return [
    `## ${asText(plan.name)}`,
    "",
    row(["", say(t("promised")), say(t("computed")), say(t("best case")), ""]),
    "|---|---|---|---|---|",
    ...objectives.flatMap(({ disruption, time, loss }) => [
      tableRow(`${disruption} RTO`, time, say),
      tableRow(`${disruption} RPO`, loss, say),
    ]),
    "",
    ...problems.map(({ message }) => `- ${asText(say(message))}`),
    ...(problems.length > 0 ? [""] : []),
    ...objectives.flatMap((objective) => objectiveLines(objective, plan, say)),
  ];
}

function tableRow(
  name: string,
  { promised, computed, verdict }: TimeObjective | LossObjective,
  say: Say,
): string {
  const unknown = say(t("not known"));
  return row([
    name,
    promised.state === "known" ? formatDuration(promised.value) : unknown,
    computed === undefined ? unknown : worstText(computed),
    computed === undefined ? unknown : formatDuration(computed.best),
    verdict === undefined ? "" : verdict === "met" ? say(VERDICTS.met) : `**${say(VERDICTS[verdict])}**`,
  ]);
}

function objectiveLines({ disruption, time, loss }: ObjectiveRecovery, plan: PlanReport, say: Say): string[] {
  const assumptions = [...new Set([...time.assumptions, ...loss.assumptions].map(say))];
  const improvements = [...time.improvements, ...loss.improvements].map(({ title }) => say(title));
  const path = time.recovery?.path ?? [];
  const sum = path.map(({ name, estimate }) => `${say(name)} ${worstText(estimate)}`).join(" + ");
  const data = loss.recovery.items.map(
    ({ item, estimate, copy }) =>
      `${say(itemName(item))} ${worstText(estimate)}${copy === undefined ? "" : ` (${copy.name})`}`,
  );
  return [
    `### ${disruption}`,
    "",
    ...(sum === "" ? [] : [`RTO: ${asText(sum)}`, ""]),
    ...(data.length === 0 ? [] : [`RPO: ${asText(data.join(", "))}`, ""]),
    ...list(t("Cheapest first:"), improvements, say),
    ...list(t("Taken for granted:"), assumptions, say),
    ...inputLines([...time.inputs, ...loss.inputs], plan, say),
  ];
}

function list(title: Message, items: readonly string[], say: Say): string[] {
  return items.length === 0 ? [] : [say(title), "", ...items.map((item) => `- ${asText(item)}`), ""];
}

function inputLines(terms: readonly Term[], plan: PlanReport, say: Say): string[] {
  const rows = leavesOf(terms).map(({ name, estimate, origin }) => {
    const place = originPlace(origin, plan.placeOf);
    const word = originText(origin);
    return row([
      asText(say(name)),
      rangeText(estimate),
      place === undefined ? "" : `\`${place.file.replaceAll("`", "")}:${place.line}\``,
      word === undefined ? "" : say(word),
    ]);
  });
  if (rows.length === 0) return [];
  return [
    row([say(t("input")), say(t("value")), say(t("where")), ""]),
    "|---|---|---|---|",
    ...new Set(rows),
    "",
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Text from manifests must not become markup. */
function asText(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#!~]/g, "\\$&").replace(/\s+/g, " ");
}
