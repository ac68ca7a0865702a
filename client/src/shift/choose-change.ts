import { l10n, type QuickPickItem } from "vscode";
import type { ShiftChange, ShiftTarget } from "../../../server/src/server/protocol.ts";
import { chooseRole } from "./choose-database.ts";
import { chooseRecord } from "./choose-record.ts";
import { percent } from "./choose-target.ts";
import type { Choosing } from "./choosing.ts";
import type { Asker } from "./steps.ts";

/** What is to become of a target. */
export interface Wish {
  readonly change: ShiftChange;
  /** The old side is dead: only the new one is judged. */
  readonly emergency: boolean;
}

type Verb = Extract<ShiftChange, { kind: "rollout" }>["verb"];

/** Asks what is to become of a target. */
export type Choose = (choosing: Choosing, target: ShiftTarget) => Promise<Wish>;

/** Any share of any destination, or whatever the kind offers. */
export const chooseAnything: Choose = async (choosing, target) => {
  if (!hasWeights(target))
    return await chooseOther(choosing, target, ["promote", "promoteFull", "abort", "undo", "retry"]);
  const { ask } = choosing;
  const leg = await chooseDestination(ask, target, l10n.t("Which destination is to get another share?"));
  return weights(target, leg, await askWeight(ask, leg), undefined);
};

/** The smaller side grows to all of the traffic, in the steps of the settings. */
export const chooseCanary: Choose = async (choosing, target) => {
  if (!hasWeights(target)) return await chooseOther(choosing, target, ["promote", "promoteFull", "retry"]);
  const leg =
    smaller(target) ??
    (await chooseDestination(choosing.ask, target, l10n.t("Which destination is the canary?")));
  return weights(target, leg, 100, undefined);
};

/** Everything to the other side, in one write. */
export const chooseOtherSide: Choose = async ({ ask }, target) => {
  const leg =
    smaller(target) ?? (await chooseDestination(ask, target, l10n.t("Which destination gets everything?")));
  return weights(target, leg, 100, [100]);
};

/** Everything to the standby, in one write; the user says whether the old side is dead. */
export const chooseStandby: Choose = async (choosing, target) => {
  const change = await chooseTakeover(choosing, target);
  const emergency = hasWeights(target) && (await isOldSideDead(choosing.ask));
  return { change, emergency };
};

/** What a failover makes of a target: everything to the standby, another answer of the DNS, another primary. */
export async function chooseTakeover(choosing: Choosing, target: ShiftTarget): Promise<ShiftChange> {
  if (!hasWeights(target)) return await otherChange(choosing, target, []);
  const leg = await chooseDestination(choosing.ask, target, l10n.t("Which destination takes over?"));
  return weights(target, leg, 100, [100]).change;
}

/** Whether only the new side is to be judged. */
export async function isOldSideDead(ask: Asker): Promise<boolean> {
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
  return (await ask.pick(l10n.t("How is the old side?"), items)).emergency;
}

/** Everything back to the side that has most, or the controller's own way back. */
export const chooseWayBack: Choose = async (choosing, target) => {
  if (!hasWeights(target)) return await chooseOther(choosing, target, ["abort", "undo"]);
  const leg =
    larger(target) ??
    (await chooseDestination(choosing.ask, target, l10n.t("Which destination is to get everything back?")));
  return weights(target, leg, 100, [100]);
};

/** Whether its traffic is shared out by weights. */
export function hasWeights({ kind }: Pick<ShiftTarget, "kind">): boolean {
  return kind === "VirtualService" || kind === "HTTPRoute";
}

function weights(
  target: ShiftTarget,
  leg: string,
  weight: number,
  steps: readonly number[] | undefined,
): Wish {
  const change: ShiftChange = { kind: "weights", route: routeOf(target), to: [{ leg, weight }], steps };
  return { change, emergency: false };
}

/** A position counts in what the cluster has; a manifest's own may be another, so its destinations say which. */
export function routeOf({ uri, route }: ShiftTarget): string | undefined {
  return uri === undefined ? route : undefined;
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

/** One of a target's destinations, the one with the smallest share first. */
export async function chooseDestination(
  ask: Asker,
  { destinations }: ShiftTarget,
  placeHolder: string,
): Promise<string> {
  const items = destinations
    .toSorted((a, b) => (a.share ?? 0) - (b.share ?? 0))
    .map(({ name, share }): QuickPickItem => ({ label: name, description: percent(share) }));
  return (await ask.pick(placeHolder, items)).label;
}

async function askWeight(ask: Asker, leg: string): Promise<number> {
  const text = await ask.text({
    value: "100",
    prompt: l10n.t(
      "How much of the traffic is {0} to have at the end, in percent? The steps of the settings lead there.",
      leg,
    ),
    problem: (value) =>
      /^\d+$/.test(value) && Number(value) <= 100
        ? undefined
        : l10n.t("A whole number from 0 to 100 is expected."),
  });
  return Number(text);
}

async function chooseOther(choosing: Choosing, target: ShiftTarget, verbs: readonly Verb[]): Promise<Wish> {
  return { change: await otherChange(choosing, target, verbs), emergency: false };
}

async function otherChange(
  choosing: Choosing,
  target: ShiftTarget,
  verbs: readonly Verb[],
): Promise<ShiftChange> {
  if (target.kind === "Cluster") return await chooseRole(choosing, target);
  if (target.kind === "DNSEndpoint") return await chooseRecord(choosing, target);
  const labels: Readonly<Record<Verb, string>> = {
    promote: l10n.t("Promote: the next step"),
    promoteFull: l10n.t("Promote past all steps"),
    abort: l10n.t("Abort: back to the stable version"),
    undo: l10n.t("Undo: back to the former revision"),
    retry: l10n.t("Retry an aborted one"),
  };
  const items = verbs.map((verb) => ({ label: labels[verb], verb }));
  const { verb } = await choosing.ask.pick(l10n.t("What is the Rollout to do?"), items);
  return { kind: "rollout", verb };
}
