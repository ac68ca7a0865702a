import type { ShiftPage } from "../../../server/src/server/protocol.ts";
import type { Acceptable, ShiftWords } from "../../src/shift/messages.ts";
import { elementOf, focusAndFolds, h, place } from "../dom.ts";
import { isBefore, type Send, toolbarOf } from "./actions.ts";
import { checklist } from "./checklist.ts";
import { lanesOf, pinnedOf } from "./lanes.ts";
import { fill } from "./numbers.ts";
import { drillOf, logOf, manualOf, stepsOf } from "./progress.ts";
import { writingOf } from "./writing.ts";

/** A part of the page: made anew only when what it shows has become different. */
interface Part {
  readonly key: string;
  /** All that it shows. */
  readonly data: unknown;
  make(): HTMLElement[];
}

/** The content of the page; it is rebuilt part by part while the shift goes on. */
export class Page {
  readonly #send: Send;
  readonly #parts = new Map<string, { text: string; element: HTMLElement }>();
  #page: ShiftPage | undefined;
  #words: ShiftWords | undefined;
  /** By how much this clock is ahead of the server's. */
  #offset = 0;

  constructor(send: Send) {
    this.#send = send;
    setInterval(() => this.#tellAge(), 1000);
  }

  show(page: ShiftPage, words: ShiftWords): void {
    this.#page = page;
    this.#words = words;
    this.#offset = Date.now() - page.now;
    const kept = focusAndFolds();
    const isProduction = page.members.some(({ production }) => production);
    elementOf("title").textContent = page.members.map(nameOfMember).join(" → ");
    elementOf("phase").textContent = [
      ...new Set(page.members.map(({ context }) => context)),
      ...(isProduction ? [words.production] : []),
      ...(page.paused ? [words.paused] : []),
    ].join(" · ");
    document.body.classList.toggle("production", isProduction);
    setText(elementOf("status"), page.status);
    elementOf("status").className = toneOf(page);
    place(
      elementOf("actions"),
      this.#sections([
        { key: "actions", data: toolbarData(page), make: () => toolbarOf(page, words, this.#send) },
      ]),
    );
    place(elementOf("content"), this.#sections(partsOf(page, words, this.#send)));
    this.#tellAge();
    kept();
  }

  /** Nothing can be done from here any more; what was shown last stays to be read. */
  showGone(text: string): void {
    this.#page = undefined;
    elementOf("actions").replaceChildren();
    this.#parts.delete("actions");
    setText(elementOf("status"), text);
    elementOf("status").className = "bad";
  }

  #sections(parts: readonly Part[]): HTMLElement[] {
    return parts.flatMap(({ key, data, make }) => {
      const text = JSON.stringify([data, this.#words]);
      const before = this.#parts.get(key);
      if (before?.text === text) return [before.element];
      const children = make();
      if (children.length === 0) {
        this.#parts.delete(key);
        return [];
      }
      const element = h(
        key === "actions" ? "div" : "section",
        { class: `part ${key.replace(/ .*/, "")}` },
        ...children,
      );
      this.#parts.set(key, { text, element });
      return [element];
    });
  }

  #tellAge(): void {
    const page = this.#page;
    const words = this.#words;
    if (page === undefined || words === undefined) return;
    for (const element of document.querySelectorAll<HTMLElement>("[data-read-at]")) {
      const age = Math.max(
        0,
        Math.round((Date.now() - this.#offset - Number(element.dataset.readAt)) / 1000),
      );
      setText(element, fill(words.age, age));
    }
  }
}

/** What is said again only when it is different, so that a screen reader does not repeat it. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function partsOf(page: ShiftPage, words: ShiftWords, send: Send): readonly Part[] {
  const { members, checks, basis, log, manual } = page;
  // Once it is under way, what blocks it is looked at where it comes from.
  const take =
    page.phase === "blocked" ? (accept: Acceptable) => send({ type: "accept", accept }) : undefined;
  const several = members.length > 1;
  return [
    { key: "manual", data: [manual, page.phase], make: () => manualOf(page, words) },
    { key: "drill", data: page.drill, make: () => drillOf(page.drill, words) },
    ...(several ? [stepsPart(page, words)] : []),
    ...members.flatMap((member, i): Part[] => {
      const { readAt, resourceVersion, server, user, lanes, pinned, reverts } = member;
      const name = several ? prefixOf(member, i) : "";
      const heading = headingOf(member, i, words);
      return [
        ...(several ? [{ key: `member ${i}`, data: heading, make: () => [h("h2", {}, heading)] }] : []),
        {
          key: `facts ${i}`,
          data: [readAt, resourceVersion, server, user],
          make: () => factsOf(member, words),
        },
        { key: `lanes ${i}`, data: lanes, make: () => lanesOf(lanes, words, name) },
        { key: `pinned ${i}`, data: pinned, make: () => pinnedOf(pinned, words) },
        {
          key: `reverts ${i}`,
          data: reverts,
          make: () =>
            reverts.length === 0
              ? []
              : [
                  h("h2", {}, `${name}${words.reverts}`),
                  h("ul", {}, ...reverts.map((text) => h("li", {}, text))),
                ],
        },
        ...(several ? [checksPart(`checks ${i}`, member.checks, words, take, name)] : []),
      ];
    }),
    ...(several ? [] : [stepsPart(page, words)]),
    checksPart(
      "checks",
      several ? checks : [...checks, ...members.flatMap((member) => member.checks)],
      words,
      take,
      "",
    ),
    { key: "basis", data: basis, make: () => basisOf(basis, words) },
    ...members.map(
      (member, i): Part => ({
        key: `writing ${i}`,
        data: [isBefore(page), member.diff, member.patch, member.inverse, member.kubectl],
        make: () => writingOf(member, i, words, isBefore(page), several ? prefixOf(member, i) : ""),
      }),
    ),
    { key: "log", data: log, make: () => logOf(log, words) },
  ];
}

function stepsPart(page: ShiftPage, words: ShiftWords): Part {
  const { steps, members } = page;
  return {
    key: "steps",
    data: [steps, members.map(({ context }) => context)],
    make: () => stepsOf(page, words),
  };
}

function checksPart(
  key: string,
  checks: ShiftPage["checks"],
  words: ShiftWords,
  take: ((accept: Acceptable) => void) | undefined,
  name: string,
): Part {
  return {
    key,
    data: [checks, take !== undefined],
    make: () => checklist(checks, words, take, name),
  };
}

/** Which of several it is, and where it stands. */
function headingOf(member: ShiftPage["members"][number], index: number, words: ShiftWords): string {
  const marks = [nameOfMember(member), member.context, ...(member.production ? [words.production] : [])];
  return `${index + 1}. ${marks.join(" · ")}`;
}

/** Before the headings of one of several; objects of one name in two contexts are told apart by their number. */
function prefixOf({ kind, name }: ShiftPage["members"][number], index: number): string {
  return `${index + 1}. ${kind} ${name}: `;
}

function nameOfMember({ kind, namespace, name }: ShiftPage["members"][number]): string {
  return `${kind} ${namespace}/${name}`;
}

function factsOf(
  { server, user, resourceVersion, readAt }: ShiftPage["members"][number],
  words: ShiftWords,
): HTMLElement[] {
  const facts = [server, user, resourceVersion && fill(words.version, resourceVersion)].filter(
    (fact) => fact,
  );
  if (facts.length === 0) return [];
  const age = readAt === undefined ? [] : [" · ", h("span", { "data-read-at": String(readAt) })];
  return [h("p", { class: "facts" }, facts.join(" · "), ...age)];
}

/** What the verdicts rest on, and who says so. */
function basisOf(basis: ShiftPage["basis"], words: ShiftWords): HTMLElement[] {
  if (basis.length === 0) return [];
  const lines = basis.flatMap(({ what, from }) => [h("dt", {}, what), h("dd", {}, from)]);
  return [h("h2", {}, words.basis), h("dl", {}, ...lines)];
}

function toolbarData({ actions, members, phase }: ShiftPage): unknown {
  return [
    actions,
    phase,
    members.map(({ editable, kubectl, reverts }) => [editable, kubectl, reverts.length, members.length]),
  ];
}

const BAD: readonly ShiftPage["phase"][] = ["blocked", "manualIntervention"];
const WAITING: readonly ShiftPage["phase"][] = [
  "hold",
  "awaitApproval",
  "capacityCheck",
  "rollbackApply",
  "rampWait",
  "verifyOld",
];
const GOOD: readonly ShiftPage["phase"][] = ["completed", "retired", "rolledBack"];

function toneOf({ phase }: ShiftPage): string {
  if (BAD.includes(phase)) return "bad";
  if (WAITING.includes(phase)) return "waiting";
  return GOOD.includes(phase) ? "good" : "calm";
}
