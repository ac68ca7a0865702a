import type { Session, Twin } from "./session.ts";
import type { Slices } from "./slices.ts";

/** Said by whoever asked, when the answer is not wanted any more. */
export interface Cancellation {
  readonly isCancellationRequested: boolean;
}

/** A twin that holds these texts; undefined when it is not wanted any more. */
export async function twinOf(
  session: Session,
  texts: ReadonlyMap<string, string>,
  slices: Slices,
  cancellation?: Cancellation,
): Promise<Twin | undefined> {
  const twin = session.twin();
  for (const [uri, text] of texts) {
    twin.load(uri, text);
    await slices.pause();
    if (cancellation?.isCancellationRequested === true) return undefined;
  }
  return twin;
}

/** The texts of all files as they are now. */
export function currentTexts(session: Session): Map<string, string> {
  return new Map(Array.from(session.files(), ({ uri, text }) => [uri, text]));
}
