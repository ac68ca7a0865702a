import { l10n, type QuickPickItem, window } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { METHODS, type ShiftJournal, type ShiftJournals } from "../../../server/src/server/protocol.ts";
import type { TrafficShifts } from "../views/traffic-shift.ts";
import type { ClusterLink } from "./cluster-link.ts";
import { showRefusal } from "./refusal.ts";

interface JournalItem extends QuickPickItem {
  readonly journal: ShiftJournal;
}

/** Offers shifts that something ended in the middle: a reload, a crash, a person. */
export class UnfinishedShifts {
  readonly #client: LanguageClient;
  readonly #link: ClusterLink;
  readonly #shifts: TrafficShifts;
  /** Ids of those that the user is being asked about: an answer may connect, which offers what is unfinished. */
  readonly #asked = new Set<string>();

  constructor(client: LanguageClient, link: ClusterLink, shifts: TrafficShifts) {
    this.#client = client;
    this.#link = link;
    this.#shifts = shifts;
  }

  /** Asks about each one over a context that is carried out nowhere. */
  async offer(context: string): Promise<void> {
    const found = await this.#client
      .sendRequest<ShiftJournals>(METHODS.shiftJournals)
      .catch((): ShiftJournals => ({ journals: [], problems: [] }));
    for (const problem of found.problems) void window.showWarningMessage(problem);
    const open = found.journals.filter(
      ({ id, open: isOpen, here, contexts }) =>
        isOpen && !here && contexts.includes(context) && !this.#asked.has(id),
    );
    for (const journal of open) void this.#ask(journal);
  }

  async #ask(journal: ShiftJournal): Promise<void> {
    this.#asked.add(journal.id);
    try {
      await this.#askOnce(journal);
    } finally {
      this.#asked.delete(journal.id);
    }
  }

  async #askOnce({ id, title, status, contexts, faulty }: ShiftJournal): Promise<void> {
    const back = faulty ? l10n.t("Take the Fault Away") : l10n.t("Roll Back");
    const [resume, look] = [l10n.t("Resume"), l10n.t("Look")];
    const where = contexts.join(", ");
    const text = faulty
      ? l10n.t(
          "A failover drill was not ended: {0} in {1}, {2}. Its fault may still fail real requests.",
          title,
          where,
          status,
        )
      : l10n.t("A traffic shift was left unfinished: {0} in {1}, {2}.", title, where, status);
    const answer = await window.showWarningMessage(text, ...(faulty ? [back, look] : [resume, back, look]));
    if (answer === undefined) return;
    if (this.#link.connected === undefined && !(await reconnected(this.#link, contexts))) return;
    const panel = await this.#shifts.resume(id);
    if (answer === resume) await panel?.wish("resume");
    if (answer === back) await panel?.wish("abort");
  }
}

async function reconnected(link: ClusterLink, contexts: readonly string[]): Promise<boolean> {
  const { remembered } = link;
  const isMeant = remembered !== undefined && contexts.includes(remembered.context);
  return (isMeant ? await link.connect(remembered) : await link.choose()) !== undefined;
}

/**
 * Lets the user choose among the journals that suit; undefined where there is none, which `none` says, or none is
 * chosen.
 */
export async function chooseJournal(
  client: LanguageClient,
  suits: (journal: ShiftJournal) => boolean,
  placeHolder: string,
  none?: string,
): Promise<ShiftJournal | undefined> {
  try {
    const { journals } = await client.sendRequest<ShiftJournals>(METHODS.shiftJournals);
    const items = journals.filter(suits).map(
      (journal): JournalItem => ({
        journal,
        label: journal.title,
        description: journal.contexts.join(", "),
        detail: `${journal.status} · ${new Date(journal.updatedAt).toLocaleString()}`,
      }),
    );
    if (items.length === 0) {
      if (none !== undefined) void window.showInformationMessage(none);
      return undefined;
    }
    return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.journal;
  } catch (error) {
    showRefusal(error);
    return undefined;
  }
}
