import { type Message, t } from "../model/message.ts";
import type { Location } from "../model/resource.ts";
import { formatDuration } from "../recovery/durations.ts";
import type { LossObjective, ObjectiveRecovery, Recovery, TimeObjective } from "../recovery/evaluate.ts";
import type { FailoverTime } from "../recovery/failover-time.ts";
import { known } from "../recovery/fields.ts";
import { rangeText, worstText } from "../recovery/figures.ts";
import type { Term } from "../recovery/term.ts";
import { originText, VERDICTS } from "../recovery/words.ts";
import { barsOfFailover, barsOfLoss, barsOfRecovery, totalBar, type ViewBar } from "./recovery-bars.ts";
import type {
  RecoveryPlanRef,
  RecoveryView,
  TimelineBar,
  TimelineChart,
  TimelineInput,
  TimelinePlace,
  TimelineSection,
  TimelineWords,
} from "./recovery-view-data.ts";

/** How messages and places become what the client shows. */
export interface Speaker {
  say(message: Message): string;
  place(location: Location): TimelinePlace;
}

/** What a plan comes to, as the panel shows it. */
export function recoveryViewOf(recovery: Recovery, plan: RecoveryPlanRef, speaker: Speaker): RecoveryView {
  const { say } = speaker;
  return {
    plan,
    title: say(t("Recovery timeline of “{name}”", { name: recovery.plan.resource.name ?? "?" })),
    sections: sectionsOf(recovery).map((section) => sectionView(recovery, section, speaker)),
    words: wordsOf(say),
  };
}

/** A part of the view, before it is put into words. */
interface Section {
  readonly id: string;
  readonly objective: ObjectiveRecovery | undefined;
  readonly failover: FailoverTime | undefined;
}

/** Every objective has a section, and every failover that serves none of them. */
function sectionsOf({ objectives, failovers }: Recovery): readonly Section[] {
  const served = new Set(objectives.map(({ time }) => time.recovery?.failover));
  const all: readonly Section[] = [
    ...objectives.map((objective) => ({
      id: objective.disruption,
      objective,
      failover: objective.time.recovery?.failover,
    })),
    ...failovers
      .filter((failover) => !served.has(failover))
      .map((failover) => ({ id: `failover ${failover.model.name}`, objective: undefined, failover })),
  ];
  // A disruption may be promised about twice by mistake.
  return all.map((section, i) =>
    all.findIndex(({ id }) => id === section.id) === i ? section : { ...section, id: `${section.id} ${i}` },
  );
}

/** The section that shows a failover. */
export function sectionOfFailover(recovery: Recovery, at: number): string | undefined {
  return sectionsOf(recovery).find(({ failover }) => {
    const range = failover?.model.failover.node.range;
    return range !== undefined && range.start <= at && at <= range.end;
  })?.id;
}

/** The section of the objective at an offset of the plan's document. */
export function sectionOfObjective(recovery: Recovery, at: number): string | undefined {
  return sectionsOf(recovery).find(({ objective }) => {
    const range = objective?.objective.node.range;
    return range !== undefined && range.start <= at && at <= range.end;
  })?.id;
}

function sectionView(recovery: Recovery, section: Section, speaker: Speaker): TimelineSection {
  const { id, objective, failover } = section;
  const { say } = speaker;
  const name = failover?.model.name;
  const sides = objective === undefined ? [] : [objective.time, objective.loss];
  const inputs = inputTerms(section);
  return {
    id,
    title:
      objective === undefined
        ? say(t("Failover “{name}”, which serves no objective", { name: name ?? "?" }))
        : name === undefined
          ? objective.disruption
          : say(t("{disruption}: failover “{name}”", { disruption: objective.disruption, name })),
    charts: [
      ...(objective === undefined ? [] : [timeChart(recovery, objective.time, speaker)]),
      ...(objective === undefined && failover !== undefined ? [plainChart(recovery, failover, speaker)] : []),
      ...(objective === undefined ? [] : [lossChart(recovery, objective.loss, speaker)]),
    ],
    improvements: sides.flatMap(({ improvements }) => improvements.map(({ title }) => say(title))),
    assumptions: [
      ...new Set(sides.flatMap(({ assumptions }) => assumptions.map(say))),
      ...leftOut(section, say),
    ],
    inputs: inputs.slice(0, MOST_INPUTS).flatMap((term) => inputViews(term, 0, speaker)),
  };
}

