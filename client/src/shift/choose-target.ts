import { l10n, type QuickPickItem, Uri, window, workspace } from "vscode";
import { METHODS, type ShiftTarget } from "../../../server/src/server/protocol.ts";
import type { Choosing } from "./choosing.ts";

/** A target among others. */
export interface TargetItem extends QuickPickItem {
  readonly target: ShiftTarget;
}

/** What the user chooses of the workspace and the cluster, among those that suit. */
export async function chooseTarget(
  choosing: Choosing,
  suits: (target: ShiftTarget) => boolean,
): Promise<ShiftTarget> {
  const targets = (await readTargets(choosing)).filter(suits);
  if (targets.length === 0) return nothingToShift(choosing);
  return (await choosing.ask.pick(l10n.t("Choose what is to be shifted"), targets.map(targetItem))).target;
}

/** What the workspace and the connected namespace have. */
export async function readTargets({ ask, client }: Choosing): Promise<readonly ShiftTarget[]> {
  return merged(await ask.read(() => client.sendRequest<ShiftTarget[]>(METHODS.shiftTargets)));
}

/** Says that there is nothing to choose from. */
function nothingToShift({ ask }: Choosing): never {
  void window.showInformationMessage(
    l10n.t(
      "Neither this workspace nor the connected namespace has anything that this command could shift: a VirtualService or HTTPRoute with two destinations, a Rollout, a DNSEndpoint or a CloudNativePG cluster. Connect to another namespace, or open its manifests.",
    ),
  );
  return ask.leave();
}

/** Its name, what it is, and how its traffic is shared out. */
export function targetItem(target: ShiftTarget): TargetItem {
  return {
    target,
    label: target.name,
    description: [
      `${target.kind}${target.namespace === undefined ? "" : ` · ${target.namespace}`}`,
      ...(target.route === undefined ? [] : [target.route]),
    ].join(" · "),
    detail: [
      target.destinations.map(({ name, share }) => `${name} ${percent(share)}`).join(", "),
      target.uri === undefined ? l10n.t("in the cluster") : workspace.asRelativePath(Uri.parse(target.uri)),
    ]
      .filter((part) => part !== "")
      .join(" · "),
  };
}

/** The cluster says how the traffic is shared out now; the workspace where the manifest stands. */
function merged(targets: readonly ShiftTarget[]): readonly ShiftTarget[] {
  const live = targets.filter(({ uri }) => uri === undefined);
  const written = targets.filter(({ uri }) => uri !== undefined);
  const isSame = (a: ShiftTarget, b: ShiftTarget) =>
    a.kind === b.kind &&
    a.name === b.name &&
    (a.namespace === undefined || b.namespace === undefined || a.namespace === b.namespace) &&
    sameDestinations(a, b);
  const alive = live.map((target) => ({
    ...target,
    uri: written.find((candidate) => isSame(candidate, target))?.uri,
  }));
  return [...alive, ...written.filter((target) => !live.some((candidate) => isSame(candidate, target)))];
}

function sameDestinations({ destinations: a }: ShiftTarget, { destinations: b }: ShiftTarget): boolean {
  return a.length === b.length && a.every(({ name }) => b.some((other) => other.name === name));
}

/** A share for people. */
export function percent(share: number | undefined): string {
  return share === undefined ? "?" : `${Math.round(share * 1000) / 10} %`;
}
