import type {
  RecoveryView,
  TimelineChart,
  TimelinePlace,
  TimelineSection,
  TimelineWords,
} from "../../../server/src/server/protocol.ts";

/** A view as Markdown, for pages and tickets. `nameOf` says how a place is called, such as `dr/plan.yaml:35`. */
export function markdownOf(
  { title, sections, words }: RecoveryView,
  nameOf: (place: TimelinePlace) => string,
): string {
  const lines = [
    `# ${asText(title)}`,
    "",
    ...(sections.length === 0 ? [asText(words.noObjectives), ""] : summary(sections, words)),
    ...sections.flatMap((section) => sectionLines(section, words, nameOf)),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function summary(sections: readonly TimelineSection[], { objective, value }: TimelineWords): string[] {
  return [
    row([objective, "", value, ""]),
    "|---|---|---|---|",
    ...sections.flatMap(({ title, charts }) =>
      charts.map(({ name, figures, text }) => row([title, name, figures, text])),
    ),
    "",
  ];
}

function sectionLines(
  { title, charts, improvements, assumptions, inputs }: TimelineSection,
  words: TimelineWords,
  nameOf: (place: TimelinePlace) => string,
): string[] {
  const values = inputs.map(({ label, depth, value, origin, place }) =>
    row([
      `${"– ".repeat(depth)}${label}`,
      value,
      [place === undefined ? "" : nameOf(place), origin].filter((part) => part !== "").join(" "),
    ]),
  );
  return [
    `## ${asText(title)}`,
    "",
    ...charts.flatMap((chart) => chartLines(chart, words)),
    ...titled(words.improvements, improvements),
    ...titled(words.assumptions, assumptions),
    ...(values.length === 0
      ? []
      : [row([words.input, words.value, words.where]), "|---|---|---|", ...values, ""]),
  ];
}

function chartLines({ kind, name, figures, text, bars }: TimelineChart, words: TimelineWords): string[] {
  const heading = [`**${name}** ${asText(`${figures}. ${text}`)}`, ""];
  if (bars.length === 0) return heading;
  if (kind === "loss")
    return [
      ...heading,
      row([words.data, words.lost]),
      "|---|---|",
      ...bars.map(({ label, value }) => row([label, value])),
      "",
    ];
  return [
    ...heading,
    row([words.part, words.begins, words.ends, words.takes, ""]),
    "|---|---|---|---|---|",
    ...bars.map(({ kind: part, label, begins, ends, value, critical }) =>
      row([label, begins, ends, value, critical && part !== "total" ? words.critical : ""]),
    ),
    "",
  ];
}

function titled(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [title, "", ...list(items)];
}

function list(items: readonly string[]): string[] {
  return items.length === 0 ? [] : [...items.map((item) => `- ${asText(item)}`), ""];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(asText).join(" | ")} |`;
}

/** Names come from manifests: nothing in them is markup. */
function asText(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#!~&]/g, "\\$&").replace(/\s+/g, " ");
}
