import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { accepts, reduce } from "./reduce.ts";
import { BACKWARD, type Control, draft, ENDED, restored, type ShiftEvent, WRITING } from "./state.ts";

const PLAIN = [
  ..."start refresh confirm pause resume abort approve retry force resolved leave retire".split(" "),
  ..."readClear readBlocked changed expired journalled journalFailed".split(" "),
  ..."gatePass gateWait gateFail gateInconclusive".split(" "),
  ..."applied applyUnclear applyConflict applyRefused applyUnreachable".split(" "),
  ..."rereadFits rereadChanged rereadFailed rereadWritten".split(" "),
  ..."readBackReached readBackUnwritten readBackForeign readBackFailed readBackOther soakFail soakInconclusive".split(
    " ",
  ),
  ..."capacityFull capacityPart capacityWait capacityNone nothingToUndo".split(" "),
  ..."rollbackWritten rollbackUnclear rollbackRefused rampReady rampStuck verifyFailed".split(" "),
  ..."retireDone retireRefused".split(" "),
];
const EVENTS: readonly ShiftEvent[] = [
  // The list is spelled out above; the compiler cannot see that every word is a type of event.
  ...PLAIN.map((type) => ({ type }) as ShiftEvent),
  { type: "continue", reason: "the dashboard shows it is fine" },
  { type: "continue", reason: " " },
  { type: "soakPass", ask: true },
  { type: "soakPass", ask: false },
  { type: "verified", more: true },
  { type: "verified", more: false },
];
const STEPS = 3;

/** Every state that can be reached, with what leads from it. A crash and restart may happen anywhere. */
function reachable(): Map<string, { control: Control; next: Set<string> }> {
  const start = draft(STEPS);
  const found = new Map([[JSON.stringify(start), { control: start, next: new Set<string>() }]]);
  const open = [start];
  for (let control = open.pop(); control !== undefined; control = open.pop()) {
    const entry = found.get(JSON.stringify(control));
    const after = EVENTS.map((event) => reduce(control, event).control);
    if (control.journalled) after.push(restored(control));
    for (const following of after) {
      const key = JSON.stringify(following);
      entry?.next.add(key);
      if (!found.has(key)) {
        found.set(key, { control: following, next: new Set() });
        open.push(following);
      }
    }
  }
  return found;
}

const states = reachable();
const controls = [...states.values()].map(({ control }) => control);

test("every phase is reachable", () => {
  assert.equal(new Set(controls.map(({ phase }) => phase)).size, 24);
  assert.ok(states.size > 200, String(states.size));
});

test("from every state there is a way to an end", () => {
  const ends = ["completed", "rolledBack", "manualIntervention", "cancelled", "retired", "left"];
  const good = new Set(
    [...states].flatMap(([key, { control }]) => (ends.includes(control.phase) ? [key] : [])),
  );
  for (let before = -1; before !== good.size; ) {
    before = good.size;
    for (const [key, { next }] of states) if ([...next].some((k) => good.has(k))) good.add(key);
  }
  assert.deepEqual(
    [...states.keys()].filter((key) => !good.has(key)),
    [],
  );
});

test("a shift that wrote something ends completed, rolled back, retired or with a person, never cancelled", () => {
  assert.deepEqual(
    controls.filter(({ phase, written }) => phase === "cancelled" && written > 0),
    [],
  );
});

test("nothing is written without a journal, and the journal is written before the write", () => {
  for (const { control } of states.values()) {
    if (WRITING.includes(control.phase)) assert.ok(control.journalled, JSON.stringify(control));
    for (const event of EVENTS) {
      const { effects } = reduce(control, event);
      const write = effects.findIndex((effect) => effect.kind === "run" && WRITING.includes(effect.phase));
      if (write < 0) continue;
      assert.ok(
        effects.slice(0, write).some(({ kind }) => kind === "journal"),
        `${event.type} ${JSON.stringify(control)}`,
      );
    }
  }
});

test("abort works in every state that is neither over nor on its way back, and never needs another event", () => {
  for (const control of controls) {
    if (ENDED.includes(control.phase) || (BACKWARD.includes(control.phase) && !control.withheld)) continue;
    const { control: after } = reduce(control, { type: "abort" });
    assert.equal(after.phase, control.written > 0 ? "capacityCheck" : "cancelled", JSON.stringify(control));
    assert.equal(after.withheld, false);
  }
});

test("a pause withholds forward writes and never those that lead back", () => {
  for (const control of controls.filter(({ paused }) => paused)) {
    for (const event of EVENTS) {
      if (event.type === "resume" || event.type === "abort") continue;
      for (const effect of reduce(control, event).effects) {
        if (effect.kind === "run")
          assert.notEqual(effect.phase, "applying", `${event.type} ${JSON.stringify(control)}`);
      }
    }
  }
  const paused = controls.filter(
    (control) => control.paused && control.phase === "applying" && control.withheld,
  );
  assert.ok(paused.length > 0);
  for (const control of paused)
    assert.deepEqual(reduce(control, { type: "resume" }).effects.at(-1), { kind: "run", phase: "applying" });
});

test("going on without evidence needs a reason", () => {
  const held = controls.filter(({ phase, held }) => phase === "hold" && held?.mayContinue);
  assert.ok(held.length > 0);
  for (const control of held) {
    assert.equal(accepts(control, { type: "continue", reason: "" }), false);
    assert.equal(accepts(control, { type: "continue", reason: "seen on the dashboard" }), true);
  }
  for (const control of controls.filter(({ held }) => held?.mayContinue === false))
    assert.equal(accepts(control, { type: "continue", reason: "because" }), false);
});

test("what follows a restart reads before it writes", () => {
  for (const control of controls.filter(({ journalled, phase }) => journalled && !ENDED.includes(phase))) {
    const run = reduce(restored(control), { type: "resume" }).effects.find(({ kind }) => kind === "run");
    if (run?.kind === "run") assert.ok(!WRITING.includes(run.phase), JSON.stringify(control));
  }
});

test("a step whose write may still arrive counts as written until it is seen or gone on with", () => {
  const doubtful = controls.filter((control) => control.doubtful);
  assert.ok(doubtful.length > 0);
  for (const control of doubtful) {
    assert.equal(control.written, control.step + 1, JSON.stringify(control));
    for (const event of EVENTS) {
      const { control: after } = reduce(control, event);
      assert.ok(after.written >= control.written, `${event.type} ${JSON.stringify(control)}`);
      assert.notEqual(after.phase, "stale");
    }
  }
});

test("random sequences of events keep the counts in order", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 60 }), (events) => {
      let control = draft(STEPS);
      for (const event of events) {
        control = reduce(control, event).control;
        assert.ok(control.step <= control.steps && control.written <= control.steps);
        assert.ok(control.written <= control.step + 1);
        assert.ok(control.written === 0 || control.journalled);
      }
    }),
    { numRuns: 2000 },
  );
});
