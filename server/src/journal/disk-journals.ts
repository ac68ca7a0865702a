import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type Created,
  type Journal,
  type JournalStore,
  readJournal,
  writeJournal,
} from "../traffic/shift/journal.ts";
import { ENDED } from "../traffic/shift/state.ts";
import { acquireLock, type Lock } from "./lock.ts";

/** A journal that could not be read. */
export interface Damaged {
  readonly path: string;
  readonly reason: string;
}

/** Journals as files of one folder, one for each shift, readable by their owner only. */
export class DiskJournals implements JournalStore {
  readonly #folder: string;
  readonly #locks = new Map<string, Lock>();

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, "shifts");
  }

  async create(journal: Journal): Promise<Created> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      // Nobody else may look for unfinished shifts and begin one at the same time.
      const guard = await acquireLock(join(this.#folder, "create.lock"));
      if (guard === undefined)
        return { ok: false, reason: "failed", message: "another shift is being begun at this moment" };
      try {
        const { journals } = await this.list();
        const other = journals.find((candidate) => isOpen(candidate) && shareAnObject(candidate, journal));
        if (other !== undefined) return { ok: false, reason: "busy", other };
        if (!(await this.lock(journal.id)))
          return { ok: false, reason: "failed", message: "its lock is taken" };
        await this.save(journal);
        return { ok: true };
      } finally {
        await guard.release();
      }
    } catch (error) {
      return { ok: false, reason: "failed", message: reasonOf(error) };
    }
  }

  /** Written beside and renamed over, each on disk before the next: after a crash the old or the new one is there, whole. */
  async save(journal: Journal): Promise<void> {
    const path = this.path(journal.id);
    const temporary = `${path}.${process.pid}.tmp`;
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(writeJournal(journal));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(this.#folder);
  }

  async release(id: string): Promise<void> {
    await this.#locks.get(id)?.release();
    this.#locks.delete(id);
  }

  /** Gives all locks up: the process ends. */
  async close(): Promise<void> {
    for (const id of [...this.#locks.keys()]) await this.release(id);
  }

  async discard(id: string): Promise<void> {
    await rm(this.path(id), { force: true });
    await this.release(id);
  }

  /** Takes the lock of a journal, so that no two processes carry on one shift. False when another holds it. */
  async lock(id: string): Promise<boolean> {
    if (this.#locks.has(id)) return true;
    const lock = await acquireLock(`${this.path(id)}.lock`);
    if (lock === undefined) return false;
    this.#locks.set(id, lock);
    return true;
  }

  /** Every journal, the newest first, and the files that are none. */
  async list(): Promise<{ readonly journals: readonly Journal[]; readonly damaged: readonly Damaged[] }> {
    const names = await readdir(this.#folder).catch((): string[] => []);
    const journals: Journal[] = [];
    const damaged: Damaged[] = [];
    for (const name of names.filter((candidate) => candidate.endsWith(".json"))) {
      const path = join(this.#folder, name);
      try {
        const journal = readJournal(await readFile(path, "utf8"));
        if (journal === undefined)
          damaged.push({ path, reason: "it is damaged, or a newer version wrote it" });
        else journals.push(journal);
      } catch (error) {
        damaged.push({ path, reason: reasonOf(error) });
      }
    }
    return { journals: journals.toSorted((a, b) => b.createdAt - a.createdAt), damaged };
  }

  /** Where a journal stands. */
  path(id: string): string {
    if (!/^[\w-]{1,80}$/.test(id)) throw new RangeError("a journal's name has letters, digits, - and _ only");
    return join(this.#folder, `${id}.json`);
  }
}

/** Whether something is left to be done or undone. A completed shift can be rolled back, but stands in nobody's way. */
export function isOpen({ control }: Journal): boolean {
  return !ENDED.includes(control.phase) && control.phase !== "completed" && control.phase !== "retiring";
}

/** Whether the fault of a drill may still fail real requests. */
export function mayBeFaulty(journal: Journal): boolean {
  const { control, request } = journal;
  return isOpen(journal) && control.written > 0 && request.intents.some(({ kind }) => kind === "drill");
}

function shareAnObject(a: Journal, b: Journal): boolean {
  return a.members.some((member) =>
    b.members.some(
      (other) =>
        member.server === other.server &&
        member.ref.type.kind === other.ref.type.kind &&
        member.ref.namespace === other.ref.namespace &&
        member.ref.name === other.ref.name,
    ),
  );
}

/** Makes a rename last. Windows knows no such thing, and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
