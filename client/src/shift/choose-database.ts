import { l10n, type QuickPickItem } from "vscode";
import type { ShiftChange, ShiftObject } from "../../../server/src/server/protocol.ts";
import { chooseMemberContext, chooseMemberNamespace, targetsIn } from "./choose-place.ts";
import { readChoices } from "./choose-record.ts";
import type { Choosing } from "./choosing.ts";

type Promotion = Extract<ShiftChange, { kind: "promoteDatabase" }>;
type Token = Promotion["tokenFrom"];

interface RoleItem extends QuickPickItem {
  readonly role: "promote" | "promoteWithToken" | "demote";
}

/** A database that was demoted before, and leaves a token. */
export interface Demoted {
  readonly context: string;
  readonly target: ShiftObject;
}

/** What a CloudNativePG cluster is to become: the primary, with the token of the former one or without, or a replica. */
export async function chooseRole(
  choosing: Choosing,
  target: ShiftObject,
  demoted: readonly Demoted[] = [],
): Promise<ShiftChange> {
  const items: readonly RoleItem[] = [
    {
      label: l10n.t("Promote it: the former primary is lost"),
      detail: l10n.t("Nothing guards against writes that the former primary still takes."),
      role: "promote",
    },
    {
      label: l10n.t("Promote it with the token of the demoted primary…"),
      detail: l10n.t("It waits until it has everything that the former primary wrote."),
      role: "promoteWithToken",
    },
    {
      label: l10n.t("Make it a replica…"),
      detail: l10n.t("It shuts down as the primary and leaves a token for its successor."),
      role: "demote",
    },
  ];
  const first = demoted.length > 0 ? items[1] : undefined;
  const { role } = await choosing.ask.pick(
    l10n.t("What is to become of the database {0}?", target.name),
    items,
    first,
  );
  if (role === "demote")
    return { kind: "demoteDatabase", newPrimary: await chooseSuccessor(choosing, target) };
  return {
    kind: "promoteDatabase",
    tokenFrom: role === "promote" ? null : await chooseToken(choosing, demoted),
  };
}

async function chooseSuccessor(choosing: Choosing, target: ShiftObject): Promise<string> {
  const { externalClusters } = await readChoices(choosing, target);
  const placeHolder = l10n.t("Which of its external clusters becomes the primary in its place?");
  if (externalClusters.length > 0)
    return (
      await choosing.ask.pick(
        placeHolder,
        externalClusters.map((label): QuickPickItem => ({ label })),
      )
    ).label;
  return await choosing.ask.text({
    prompt: placeHolder,
    problem: (text) => (text === "" ? l10n.t("A name is needed.") : undefined),
  });
}

async function chooseToken(choosing: Choosing, demoted: readonly Demoted[]): Promise<NonNullable<Token>> {
  const { ask } = choosing;
  const [only] = demoted;
  if (only !== undefined && only.target.namespace !== undefined && demoted.length === 1)
    return { context: only.context, namespace: only.target.namespace, name: only.target.name };
  const context = await chooseMemberContext(choosing, l10n.t("In which context is the demoted primary?"));
  const namespace = await chooseMemberNamespace(choosing, context);
  const found = await targetsIn(choosing, { context: context.name, namespace }, ["Cluster"]);
  if (found.length === 0)
    throw new Error(l10n.t("Namespace {0} of {1} has no CloudNativePG cluster.", namespace, context.name));
  const items = found.map(({ name }): QuickPickItem => ({ label: name }));
  const { label } = await ask.pick(l10n.t("Which cluster is the demoted primary?"), items);
  return { context: context.name, namespace, name: label };
}
