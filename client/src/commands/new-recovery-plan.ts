import { window, workspace } from "vscode";
import { METHODS, type NewRecoveryPlan } from "../../../server/src/server/protocol.ts";
import type { Command } from "./index.ts";

/** Opens a first recovery plan of what the workspace holds, as a document that is not saved yet. */
export const newRecoveryPlan: Command = {
  id: "nines.newRecoveryPlan",
  async run({ client }) {
    const { text } = await client.sendRequest<NewRecoveryPlan>(METHODS.newRecoveryPlan);
    const document = await workspace.openTextDocument({ language: "yaml", content: text });
    await window.showTextDocument(document);
  },
};
