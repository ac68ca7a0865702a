import { inOneLine, t } from "../../model/message.ts";
import { SCENARIOS, type State, type Verdict, worstIn } from "../../survival/verdict.ts";
import { cellOf, TITLES } from "../../survival/wording.ts";
import { compareTexts } from "../../text/compare.ts";
import { printable, widthOf } from "../output/printable.ts";
import type { Terminal } from "../output/terminal.ts";
import { nameOf, skippedLines } from "../reporters/pretty.ts";
import type { BundleName, SurvivalReport, Survivor } from "./report.ts";

/** States whose reason is worth a line. */
const TELLING: readonly State[] = ["notGuaranteed", "blocked", "unknown"];
const GAP = 3;

/** For people: a table of workloads and scenarios for each bundle, and below each row why something is not guaranteed. */
export function pretty(report: SurvivalReport, terminal: Terminal): string {
  const { workloads } = report;
  const bundles = byBundle(workloads);
  const titles = bundles.map(({ bundle }) => widthOf(titleOf(bundle, terminal)));
  const first = Math.max(...workloads.map(({ resource }) => widthOf(rowTitle(resource))), ...titles, 0);
  const widths = SCENARIOS.map((scenario) => {
    const cells = workloads.map(({ posture }) => terminal.say(cellOf(posture[scenario])));
    return Math.max(...[terminal.say(TITLES[scenario]), ...cells].map(widthOf));
  });
  const tables = bundles.map(({ bundle, rows }) => tableOf(bundle, rows, [first, ...widths], terminal));
  return [...tables, skippedLines(report, terminal), summary(workloads, terminal), "\n"].join("");
}

function byBundle(workloads: readonly Survivor[]) {
  const bundles = new Map<string, { readonly bundle: BundleName; readonly rows: Survivor[] }>();
  for (const workload of workloads)
    for (const bundle of workload.bundles) {
      const key = `${bundle.path} ${bundle.built?.values ?? ""}`;
      const known = bundles.get(key);
      if (known === undefined) bundles.set(key, { bundle, rows: [workload] });
      else known.rows.push(workload);
    }
  return [...bundles.values()].sort(
    ({ bundle: a }, { bundle: b }) =>
      compareTexts(a.path, b.path) || compareTexts(a.built?.values ?? "", b.built?.values ?? ""),
  );
}

/** The folder, and how it was built. */
function titleOf({ path, built }: BundleName, { say }: Terminal): string {
  return [path, ...(built === undefined ? [] : [say(built.making)])].map(printable).join(", ");
}

function tableOf(
  bundle: BundleName,
  rows: readonly Survivor[],
  widths: readonly number[],
  terminal: Terminal,
): string {
  const { colors, say } = terminal;
  const titles = SCENARIOS.map((scenario) => ({ text: say(TITLES[scenario]), paint: colors.dim }));
  const head = line([{ text: titleOf(bundle, terminal), paint: colors.bold }, ...titles], widths);
  return `${head}${rows.map((row) => rowOf(row, widths, terminal)).join("")}\n`;
}

function rowOf({ resource, file, start, posture }: Survivor, widths: readonly number[], terminal: Terminal) {
  const { colors, say } = terminal;
  const cells = SCENARIOS.map((scenario) => ({
    text: say(cellOf(posture[scenario])),
    paint: painterOf(posture[scenario], terminal),
  }));
  const reasons = SCENARIOS.filter((scenario) => TELLING.includes(posture[scenario].state)).map(
    (scenario) => {
      const text = inOneLine(posture[scenario].sentences.map((sentence) => printable(say(sentence))));
      return `    ${say(TITLES[scenario])}: ${text}\n`;
    },
  );
  // One template or overlay may decide all of it: said once.
  const same = reasons.map((reason) => reason.slice(reason.indexOf(": ")));
  const told =
    reasons.length === SCENARIOS.length && new Set(same).size === 1 ? [`    ${same[0]?.slice(2)}`] : reasons;
  const place =
    told.length === 0
      ? ""
      : `    ${colors.cyan(`${printable(file)}:${start.line + 1}:${start.character + 1}`)}\n`;
  return [line([{ text: rowTitle(resource), paint: String }, ...cells], widths), place, ...told].join("");
}

/** `?`: a template makes the name. */
function rowTitle(resource: Survivor["resource"]): string {
  return nameOf(resource.name === undefined ? { ...resource, name: "?" } : resource);
}

interface Cell {
  readonly text: string;
  paint(text: string): string;
}

function line(cells: readonly Cell[], widths: readonly number[]): string {
  const padded = cells.map(({ text, paint }, i) => {
    const rest = i === cells.length - 1 ? 0 : Math.max(0, (widths[i] ?? 0) - widthOf(text)) + GAP;
    return paint(text) + " ".repeat(rest);
  });
  return `  ${padded.join("").trimEnd()}\n`;
}

function painterOf({ state }: Verdict, { colors }: Terminal): (text: string) => string {
  switch (state) {
    case "guaranteed":
      return colors.green;
    case "notGuaranteed":
      return colors.red;
    case "blocked":
      return colors.yellow;
    default:
      return colors.dim;
  }
}

function summary(workloads: readonly Survivor[], { say, colors }: Terminal): string {
  if (workloads.length === 0) return say(t("There are no workloads in these files."));
  const safe = workloads.filter(({ posture }) => ["guaranteed", "none"].includes(worstIn(posture))).length;
  const text = t(
    "{safe} of {count} workloads are guaranteed to survive the loss of a node or a zone, a drain and a rollout.",
    {
      ...{ safe, count: workloads.length },
    },
  );
  return colors.bold(say(text));
}
