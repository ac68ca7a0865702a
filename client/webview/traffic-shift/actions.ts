import type { ShiftAction, ShiftPage } from "../../../server/src/server/protocol.ts";
import type { FromPage, ShiftWords } from "../../src/shift/messages.ts";
import { h } from "../dom.ts";
import { button } from "./button.ts";

/** Tells the panel. */
export type Send = (message: FromPage) => void;

/** Buttons that go on; the first of them that is there is the one that stands out. */
const FORWARD: readonly ShiftAction["event"][] = [
  "confirm",
  "approve",
  "resume",
  "retry",
  "continue",
  "resolved",
];
/** Before something is written, the preview is what will happen. */
const BEFORE: readonly ShiftPage["phase"][] = ["draft", "reading", "blocked", "previewed", "stale"];
const ENDED: readonly ShiftPage["phase"][] = ["rolledBack", "retired", "cancelled", "left", "completed"];

/** The buttons: those of the shift, then what can be done instead. */
export function toolbarOf(page: ShiftPage, words: ShiftWords, send: Send): HTMLElement[] {
  const versions = page.members.map(({ resourceVersion }) => resourceVersion ?? "");
  const { actions, members, phase } = page;
  const forward = FORWARD.flatMap((event) => actions.filter((action) => action.event === event));
  const others = actions.filter(({ event }) => !FORWARD.includes(event) && event !== "abort");
  const abort = actions.filter(({ event }) => event === "abort");
  const wish = ({ event, label }: ShiftAction, kind: string) =>
    button(label, `wish ${event}`, kind, () => send({ type: "wish", event, versions }));
  const of = (label: string, index: number) =>
    members.length > 1 ? `${label}: ${index + 1}. ${members[index]?.name}` : label;
  // What cannot be pressed is there all the same, and says why.
  const blocked = phase === "blocked" ? [disabled(words)] : [];
  return [
    ...blocked,
    ...forward.map((action, i) => wish(action, i === 0 ? "primary" : "secondary")),
    ...others.map((action) => wish(action, "secondary")),
    ...members.flatMap((member, i) => [
      ...(member.editable && (isBefore(page) || phase === "completed")
        ? [button(of(words.edit, i), `edit ${i}`, "secondary", () => send({ type: "edit", member: i }))]
        : []),
      ...(member.kubectl === undefined || !isBefore(page)
        ? []
        : [button(of(words.copy, i), `copy ${i}`, "secondary", () => send({ type: "copy", member: i }))]),
    ]),
    ...abort.map((action) => wish(action, page.id === undefined ? "secondary" : "danger")),
    ...(ENDED.includes(phase)
      ? [button(words.close, "close", "secondary", () => send({ type: "close" }))]
      : []),
  ];
}

/** Whether nothing was written yet. */
export function isBefore({ phase }: Pick<ShiftPage, "phase">): boolean {
  return BEFORE.includes(phase);
}

/** `aria-disabled` and not `disabled`: it can have the focus, so that a screen reader tells why. */
function disabled(words: ShiftWords): HTMLElement {
  return h(
    "button",
    {
      type: "button",
      class: "primary",
      "aria-disabled": "true",
      title: words.blocked,
      "data-key": "wish confirm",
    },
    words.apply,
  );
}
