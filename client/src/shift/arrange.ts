import { l10n, type QuickInputButton, type QuickPickItem, QuickPickItemKind, ThemeIcon } from "vscode";
import { changed, withAnother } from "./choose-members.ts";
import type { Choosing } from "./choosing.ts";
import { describe, type Entry, type Member, membersOf, nameOf } from "./members.ts";
import { type Choice, forgiving } from "./steps.ts";

type Action =
  | { readonly kind: "preview" | "nothing" }
  | { readonly kind: "add" }
  | { readonly kind: "choose" | "again" | "up" | "remove"; readonly index: number };

interface Row extends Choice {
  readonly action: Action;
}

/** Lets the user put the objects of a failover together: what is moved, in which context, in which order. */
export async function arrange(choosing: Choosing, start: readonly Entry[]): Promise<readonly Member[]> {
  let entries = start;
  for (;;) {
    const { action } = await askForAction(choosing, entries);
    switch (action.kind) {
      case "preview":
        await confirmByHand(choosing, entries);
        return membersOf(entries);
      case "nothing":
        break;
      default:
        entries = await after(action, choosing, entries);
    }
  }
}

/** What people do before the last object is moved has to be done by then: nobody waits for it. */
async function confirmByHand({ ask }: Choosing, entries: readonly Entry[]): Promise<void> {
  const last = entries.findLastIndex(({ kind }) => kind === "member");
  const steps = entries.slice(0, last).flatMap((entry) => (entry.kind === "byHand" ? [entry.step] : []));
  if (steps.length === 0) return;
  await ask.pick(l10n.t("People do this first: {0}. Is it done?", steps.join(", ")), [
    {
      label: l10n.t("It is done: preview the rest"),
      detail: l10n.t("Otherwise leave this, do it, and begin again."),
    },
  ]);
}

type Change = Exclude<Action, { kind: "preview" | "nothing" }>;

/** The entries after an action. What cannot be read leaves them as they are. */
async function after(
  action: Change,
  choosing: Choosing,
  entries: readonly Entry[],
): Promise<readonly Entry[]> {
  switch (action.kind) {
    case "add":
      return await forgiving(() => withAnother(choosing, entries), entries);
    case "choose":
      return await after(await askAbout(choosing, entries, action.index), choosing, entries);
    case "again":
      return await forgiving(() => changed(choosing, entries, action.index), entries);
    case "up":
      return movedUp(entries, action.index);
    case "remove":
      return entries.filter((_, i) => i !== action.index);
  }
}

/** The same as an entry's buttons, for those who use keys. */
async function askAbout({ ask }: Choosing, entries: readonly Entry[], index: number): Promise<Change> {
  const entry = entries[index];
  const items: readonly (QuickPickItem & { action: Change })[] = [
    { label: l10n.t("Change what becomes of it…"), action: { kind: "again", index } },
    ...(index === 0 ? [] : [{ label: l10n.t("Earlier"), action: { kind: "up", index } as const }]),
    { label: l10n.t("Leave it out"), action: { kind: "remove", index } },
  ];
  return (await ask.pick(entry?.kind === "member" ? nameOf(entry.member) : "", items)).action;
}

async function askForAction({ ask }: Choosing, entries: readonly Entry[]): Promise<Row> {
  const preview: Row = {
    label: `$(play) ${l10n.t("Preview this failover")}`,
    detail: l10n.t("Each object is changed when the one before it has gone well."),
    action: { kind: "preview" },
  };
  const add: Row = {
    label: `$(add) ${l10n.t("Add an object…")}`,
    detail: l10n.t(
      "A VirtualService, an HTTPRoute, a DNSEndpoint or a CloudNativePG cluster of any context.",
    ),
    action: { kind: "add" },
  };
  const isEmpty = membersOf(entries).length === 0;
  const line: Row = { label: "", kind: QuickPickItemKind.Separator, action: { kind: "nothing" } };
  const rows = [...rowsOf(entries), line, ...(isEmpty ? [add] : [preview, add])];
  return await ask.pick(
    isEmpty ? l10n.t("What is moved first?") : l10n.t("What is moved, in this order"),
    rows,
    isEmpty ? add : preview,
  );
}

function rowsOf(entries: readonly Entry[]): Row[] {
  const up: QuickInputButton = { iconPath: new ThemeIcon("arrow-up"), tooltip: l10n.t("Earlier") };
  const remove: QuickInputButton = { iconPath: new ThemeIcon("trash"), tooltip: l10n.t("Leave it out") };
  return entries.map((entry, index): Row => {
    if (entry.kind === "byHand")
      return {
        label: `${index + 1}. ${entry.step}`,
        description: l10n.t("by hand: Nines cannot do this step of the plan"),
        action: { kind: "nothing" },
      };
    const { member, step } = entry;
    const row: Row = {
      label: `${index + 1}. ${nameOf(member)}`,
      description: [member.context, step].filter((part) => part !== undefined).join(" · "),
      detail: describe(member.change),
      action: { kind: "choose", index },
    };
    const press = (kind: "up" | "remove") => () => ({ ...row, action: { kind, index } });
    const buttons = index === 0 ? [remove] : [up, remove];
    return {
      ...row,
      buttons,
      presses: new Map([
        [up, press("up")],
        [remove, press("remove")],
      ]),
    };
  });
}

function movedUp(entries: readonly Entry[], index: number): readonly Entry[] {
  const [entry] = entries.slice(index, index + 1);
  const before = entries[index - 1];
  if (entry === undefined || before === undefined) return entries;
  return [...entries.slice(0, index - 1), entry, before, ...entries.slice(index + 1)];
}