/** Whoever looks at a part of the rows has to know it. */
function leftOut({ failover }: Section, speak: Speaker["say"]): readonly string[] {
  const count = (failover?.model.steps.length ?? 0) + 3 - MOST_ROWS;
  return count > 0 ? [speak(t("{count} steps are not shown; all of them are counted.", { count }))] : [];
}

/** The terms whose parts are listed: of the failover or of what recovers by itself, and of the copies that count. */
function inputTerms({ objective, failover }: Section): readonly Term[] {
  const { recovery } = objective?.time ?? {};
  const model = failover?.model;
  const time =
    model === undefined
      ? (recovery?.parts ?? []).flatMap(({ path }) => path)
      : [model.detection, model.decision, ...model.steps.map(({ term }) => term)];
  const copies = (objective?.loss.recovery.items ?? []).flatMap(({ copy }) => copy?.term ?? []);
  return [...new Set([...time, ...copies])];
}

function inputViews(term: Term, depth: number, speaker: Speaker): readonly TimelineInput[] {
  const { name, estimate, origin, parts } = term;
  const word = originText(origin);
  return [
    {
      label: speaker.say(name),
      depth,
      value: rangeText(estimate),
      origin: word === undefined ? "" : speaker.say(word),
      place: "at" in origin && origin.at !== undefined ? speaker.place(origin.at) : undefined,
    },
    ...parts.flatMap((part) => inputViews(part, depth + 1, speaker)),
  ];
}

function timeChart(recovery: Recovery, time: TimeObjective, speaker: Speaker): TimelineChart {
  const { failover } = time.recovery ?? {};
  const bars =
    time.recovery === undefined
      ? []
      : failover === undefined
        ? barsOfRecovery(time.recovery)
        : barsOfFailover(recovery, failover);
  const total = time.computed === undefined ? [] : [totalBar(time.computed)];
  return { kind: "time", name: "RTO", ...comparison(time, speaker), bars: say([...bars, ...total], speaker) };
}

/** A failover that serves no objective: nothing is promised. */
function plainChart(recovery: Recovery, failover: FailoverTime, speaker: Speaker): TimelineChart {
  return {
    kind: "time",
    name: "RTO",
    figures: worstText(failover.total),
    verdict: undefined,
    text: speaker.say(t("No objective names a disruption that it serves, so nothing is promised.")),
    promised: undefined,
    promisedText: "",
    bars: say([...barsOfFailover(recovery, failover), totalBar(failover.total)], speaker),
  };
}

function lossChart(recovery: Recovery, loss: LossObjective, speaker: Speaker): TimelineChart {
  const bars = barsOfLoss(recovery, loss.recovery);
  return { kind: "loss", name: "RPO", ...comparison(loss, speaker), bars: say(bars, speaker) };
}

/** What is promised and what is given, in figures and in words. */
function comparison(side: TimeObjective | LossObjective, { say: speak }: Speaker) {
  const { computed, verdict } = side;
  const promised = known(side.promised);
  const given = computed === undefined ? speak(VERDICTS.unknown) : worstText(computed);
  const limit = promised === undefined ? "" : formatDuration(promised);
  return {
    figures: promised === undefined ? given : speak(t("{given} of {promised}", { given, promised: limit })),
    verdict,
    text: speak(verdictSentence(side, promised)),
    promised: verdict === undefined ? undefined : promised,
    promisedText: promised === undefined ? "" : speak(t("promised {promised}", { promised: limit })),
  };
}

