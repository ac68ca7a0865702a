import { l10n } from "vscode";
import type { ShiftChange, ShiftPart } from "../../../server/src/server/protocol.ts";
import type { Demoted } from "./choose-database.ts";

/** An object of a failover; its context is always named. */
export interface Member extends ShiftPart {
  readonly context: string;
}

/** What a failover consists of, in order: what Nines moves, and what a person does meanwhile. */
export type Entry =
  | { readonly kind: "member"; readonly member: Member; readonly step: string | undefined }
  | { readonly kind: "byHand"; readonly step: string };

/** What Nines moves. */
export function membersOf(entries: readonly Entry[]): readonly Member[] {
  return entries.flatMap((entry) => (entry.kind === "member" ? [entry.member] : []));
}

/** The databases that give up being the primary, and so leave a token for another. */
export function demotedIn(entries: readonly Entry[]): readonly Demoted[] {
  return membersOf(entries).filter(({ change }) => change.kind === "demoteDatabase");
}

/** Whether both mean one object. */
export function isSameObject(a: Member, b: Member): boolean {
  return (
    a.context === b.context &&
    a.target.kind === b.target.kind &&
    a.target.name === b.target.name &&
    (a.target.namespace === undefined || a.target.namespace === b.target.namespace)
  );
}

/** `VirtualService shop/orders` */
export function nameOf({ target: { kind, namespace, name } }: Member): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

/** What becomes of an object, in a few words. */
export function describe(change: ShiftChange): string {
  switch (change.kind) {
    case "weights":
      return change.to.map(({ leg, weight }) => `${leg} ${weight} %`).join(", ");
    case "dns":
      return `${change.record.dnsName ?? ""} → ${change.targets.join(", ")}`;
    case "promoteDatabase":
      return change.tokenFrom === null
        ? l10n.t("becomes the primary, without a token")
        : l10n.t("becomes the primary, with the token of {0}", nameOfToken(change.tokenFrom));
    case "demoteDatabase":
      return l10n.t("becomes a replica of {0}", change.newPrimary);
    default:
      return "";
  }
}

function nameOfToken({
  context,
  namespace,
  name,
}: {
  readonly context: string;
  readonly namespace: string;
  readonly name: string;
}): string {
  return `${context}/${namespace}/${name}`;
}
