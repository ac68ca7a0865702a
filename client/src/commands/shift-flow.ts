import type { PreviewShiftParams, ShiftTarget } from "../../../server/src/server/protocol.ts";
import type { Choosing } from "../shift/choosing.ts";
import { isTrusted } from "../shift/cluster-link.ts";
import { showRefusal } from "../shift/refusal.ts";
import { inSteps } from "../shift/steps.ts";
import type { CommandContext } from "./index.ts";

/** Asks what a shift is to do, once a cluster is connected, and previews it. Nothing happens where the user leaves. */
export async function askAndPreview(
  { client, link, shifts }: CommandContext,
  title: string,
  choose: (choosing: Choosing) => Promise<PreviewShiftParams>,
): Promise<void> {
  const connected = (await isTrusted()) ? await link.ensure() : undefined;
  if (connected === undefined) return;
  try {
    const params = await inSteps(title, (ask) => choose({ ask, client, connected, context: undefined }));
    if (params !== undefined) await shifts.preview(params);
  } catch (error) {
    showRefusal(error);
  }
}

/** What a command is called with by a code lens or a code action; undefined from the palette. */
export function targetOf(argument: unknown): ShiftTarget | undefined {
  return argument as ShiftTarget | undefined; // only the server's commands pass anything, and that is one
}