function verdictSentence({ computed, verdict }: TimeObjective | LossObjective, promised = 0): Message {
  if (verdict === undefined) return t("Nothing that can be read is promised.");
  if (computed === undefined)
    return t("Not known: nothing in the plan serves this objective, or says anything about its data.");
  if (verdict === "unknown") return t("Not known: some inputs are missing, see below.");
  const distance = Math.abs(promised - computed.worst);
  if (verdict === "met")
    return distance === 0
      ? t("Kept, with nothing to spare.")
      : t("Kept, with {spare} to spare.", { spare: formatDuration(distance) });
  if (!Number.isFinite(distance)) return t("Broken: there is no end.");
  const over = formatDuration(distance);
  if (computed.open) return t("Broken by {over} or more.", { over });
  return distance === 0 ? t("Broken.") : t("Broken by {over}.", { over });
}

/** More rows than anybody reads, and a hostile plan has a hundred thousand. */
const MOST_ROWS = 200;
const MOST_INPUTS = 1000;

/** What is critical comes before the rest where there are too many rows; the order stays. */
function readable(bars: readonly ViewBar[]): readonly ViewBar[] {
  if (bars.length <= MOST_ROWS) return bars;
  const total = bars.filter(({ kind }) => kind === "total");
  const parts = bars.filter(({ kind }) => kind !== "total");
  const first = [...parts.filter(({ critical }) => critical), ...parts.filter(({ critical }) => !critical)];
  const kept = new Set(first.slice(0, MOST_ROWS - total.length));
  return [...parts.filter((bar) => kept.has(bar)), ...total];
}

function say(bars: readonly ViewBar[], speaker: Speaker): readonly TimelineBar[] {
  return readable(bars).map(({ kind, label, estimate, start, end, critical, at, copy }) => {
    const name = speaker.say(label);
    const values = { name, value: rangeText(estimate), begins: worstText(start), ends: worstText(end) };
    const sentence =
      kind === "copy"
        ? copy === undefined
          ? t("{name}: {value} are lost, for no copy is known to survive.", values)
          : t("{name}: {value} are lost, for the newest copy that survives is “{copy}”.", { ...values, copy })
        : kind === "total"
          ? { text: "{name}: {value}.", values }
          : t("{name}: {value}, at worst from {begins} to {ends}.", values);
    const text = speaker.say(sentence);
    return {
      kind,
      label: name,
      start: [finite(start.best), finite(start.worst)],
      end: [finite(end.best), finite(end.worst)],
      open: end.open,
      critical,
      value: values.value,
      begins: values.begins,
      ends: values.ends,
      text: critical && kind !== "total" ? `${text} ${speaker.say(CRITICAL)}` : text,
      place: at === undefined ? undefined : speaker.place(at),
    };
  });
}

const CRITICAL = t("It is on the critical path.");

/** JSON knows no infinity. */
function finite(seconds: number): number | null {
  return Number.isFinite(seconds) ? seconds : null;
}

function wordsOf(speak: (message: Message) => string): TimelineWords {
  return {
    atLeast: speak(t("takes at least")),
    upTo: speak(t("takes up to")),
    critical: speak(t("critical path")),
    over: speak(t("beyond the promise")),
    open: speak(t("may take longer: an input is not known")),
    table: speak(t("As a table")),
    part: speak(t("part")),
    data: speak(t("data")),
    takes: speak(t("takes")),
    lost: speak(t("lost")),
    begins: speak(t("begins at worst")),
    ends: speak(t("ends at worst")),
    objective: speak(t("objective")),
    input: speak(t("input")),
    value: speak(t("value")),
    where: speak(t("where")),
    improvements: speak(t("Cheapest first:")),
    assumptions: speak(t("Taken for granted:")),
    inputs: speak(t("Inputs and where they come from")),
    noObjectives: speak(t("The plan promises nothing: it has no `objectives`.")),
  };
}
