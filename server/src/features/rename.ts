import {
  type Connection,
  LSPErrorCodes,
  type PrepareRenameResult,
  ResponseError,
  type ServerCapabilities,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import type { SourceFile } from "../model/document.ts";
import { type Message, t } from "../model/message.ts";
import { prepareRename, type Refused, type Renaming, renameAt } from "../symbols/rename.ts";
import { type NamePlace, namePlace } from "./names.ts";
import { toLspRange } from "./ranges.ts";
import type { Session } from "./session.ts";
import { type FileEdit, workspaceEdit } from "./workspace-edit.ts";

export const renameCapabilities: ServerCapabilities = { renameProvider: { prepareProvider: true } };

/** Gives a name another one wherever it is given or used. */
export function registerRename(connection: Connection, session: Session): void {
  connection.onPrepareRename(async (params): Promise<PrepareRenameResult | null> => {
    const place = await readyPlace(session, params);
    if (place === undefined) return null;
    const found = prepareRename(place.world, place.document, place.offset);
    if (found === undefined) return null;
    const { range, text } = granted(session, found);
    return { range: toLspRange(place.document, range), placeholder: text };
  });
  connection.onRenameRequest(async (params): Promise<WorkspaceEdit | null> => {
    const place = await readyPlace(session, params);
    if (place === undefined) return null;
    const found = renameAt(place.world, place.document, place.offset, params.newName);
    if (found === undefined) return null;
    const renaming = granted(session, found);
    // A review by file shows neither label nor description of what has to be confirmed.
    if (renaming.risk?.needsConfirmation === true)
      connection.window.showWarningMessage(session.text(renaming.risk.text));
    return editOf(session, renaming, params.newName);
  });
}

/** While files are still being read, some uses would be left behind. */
async function readyPlace(
  session: Session,
  params: Parameters<typeof namePlace>[1],
): Promise<NamePlace | undefined> {
  const place = await namePlace(session, params);
  if (place !== undefined && !place.world.snapshot.complete)
    throw refusal(
      session,
      t(
        "Nines is still reading the workspace, and a rename now would miss some uses. Try again in a moment.",
      ),
    );
  return place;
}

/** @throws ResponseError that says why the rename is refused */
function granted<T>(session: Session, found: T | Refused): T {
  if (isRefused(found)) throw refusal(session, found.refused);
  return found;
}

function isRefused<T>(found: T | Refused): found is Refused {
  return typeof found === "object" && found !== null && "refused" in found;
}

function refusal(session: Session, reason: Message): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, session.text(reason));
}

function editOf(session: Session, { edits, from, risk }: Renaming, to: string): WorkspaceEdit {
  const files = new Map<SourceFile, FileEdit[]>();
  for (const { document, range, newText } of edits) {
    const own = files.get(document.file) ?? [];
    own.push({ range: document.inFile(range), newText });
    files.set(document.file, own);
  }
  const description = risk?.text ?? t("Every use of the name changes with it.");
  return workspaceEdit(
    session,
    Array.from(files, ([file, own]) => ({ file, edits: own })),
    {
      label: session.text(t("Rename {from} to {to}", { from, to })),
      description: session.text(description),
      needsConfirmation: risk?.needsConfirmation === true,
    },
  );
}
