import { isOpen } from "../../journal/disk-journals.ts";
import { t } from "../../model/message.ts";
import { contextsOf } from "../../traffic/shift/intent.ts";
import type { Journal } from "../../traffic/shift/journal.ts";
import { Shift } from "../../traffic/shift/shift.ts";
import { UsageError } from "../errors.ts";
import type { Clusters } from "./clusters.ts";
import { contextOf, type ShiftOptions } from "./options.ts";
import type { Target } from "./target.ts";

/** Whether the name is a journal's and not an object's. */
export function looksLikeId(text: string): boolean {
  return /^\d{14}-[0-9a-f]{8}$/.test(text);
}

/** The journal of this name, or the newest about this object that can be gone on with or undone. @throws UsageError */
export async function journalOf(
  text: string,
  target: Target | undefined,
  options: ShiftOptions,
  clusters: Clusters,
): Promise<Journal> {
  const { journals } = await clusters.journals.list();
  const context = target === undefined ? undefined : contextOf(target, options);
  const found =
    target === undefined
      ? journals.find(({ id }) => id === text)
      : journals.find(
          (journal) =>
            (isOpen(journal) || journal.control.phase === "completed") &&
            // What was asked for may have handed its route to a delegate, which was written then.
            [...journal.members, ...journal.request.intents].some(
              ({ context: where, ref }) =>
                where === context &&
                ref.type.kind === target.type.kind &&
                ref.name === target.name &&
                (options.namespace ?? target.namespace ?? ref.namespace) === ref.namespace,
            ),
        );
  if (found !== undefined) return found;
  throw new UsageError(
    t(
      "There is no journal of a shift of “{text}” here, so what was there before is not known. `nines shift list` shows what there is; with `nines shift promote … --to` traffic can be moved anywhere.",
      { text },
    ),
  );
}

/** Takes the journal over. @throws UsageError while another process works on it */
export async function reopen(journal: Journal, clusters: Clusters): Promise<Shift> {
  if (!(await clusters.journals.lock(journal.id)))
    throw new UsageError(
      t("Another process is carrying out shift {id} at this moment. Stop it there first.", {
        id: journal.id,
      }),
    );
  const deps = await clusters.deps(contextsOf(journal.request), journal.thresholds);
  return clusters.keep(Shift.resume(journal, deps));
}
