import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { reaches, ShiftWorld } from "../testing/shift-world.ts";
import type { Journal } from "../traffic/shift/journal.ts";
import { Shift } from "../traffic/shift/shift.ts";
import { DiskJournals, isOpen } from "./disk-journals.ts";
import { stateFolder } from "./state-folder.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "nines-journals-"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** A real journal, of a shift that is under way. */
async function journalOf(id: string): Promise<Journal> {
  const world = new ShiftWorld();
  const shift = world.promotion();
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  await shift.dispose();
  const { journal } = world.journals;
  assert.ok(journal);
  return { ...journal, id };
}

test("a journal comes back from the disk as it was, readable by its owner only", async () => {
  const journals = new DiskJournals(join(folder, "a"));
  const journal = await journalOf("one");
  assert.deepEqual(await journals.create(journal), { ok: true });
  assert.deepEqual((await journals.list()).journals, [journal]);
  if (process.platform !== "win32") {
    assert.equal((await stat(journals.path("one"))).mode & 0o777, 0o600);
    assert.equal((await stat(join(folder, "a", "shifts"))).mode & 0o777, 0o700);
  }
  await journals.close();
  assert.deepEqual(
    await readdir(join(folder, "a", "shifts")),
    ["one.json"],
    "no lock and no half-written file stays",
  );
});

test("an unfinished shift keeps others from its object, in this process and after it has ended; a completed one does not", async () => {
  const first = new DiskJournals(join(folder, "b"));
  const journal = await journalOf("one");
  await first.create(journal);
  const second = new DiskJournals(join(folder, "b"));
  const refused = await second.create({ ...journal, id: "two" });
  assert.equal(!refused.ok && refused.reason === "busy" && refused.other.id, "one");
  assert.equal(await second.lock("one"), false, "the other still works on it");
  await first.close();
  assert.equal(
    (await second.create({ ...journal, id: "two" })).ok,
    false,
    "its process has ended, the shift has not",
  );
  assert.equal(await second.lock("one"), true);
  await second.save({ ...journal, control: { ...journal.control, phase: "completed" } });
  await second.release("one");
  assert.deepEqual(await second.create({ ...journal, id: "two" }), { ok: true });
  await second.close();
});

test("a lock of a process that is gone is taken over", async () => {
  const journals = new DiskJournals(join(folder, "c"));
  await journals.create(await journalOf("one"));
  await journals.release("one");
  const lock = `${journals.path("one")}.lock`;
  await writeFile(lock, JSON.stringify({ pid: 2 ** 22 + 1, host: (await import("node:os")).hostname() }));
  assert.equal(await journals.lock("one"), true);
  assert.match(await readFile(lock, "utf8"), new RegExp(`"pid":${process.pid}`));
  await journals.close();
  await writeFile(lock, JSON.stringify({ pid: 1, host: "another-machine" }));
  assert.equal(await journals.lock("one"), false, "whether another machine's process lives cannot be known");
});

test("damaged journals are named, not passed over and not taken for good", async () => {
  const journals = new DiskJournals(join(folder, "d"));
  const journal = await journalOf("one");
  await journals.create(journal);
  const text = await readFile(journals.path("one"), "utf8");
  for (const [name, content] of Object.entries({
    half: text.slice(0, text.length / 2),
    empty: "",
    newer: text.replace('"version": 1', '"version": 2'),
    list: "[]",
    "no-steps": JSON.stringify({ ...journal, steps: [] }),
    "odd-member": JSON.stringify({
      ...journal,
      steps: journal.steps.map((step) => ({ ...step, member: 7 })),
    }),
  }))
    await writeFile(join(folder, "d", "shifts", `${name}.json`), content);
  const { journals: good, damaged } = await journals.list();
  assert.deepEqual(
    good.map(({ id }) => id),
    ["one"],
  );
  assert.equal(damaged.length, 6);
  await journals.close();
});

test("names cannot lead out of the folder", async () => {
  assert.throws(() => new DiskJournals(folder).path("../../etc/passwd"), RangeError);
});

test("a journal of the disk goes on where it was", async () => {
  const world = new ShiftWorld();
  const journals = new DiskJournals(join(folder, "e"));
  const deps = { ...world.deps(), journals };
  const shift = new Shift(world.promotion().request, deps);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  await shift.dispose();
  const [journal] = (await journals.list()).journals;
  assert.ok(journal && isOpen(journal));
  world.metrics.traffic = { v1: { rate: 50 }, v2: { rate: 50 } };
  const again = Shift.resume(journal, deps);
  await again.dispatch({ type: "resume" });
  await reaches(again, "completed");
  assert.deepEqual(world.weights, [0, 100]);
  assert.equal((await journals.list()).journals[0]?.control.phase, "completed");
});

test("the state folder follows the platform's custom", () => {
  assert.equal(stateFolder({ XDG_STATE_HOME: "/s" }, "linux"), join("/s", "nines"));
  assert.match(stateFolder({}, "linux"), /\.local[/\\]state[/\\]nines$/);
  assert.match(stateFolder({}, "darwin"), /Application Support[/\\]nines$/);
  assert.equal(stateFolder({ LOCALAPPDATA: "C:\\L" }, "win32"), join("C:\\L", "nines"));
  assert.equal(stateFolder({ NINES_STATE_DIR: "/n", XDG_STATE_HOME: "/s" }, "linux"), "/n");
});
