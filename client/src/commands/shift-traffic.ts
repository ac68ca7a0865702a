import { l10n, window } from "vscode";
import type { ShiftJournal, ShiftTarget } from "../../../server/src/server/protocol.ts";
import {
  type Choose,
  chooseAnything,
  chooseCanary,
  chooseOtherSide,
  chooseWayBack,
  hasWeights,
} from "../shift/choose-change.ts";
import { chooseTarget } from "../shift/choose-target.ts";
import { isTrusted } from "../shift/cluster-link.ts";
import { chooseJournal } from "../shift/unfinished.ts";
import type { Command, CommandContext } from "./index.ts";
import { askAndPreview, targetOf } from "./shift-flow.ts";

/** A command that previews a shift of what it is called with, else of what the user chooses. */
function shiftCommand(id: string, suits: (target: ShiftTarget) => boolean, choose: Choose): Command {
  return { id, run: (context, argument) => previewOf(context, argument, suits, choose) };
}

export const previewShift = shiftCommand("nines.previewShift", () => true, chooseAnything);

export const promoteCanary = shiftCommand(
  "nines.promoteCanary",
  (target) => hasWeights(target) || target.kind === "Rollout",
  chooseCanary,
);

export const switchBlueGreen = shiftCommand("nines.switchBlueGreen", hasWeights, chooseOtherSide);

/** Undoes a shift by its journal; without one, leads the traffic back by another shift. */
export const rollback: Command = {
  id: "nines.rollback",
  async run(context, argument) {
    const given = targetOf(argument);
    const cluster = (await isTrusted()) ? await context.link.ensure() : undefined;
    if (cluster === undefined) return;
    const journal = await chooseJournal(
      context.client,
      ({ contexts, title }) =>
        contexts.includes(cluster.context) &&
        (given === undefined ||
          title === `${given.kind} ${given.namespace ?? cluster.namespace}/${given.name}`),
      l10n.t("Choose the shift to be rolled back; Escape for another way back"),
    );
    if (journal === undefined) {
      await previewOf(
        context,
        argument,
        (target) => hasWeights(target) || target.kind === "Rollout",
        chooseWayBack,
      );
      return;
    }
    await rollBack(context, journal);
  },
};

async function rollBack({ shifts }: CommandContext, { id, title, contexts }: ShiftJournal): Promise<void> {
  const yes = l10n.t("Roll Back");
  const answer = await window.showWarningMessage(
    l10n.t("Roll back {0} in {1}?", title, contexts.join(", ")),
    {
      modal: true,
      detail: l10n.t(
        "The traffic goes back to where it was before the shift: at once where the old side can carry it, else in steps.",
      ),
    },
    yes,
  );
  if (answer !== yes) return;
  const panel = await shifts.resume(id);
  await panel?.wish("abort");
}

/** Goes on with a shift that was interrupted, or is looked at. */
export const resumeShift: Command = {
  id: "nines.resumeShift",
  async run({ client, link, shifts }) {
    if (!(await isTrusted()) || (await link.ensure()) === undefined) return;
    const open = ({ open: isOpen }: ShiftJournal) => isOpen;
    const journal = await chooseJournal(
      client,
      open,
      l10n.t("Choose the shift to go on with"),
      l10n.t("No shift of this machine is unfinished."),
    );
    if (journal !== undefined) await shifts.resume(journal.id);
  },
};

/** Previews a shift of what the command was called with, else of what the user chooses. */
export async function previewOf(
  context: CommandContext,
  argument: unknown,
  suits: (target: ShiftTarget) => boolean,
  choose: Choose,
): Promise<void> {
  await askAndPreview(context, l10n.t("Shift traffic"), async (choosing) => {
    const target = targetOf(argument) ?? (await chooseTarget(choosing, suits));
    const { change, emergency } = await choose(choosing, target);
    const { kind, namespace, name } = target;
    return { members: [{ context: undefined, target: { kind, namespace, name }, change }], emergency };
  });
}
