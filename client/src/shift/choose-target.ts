import { l10n, type QuickPickItem, Uri, window, workspace } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { METHODS, type ShiftTarget } from "../../../server/src/server/protocol.ts";

interface TargetItem extends QuickPickItem {
  readonly target: ShiftTarget;
}

/** What the user chooses of the workspace and the cluster, among those that suit. */
export async function chooseTarget(
  client: LanguageClient,
  suits: (target: ShiftTarget) => boolean,
): Promise<ShiftTarget | undefined> {
  const all = await client.sendRequest<ShiftTarget[]>(METHODS.shiftTargets);
  const targets = merged(all.filter(suits));
  if (targets.length === 0) {
    void window.showInformationMessage(
      l10n.t(
        "Neither this workspace nor the connected namespace has anything that this command could shift: a VirtualService or HTTPRoute with two destinations, a Rollout, a DNSEndpoint or a CloudNativePG cluster. Connect to another namespace, or open its manifests.",
      ),
    );
    return undefined;
  }
  const items = targets.map(
    (target): TargetItem => ({
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
    }),
  );
  const placeHolder = l10n.t("Choose what is to be shifted");
  return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true, matchOnDetail: true }))
    ?.target;
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
