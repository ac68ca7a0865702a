import { type Message, t } from "../../model/message.ts";
import type { BasisLine } from "../../shifting/basis.ts";
import { formatShare } from "../../traffic/shares.ts";
import type { Check, Level } from "../../traffic/shift/gates/check.ts";
import type { LaneView, MemberView, ShiftView } from "../../traffic/shift/view.ts";
import { printable, widthOf } from "../output/printable.ts";
import type { Terminal } from "../output/terminal.ts";

/** The whole preview as text. */
export function previewText(view: ShiftView, basis: readonly BasisLine[], terminal: Terminal): string {
  return [
    ...view.members.map((member, i) => memberText(view, member, i, terminal)),
    ...(basis.length === 0 ? [] : [basisText(basis, terminal)]),
    statusText(view, terminal),
  ].join("\n");
}

/** What the verdicts rest on, and who says so. */
function basisText(basis: readonly BasisLine[], terminal: Terminal): string {
  const say = saying(terminal);
  const { colors } = terminal;
  const lines = basis.map(({ what, from }) => `  ${say(what)} ${colors.dim(`(${say(from)})`)}\n`);
  return [`${colors.bold(say(t("What it is judged by")))}\n`, ...lines].join("");
}

function memberText(view: ShiftView, member: MemberView, index: number, terminal: Terminal): string {
  const { colors } = terminal;
  const say = saying(terminal);
  const heading = (title: Message) => `\n${colors.bold(say(title))}\n`;
  const steps = view.steps.filter((step) => step.member === index);
  return [
    `${colors.bold(printable(`${member.kind} ${member.namespace}/${member.name}`))} · ${printable(member.context)}${member.production ? ` ${colors.red(say(t("(production)")))}` : ""}\n`,
    colors.dim(
      printable(
        [member.server, member.user, member.resourceVersion && `resourceVersion ${member.resourceVersion}`]
          .filter(Boolean)
          .join(" · "),
      ),
    ),
    "\n",
    ...(member.lanes.length === 0
      ? []
      : [heading(t("Weights now -> after the first step")), lanesText(member.lanes, terminal)]),
    ...member.pinned.map(
      ({ name, legs }) =>
        `  ${colors.dim(say(t("{name} -> {legs}: a header route, unaffected by weights", { name, legs: legs.join(", ") })))}\n`,
    ),
    ...(member.checks.length === 0 ? [] : [heading(t("Checklist")), checklist(member.checks, terminal)]),
    ...(steps.length === 0
      ? []
      : [
          heading(t("Steps")),
          ...steps.map((step, i) => `  ${i + 1}. ${say(step.title)}${soakText(step, terminal)}\n`),
        ]),
    ...(member.diff === ""
      ? []
      : [heading(t("What the first step changes")), coloured(member.diff, terminal)]),
    ...(member.patch.length <= 1 ? [] : [heading(t("The exact patch")), `${operations(member.patch)}`]),
    ...(member.inverse.length === 0 ? [] : [heading(t("Its inverse")), `${operations(member.inverse)}`]),
    ...(member.kubectl === undefined || member.patch.length <= 1
      ? []
      : [heading(t("The same with kubectl")), `  ${printable(member.kubectl.apply)}\n`]),
    ...(member.reverts.length === 0
      ? []
      : [heading(t("Who would revert it")), ...member.reverts.map((message) => `  ${say(message)}\n`)]),
    ...(member.reverts.length === 0 || member.edit === undefined
      ? []
      : [
          `  ${say(t("Write these weights into the manifest instead, at {place}: {weights}", { place: `spec.${member.edit.list}[${member.edit.index}]`, weights: member.edit.weights.join(", ") }))}\n`,
        ]),
  ].join("");
}

