import { l10n, type QuickPickItem, QuickPickItemKind, Uri, workspace } from "vscode";
import {
  METHODS,
  type PlanFailover,
  type PreviewShiftParams,
  type ShiftTarget,
} from "../../../server/src/server/protocol.ts";
import { arrange } from "../shift/arrange.ts";
import { chooseStandby, hasWeights, isOldSideDead } from "../shift/choose-change.ts";
import { FAILOVER_KINDS } from "../shift/choose-members.ts";
import { entriesOf } from "../shift/choose-planned.ts";
import { readTargets, targetItem } from "../shift/choose-target.ts";
import type { Choosing } from "../shift/choosing.ts";
import type { Entry } from "../shift/members.ts";
import type { Command } from "./index.ts";
import { askAndPreview } from "./shift-flow.ts";
import { previewOf } from "./shift-traffic.ts";

interface Way extends QuickPickItem {
  /** Asks for what is left to be known. */
  readonly go: () => Promise<PreviewShiftParams>;
}

/** Fails over: one object, several in an order that the user chooses, or what a recovery plan says. */
export const failOver: Command = {
  id: "nines.failOver",
  async run(context, argument) {
    if (argument === undefined) await askAndPreview(context, l10n.t("Fail over"), chooseWay);
    else await previewOf(context, argument, () => true, chooseStandby);
  },
};

async function chooseWay(choosing: Choosing): Promise<PreviewShiftParams> {
  const { ask, client } = choosing;
  const targets = (await readTargets(choosing)).filter(({ kind }) => FAILOVER_KINDS.includes(kind));
  const planned = await ask.read(() => client.sendRequest<PlanFailover[]>(METHODS.planFailovers));
  const way = await ask.pick(l10n.t("What fails over?"), waysOf(choosing, targets, planned));
  return await way.go();
}

function waysOf(
  choosing: Choosing,
  targets: readonly ShiftTarget[],
  planned: readonly PlanFailover[],
): Way[] {
  const several: Way = {
    label: `$(list-ordered) ${l10n.t("Several objects, one after the other…")}`,
    detail: l10n.t("Each in its own context, in the order that you choose."),
    go: () => severalOf(choosing, []),
  };
  return [
    ...group(
      l10n.t("Recovery plans"),
      planned.map((failover) => planWay(choosing, failover)),
    ),
    ...group(l10n.t("Several objects"), [several]),
    ...group(
      l10n.t("One object"),
      targets.map((target): Way => ({ ...targetItem(target), go: () => oneOf(choosing, target) })),
    ),
  ];
}

function group(label: string, ways: readonly Way[]): readonly Way[] {
  const line: Way = { label, kind: QuickPickItemKind.Separator, go: () => Promise.reject(new RangeError()) };
  return ways.length === 0 ? [] : [line, ...ways];
}

function planWay(choosing: Choosing, failover: PlanFailover): Way {
  const { plan, name, serves, steps, uri } = failover;
  return {
    label: `$(book) ${l10n.t("{0} of plan {1}", name, plan)}`,
    description: [serves.join(", "), workspace.asRelativePath(Uri.parse(uri))].join(" · "),
    detail: steps.map((step, i) => `${i + 1}. ${step.name}`).join("  "),
    go: async () => severalOf(choosing, await entriesOf(choosing, failover)),
  };
}

async function severalOf(choosing: Choosing, entries: readonly Entry[]): Promise<PreviewShiftParams> {
  const members = await arrange(choosing, entries);
  const isWeighted = members.some(({ target }) => hasWeights(target));
  return { members, emergency: isWeighted && (await isOldSideDead(choosing.ask)) };
}

async function oneOf(choosing: Choosing, target: ShiftTarget): Promise<PreviewShiftParams> {
  const { change, emergency } = await chooseStandby(choosing, target);
  const { kind, namespace, name } = target;
  return { members: [{ context: undefined, target: { kind, namespace, name }, change }], emergency };
}
