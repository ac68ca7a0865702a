import { l10n, type QuickPickItem, window } from "vscode";
import type { ShiftChange, ShiftTarget } from "../../../server/src/server/protocol.ts";
import { percent } from "./choose-target.ts";

/** What is to become of a target. */
export interface Wish {
  readonly change: ShiftChange;
  /** The old side is dead: only the new one is judged. */
  readonly emergency: boolean;
}

type Verb = Extract<ShiftChange, { kind: "rollout" }>["verb"];

/** Any share of any destination, or whatever the kind offers. */
export async function chooseAnything(target: ShiftTarget): Promise<Wish | undefined> {
  if (!hasWeights(target))
    return await chooseOther(target, ["promote", "promoteFull", "abort", "undo", "retry"]);
  const leg = await chooseDestination(target, l10n.t("Which destination is to get another share?"));
  if (leg === undefined) return undefined;
  const weight = await askWeight(leg);
  return weight === undefined ? undefined : weights(target, leg, weight, undefined);
}

/** The smaller side grows to all of the traffic, in the steps of the settings. */
export async function chooseCanary(target: ShiftTarget): Promise<Wish | undefined> {
  if (!hasWeights(target)) return await chooseOther(target, ["promote", "promoteFull", "retry"]);
  const leg =
    smaller(target) ?? (await chooseDestination(target, l10n.t("Which destination is the canary?")));
  return leg === undefined ? undefined : weights(target, leg, 100, undefined);
}

/** Everything to the other side, in one write. */
export async function chooseOtherSide(target: ShiftTarget): Promise<Wish | undefined> {
  const leg =
    smaller(target) ?? (await chooseDestination(target, l10n.t("Which destination gets everything?")));
  return leg === undefined ? undefined : weights(target, leg, 100, [100]);
}

/** Everything to the standby, in one write; the user says whether the old side is dead. */
export async function chooseStandby(target: ShiftTarget): Promise<Wish | undefined> {
  if (!hasWeights(target)) return await chooseOther(target, []);
  const leg = await chooseDestination(target, l10n.t("Which destination takes over?"));
  if (leg === undefined) return undefined;
  const items: (QuickPickItem & { emergency: boolean })[] = [
    {
      label: l10n.t("The old side still runs"),
      detail: l10n.t("Both sides are judged, and the way back is kept open."),
      emergency: false,
    },
    {
      label: l10n.t("The old side is dead"),
      detail: l10n.t("Only the new side is judged. There may be no way back until the old side is repaired."),
      emergency: true,
    },
  ];
  const chosen = await window.showQuickPick(items, { placeHolder: l10n.t("How is the old side?") });
  return chosen === undefined
    ? undefined
    : { ...weights(target, leg, 100, [100]), emergency: chosen.emergency };
}

/** Everything back to the side that has most, or the controller's own way back. */
export async function chooseWayBack(target: ShiftTarget): Promise<Wish | undefined> {
  if (!hasWeights(target)) return await chooseOther(target, ["abort", "undo"]);
  const leg =
    larger(target) ??
    (await chooseDestination(target, l10n.t("Which destination is to get everything back?")));
  return leg === undefined ? undefined : weights(target, leg, 100, [100]);
}

/** Whether its traffic is shared out by weights. */
export function hasWeights({ kind }: ShiftTarget): boolean {
  return kind === "VirtualService" || kind === "HTTPRoute";
}

function weights(
  target: ShiftTarget,
  leg: string,
  weight: number,
  steps: readonly number[] | undefined,
): Wish {
  // A position counts in what the cluster has; a manifest's own may be another, so its destinations say which.
  const change: ShiftChange = { kind: "weights", route: undefined, to: [{ leg, weight }], steps };
  return {
    change: { ...change, route: target.uri === undefined ? target.route : undefined },
    emergency: false,
  };
}

/** The one of two that has less; undefined where that is not known. */
function smaller({ destinations }: ShiftTarget): string | undefined {
  const [a, b, ...others] = destinations;
  if (a?.share === undefined || b?.share === undefined || others.length > 0 || a.share === b.share)
    return undefined;
  return a.share < b.share ? a.name : b.name;
}

function larger(target: ShiftTarget): string | undefined {
  const less = smaller(target);
  return less === undefined ? undefined : target.destinations.find(({ name }) => name !== less)?.name;
}

async function chooseDestination(
  { destinations }: ShiftTarget,
  placeHolder: string,
): Promise<string | undefined> {
  const items = destinations
    .toSorted((a, b) => (a.share ?? 0) - (b.share ?? 0))
    .map(({ name, share }): QuickPickItem => ({ label: name, description: percent(share) }));
  return (await window.showQuickPick(items, { placeHolder }))?.label;
}

async function askWeight(leg: string): Promise<number | undefined> {
  const text = await window.showInputBox({
    value: "100",
    prompt: l10n.t(
      "How much of the traffic is {0} to have at the end, in percent? The steps of the settings lead there.",
      leg,
    ),
    validateInput: (value) =>
      /^\d+$/.test(value) && Number(value) <= 100
        ? undefined
        : l10n.t("A whole number from 0 to 100 is expected."),
  });
  return text === undefined ? undefined : Number(text);
}

async function chooseOther(target: ShiftTarget, verbs: readonly Verb[]): Promise<Wish | undefined> {
  const change = await otherChange(target, verbs);
  return change === undefined ? undefined : { change, emergency: false };
}

async function otherChange(
  { kind, name }: ShiftTarget,
  verbs: readonly Verb[],
): Promise<ShiftChange | undefined> {
  if (kind === "Cluster") return { kind: "promoteDatabase", tokenFrom: null };
  if (kind === "DNSEndpoint") {
    const text = await window.showInputBox({
      prompt: l10n.t("Where is the record of {0} to point? Several targets with commas between them.", name),
    });
    const targets = (text ?? "").split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
    return targets.length === 0 ? undefined : { kind: "dns", record: {}, targets };
  }
  const labels: Readonly<Record<Verb, string>> = {
    promote: l10n.t("Promote: the next step"),
    promoteFull: l10n.t("Promote past all steps"),
    abort: l10n.t("Abort: back to the stable version"),
    undo: l10n.t("Undo: back to the former revision"),
    retry: l10n.t("Retry an aborted one"),
  };
  const items = verbs.map((verb) => ({ label: labels[verb], verb }));
  const chosen = await window.showQuickPick(items, { placeHolder: l10n.t("What is the Rollout to do?") });
  return chosen === undefined ? undefined : { kind: "rollout", verb: chosen.verb };
}
