import type {
  RecoveryView,
  TimelineBar,
  TimelineChart,
  TimelineWords,
} from "../../../../server/src/server/protocol.ts";

/** A bar from seconds: best and worst start and end. */
export function bar(
  label: string,
  start: TimelineBar["start"],
  end: TimelineBar["end"],
  more: Partial<TimelineBar> = {},
): TimelineBar {
  const value = `${end[1] === null ? "∞" : (end[1] ?? 0) - (start[1] ?? 0)}s`;
  return {
    kind: "step",
    label,
    start,
    end,
    open: false,
    critical: false,
    value,
    begins: `${start[1]}s`,
    ends: `${end[1]}s`,
    text: `${label}: ${value}.`,
    place: undefined,
    ...more,
  };
}

/** A picture of bars against a promise. */
export function chart(
  bars: readonly TimelineBar[],
  promised?: number,
  more: Partial<TimelineChart> = {},
): TimelineChart {
  return {
    kind: "time",
    name: "RTO",
    figures: "150s of 120s",
    verdict: "breached",
    text: "Broken by 30s.",
    promised,
    promisedText: `promised ${promised}s`,
    bars,
    ...more,
  };
}

const WORDS: TimelineWords = {
  atLeast: "takes at least",
  upTo: "takes up to",
  critical: "critical path",
  over: "beyond the promise",
  open: "may take longer",
  table: "As a table",
  part: "part",
  data: "data",
  takes: "takes",
  lost: "lost",
  begins: "begins",
  ends: "ends",
  objective: "objective",
  input: "input",
  value: "value",
  where: "where",
  improvements: "Cheapest first:",
  assumptions: "Taken for granted:",
  inputs: "Inputs",
  noObjectives: "The plan promises nothing.",
};

/** A view of one failure. */
export function viewOf(charts: readonly TimelineChart[], name = "app"): RecoveryView {
  return {
    plan: { uri: "file:///w/dr/plan.yaml", name },
    title: `Recovery timeline of “${name}”`,
    sections: [{ id: "Site", title: "Site", charts, improvements: [], assumptions: [], inputs: [] }],
    words: WORDS,
  };
}