function lanesText(lanes: readonly LaneView[], terminal: Terminal): string {
  const say = saying(terminal);
  const width = Math.max(...lanes.map(({ name }) => widthOf(printable(name))));
  return lanes
    .map((lane) => {
      const name = printable(lane.name);
      const facts = [
        lane.ready === undefined
          ? say(t("ready: unknown"))
          : say(t("{ready} of {total} ready", { ready: lane.ready, total: lane.total ?? "?" })),
        lane.rateNow === undefined
          ? say(t("traffic: unknown"))
          : say(
              t("{now} -> {after} requests/s", {
                now: round(lane.rateNow),
                after: lane.rateThen === undefined ? "?" : round(lane.rateThen),
              }),
            ),
        ...(lane.utilisationThen === undefined
          ? []
          : [say(t("{part} used then", { part: formatShare(lane.utilisationThen) }))]),
        ...(lane.errorRate === undefined
          ? []
          : [say(t("{part} fail", { part: formatShare(lane.errorRate) }))]),
        ...(lane.p99 === undefined ? [] : [`p99 ${Math.round(lane.p99)} ms`]),
      ];
      const weights = `${lane.weightNow ?? "-"} -> ${lane.weightThen ?? "-"}`;
      return `  ${name}${" ".repeat(width - widthOf(name))}  ${bar(lane.shareNow)} ${bar(lane.shareThen)}  ${weights.padEnd(11)} ${formatShare(lane.shareNow)} -> ${formatShare(lane.shareThen)}\n  ${" ".repeat(width)}  ${terminal.colors.dim(facts.join(" · "))}\n`;
    })
    .join("");
}

const BAR = 10;

function bar(share: number): string {
  const full = Math.round(share * BAR);
  return `${"#".repeat(full)}${".".repeat(BAR - full)}`;
}

/** The checks, the gravest first, each with what it rests on. */
export function checklist(checks: readonly Check[], terminal: Terminal): string {
  const say = saying(terminal);
  const order: readonly Level[] = ["block", "unknown", "warn", "pass"];
  return checks
    .toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
    .map(({ level, message, evidence, query }) =>
      [
        `  ${mark(level, terminal)} ${say(message)}\n`,
        ...evidence.map((line) => `            ${terminal.colors.dim(say(line))}\n`),
        ...(query === undefined || level === "pass"
          ? []
          : [`            ${terminal.colors.dim(printable(query))}\n`]),
      ].join(""),
    )
    .join("");
}

function mark(level: Level, { colors, say }: Terminal): string {
  const words: Readonly<Record<Level, Message>> = {
    pass: t("pass"),
    warn: t("warn"),
    block: t("block"),
    unknown: t("unknown"),
  };
  const paint = { pass: colors.green, warn: colors.yellow, block: colors.red, unknown: colors.magenta }[
    level
  ];
  const word = say(words[level]);
  return `${paint(word)}${" ".repeat(Math.max(1, 8 - widthOf(word)))}`;
}

function soakText({ soak, limit }: ShiftView["steps"][number], terminal: Terminal): string {
  const text =
    limit !== undefined
      ? t("; for {seconds} s at the most", { seconds: Math.round(limit) })
      : soak === undefined
        ? t("; how long it is watched depends on the traffic")
        : soak === 0
          ? undefined
          : t("; watched for at least {seconds} s", { seconds: Math.round(soak) });
  return text === undefined ? "" : saying(terminal)(text);
}

function operations(list: MemberView["patch"]): string {
  return list.map((operation) => `  ${printable(JSON.stringify(operation))}\n`).join("");
}

function coloured(diff: string, { colors }: Terminal): string {
  return diff
    .split("\n")
    .map((line) => {
      const text = printable(line);
      if (/^[+](?![+])/.test(line)) return `  ${colors.green(text)}`;
      return /^-(?!-)/.test(line) ? `  ${colors.red(text)}` : `  ${text}`;
    })
    .join("\n")
    .trimEnd()
    .concat("\n");
}

/** The one line that says where the shift is. */
export function statusText(view: ShiftView, terminal: Terminal): string {
  return `${terminal.colors.bold(saying(terminal)(view.status))}\n`;
}

/** What a person can do about a shift that does not go on by itself. */
export function waysOn(view: ShiftView, terminal: Terminal): string {
  const say = saying(terminal);
  const { id } = view;
  const lines =
    id === undefined
      ? []
      : [
          say(t("To go on:     nines shift resume {id}", { id })),
          say(t("To roll back: nines shift rollback {id}", { id })),
        ];
  const manual =
    view.manual.length === 0
      ? []
      : [say(t("To go back by hand, in this order:")), ...view.manual.map((line) => `  ${printable(line)}`)];
  return [...lines, ...manual].map((line) => `${line}\n`).join("");
}

/** Values of messages come from a cluster: they must not steer the terminal. */
export function saying({ say }: Terminal): (message: Message) => string {
  return (message) => printable(say(message));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
