import { l10n, type QuickPickItem, Uri, window, workspace } from "vscode";
import {
  type ManifestPlace,
  METHODS,
  type RecoveryPlanItem,
  type RecoveryPlanPlace,
  type RecoveryPlanRef,
} from "../../../server/src/server/protocol.ts";
import type { Command, CommandContext } from "./index.ts";

interface PlanItem extends QuickPickItem {
  readonly plan: RecoveryPlanRef;
}

/** Shows the plan at a place in time, else the one at the cursor, else one that the user chooses. */
export const showRecoveryTimeline: Command = {
  id: "nines.showRecoveryTimeline",
  async run({ client, timelines }, argument) {
    const place = (argument as ManifestPlace | undefined) ?? atCursor(); // from a code lens
    const found =
      place && (await client.sendRequest<RecoveryPlanPlace | null>(METHODS.recoveryPlanAt, place));
    if (found) {
      timelines.show(found, found.section);
      return;
    }
    const chosen = await choose(client);
    if (chosen !== undefined) timelines.show(chosen);
  },
};

function atCursor(): ManifestPlace | undefined {
  const editor = window.activeTextEditor;
  if (editor === undefined) return undefined;
  return { uri: editor.document.uri.toString(), position: editor.selection.active };
}

async function choose(client: CommandContext["client"]): Promise<RecoveryPlanRef | undefined> {
  const plans = await client.sendRequest<RecoveryPlanItem[]>(METHODS.recoveryPlans);
  const [only, ...others] = plans;
  if (only === undefined) {
    // Not awaited: the command is done when the message is there, not when somebody has closed it.
    void window.showInformationMessage(
      l10n.t(
        "There is no DisasterRecoveryPlan in this workspace. “Nines: New Recovery Plan” writes a first one from what is there.",
      ),
    );
    return undefined;
  }
  if (others.length === 0) return only;
  const items = plans.map(
    ({ uri, name, summary }): PlanItem => ({
      plan: { uri, name },
      label: name === "" ? "?" : name,
      description: workspace.asRelativePath(Uri.parse(uri)),
      detail: summary,
    }),
  );
  const placeHolder = l10n.t("Choose the plan to be shown");
  return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.plan;
}
