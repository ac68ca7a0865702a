import { commands, Location, l10n, Position, Range, Uri, window } from "vscode";
import type { LensTarget } from "../../../server/src/server/protocol.ts";
import type { Command } from "./index.ts";

/** The views that show what a lens is about; each command takes a URI and a position in the manifest. */
const VIEWS: Readonly<Partial<Record<LensTarget["kind"], string>>> = {
  workload: "nines.showAvailability",
  failover: "nines.showRecoveryTimeline",
};

/** Shows what a code lens is about in its view; without one, the resources that have a part in it. */
export const openLens: Command = {
  id: "nines.openLens",
  async run(_, argument) {
    const { kind, uri, position, about } = argument as LensTarget; // the server made the lens
    const view = VIEWS[kind];
    if (view !== undefined && (await commands.getCommands(true)).includes(view)) {
      await commands.executeCommand(view, { uri, position });
      return;
    }
    if (about.length === 0) {
      await window.showInformationMessage(
        l10n.t("No other resource in the workspace has a part in what this line says."),
      );
      return;
    }
    await commands.executeCommand(
      "editor.action.showReferences",
      Uri.parse(uri),
      new Position(position.line, position.character),
      about.map(({ uri: other, range: { start, end } }) => {
        const range = new Range(start.line, start.character, end.line, end.character);
        return new Location(Uri.parse(other), range);
      }),
    );
  },
};
