import { l10n } from "vscode";
import type { ShiftChange, ShiftKind, ShiftTarget } from "../../../server/src/server/protocol.ts";
import { chooseTakeover } from "./choose-change.ts";
import { chooseRole } from "./choose-database.ts";
import { chooseMemberContext, chooseMemberNamespace, targetsIn } from "./choose-place.ts";
import { targetItem } from "./choose-target.ts";
import type { Choosing } from "./choosing.ts";
import { demotedIn, type Entry, isSameObject, type Member, membersOf, nameOf } from "./members.ts";

/** What a failover moves. */
export const FAILOVER_KINDS: readonly ShiftKind[] = ["VirtualService", "HTTPRoute", "DNSEndpoint", "Cluster"];

/** The entries with one more, which the user chooses. @throws Error where there is nothing to choose, or it is there already */
export async function withAnother(choosing: Choosing, entries: readonly Entry[]): Promise<readonly Entry[]> {
  const { ask } = choosing;
  const context = await chooseMemberContext(choosing, l10n.t("In which context is the next object?"));
  const namespace = await chooseMemberNamespace(choosing, context);
  const place = { context: context.name, namespace };
  const targets = await targetsIn(choosing, place, FAILOVER_KINDS);
  if (targets.length === 0)
    throw new Error(
      l10n.t("Namespace {0} of {1} has nothing that a failover could move.", namespace, context.name),
    );
  const { target } = await ask.pick(l10n.t("What is moved next?"), targets.map(targetItem));
  const member = await memberOf({ ...choosing, context: context.name }, target, entries);
  if (!membersOf(entries).some((other) => isSameObject(other, member)))
    return [...entries, { kind: "member", member, step: undefined }];
  throw new Error(
    l10n.t(
      "{0} is in this failover already. Choose it in the list to change what becomes of it.",
      nameOf(member),
    ),
  );
}

/** The entries after asking anew what becomes of the object of one. @throws Error where it is gone */
export async function changed(
  choosing: Choosing,
  entries: readonly Entry[],
  index: number,
): Promise<readonly Entry[]> {
  const entry = entries[index];
  if (entry?.kind !== "member") return entries;
  const { context, target } = entry.member;
  const namespace = target.namespace ?? choosing.connected.namespace;
  const found = await targetsIn(choosing, { context, namespace }, [target.kind]);
  const live = found.find(({ name }) => name === target.name);
  if (live === undefined)
    throw new Error(
      l10n.t("{0} is not in {1}. Leave it out, and add the one that is.", nameOf(entry.member), context),
    );
  const others = entries.filter((_, i) => i !== index);
  const member = await memberOf({ ...choosing, context }, live, others);
  return entries.map((one, i) => (i === index ? { ...entry, member } : one));
}

/** Asks what becomes of an object. */
export async function memberOf(
  choosing: Choosing & { readonly context: string },
  target: ShiftTarget,
  others: readonly Entry[],
): Promise<Member> {
  const { kind, namespace, name } = target;
  const change: ShiftChange =
    kind === "Cluster"
      ? await chooseRole(choosing, target, demotedIn(others))
      : await chooseTakeover(choosing, target);
  return { context: choosing.context, target: { kind, namespace, name }, change };
}
