import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { circlesOf } from "./circles.ts";
import { between, exactly, UNKNOWN } from "./estimate.ts";
import { type GraphStep, scheduleSteps } from "./step-graph.ts";

const step = (name: string, seconds: number, ...after: string[]): GraphStep => ({
  name,
  after,
  estimate: exactly(seconds),
});

test("a step starts when all it waits for are done", () => {
  const graph = scheduleSteps([
    step("promote", 60),
    step("mesh", 10, "promote"),
    step("dns", 150, "promote"),
    step("scale", 300),
    step("verify", 90, "mesh", "dns", "scale"),
  ]);
  assert.equal(graph.total.worst, 390);
  assert.deepEqual(graph.path, [3, 4]);
  assert.deepEqual(
    graph.steps.map(({ start, end, critical }) => [start.worst, end.worst, critical]),
    [
      [0, 60, false],
      [60, 70, false],
      [60, 210, false],
      [0, 300, true],
      [300, 390, true],
    ],
  );
});

test("circles never end, and so does what waits for them; the others are still put in time", () => {
  const graph = scheduleSteps([
    step("a", 1, "c"),
    step("b", 1, "a"),
    step("c", 1, "b"),
    step("waits", 1, "c"),
    step("alone", 5),
    step("self", 1, "self"),
  ]);
  assert.equal(graph.total.worst, Number.POSITIVE_INFINITY);
  assert.deepEqual(graph.path, []);
  assert.equal(graph.steps[4]?.end.worst, 5);
});

test("names that nobody has, and names that two have", () => {
  const graph = scheduleSteps([step("a", 1, "ghost"), step("b", 2), step("b", 9), step("c", 3, "b", "b")]);
  assert.equal(graph.total.open, true);
  assert.equal(graph.steps[3]?.start.worst, 2);
});

test("nothing to do takes no time, and what is unknown makes all open", () => {
  assert.deepEqual(scheduleSteps([]).total, exactly(0));
  const graph = scheduleSteps([{ name: "a", after: [], estimate: UNKNOWN }, step("b", 5, "a")]);
  assert.deepEqual(graph.total, { best: 5, worst: 5, open: true });
});

test("ten thousand steps in a row are no problem", () => {
  const steps = Array.from({ length: 10_000 }, (_, i) => step(`s${i}`, 1, ...(i === 0 ? [] : [`s${i - 1}`])));
  assert.equal(scheduleSteps(steps).total.worst, 10_000);
});

/** Steps that wait for earlier ones only, in any order of writing. */
const acyclic = fc
  .array(
    fc.record({
      best: fc.integer({ min: 0, max: 50 }),
      more: fc.integer({ min: 0, max: 50 }),
      waits: fc.array(fc.nat({ max: 6 }), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((rows) =>
    rows.map(({ best, more, waits }, i): GraphStep => {
      const after = waits.filter((other) => other < i).map((other) => `s${other}`);
      return { name: `s${i}`, after, estimate: between(best, best + more) };
    }),
  )
  .chain((steps) => fc.shuffledSubarray(steps, { minLength: steps.length }));

/** The longest of all paths, found by walking every one of them. */
function longest(steps: readonly GraphStep[], side: "best" | "worst"): number {
  const from = (step: GraphStep): number =>
    step.estimate[side] +
    Math.max(0, ...steps.filter(({ after }) => after.includes(step.name)).map((next) => from(next)));
  return Math.max(...steps.map(from));
}

test("the total is the longest path, and the critical path is as long", () => {
  fc.assert(
    fc.property(acyclic, (steps) => {
      const graph = scheduleSteps(steps);
      assert.equal(graph.total.worst, longest(steps, "worst"));
      assert.equal(graph.total.best, longest(steps, "best"));
      const path = graph.path.map((index) => steps[index]);
      assert.equal(
        path.reduce((sum, each) => sum + (each?.estimate.worst ?? 0), 0),
        graph.total.worst,
      );
      path.slice(1).forEach((each, i) => {
        assert.ok(each?.after.includes(path[i]?.name ?? ""));
      });
    }),
  );
});

test("a longer step never shortens the whole, nor does one more to wait for", () => {
  fc.assert(
    fc.property(acyclic, fc.nat({ max: 6 }), fc.nat({ max: 100 }), (steps, which, more) => {
      const before = scheduleSteps(steps).total;
      const longer = steps.map((each, i) =>
        i === which % steps.length
          ? { ...each, estimate: between(each.estimate.best, each.estimate.worst + more) }
          : each,
      );
      const after = scheduleSteps(longer).total;
      assert.ok(after.worst >= before.worst && after.best >= before.best && after.best <= after.worst);
      const first = steps[0];
      const freed = steps.map((each) => (each === first ? { ...each, after: [] } : each));
      assert.ok(scheduleSteps(freed).total.worst <= before.worst);
    }),
  );
});

test("any graph at all is answered: circles, ghosts and twins included", () => {
  const name = fc.constantFrom("a", "b", "c", "d", "ghost", "__proto__");
  const any = fc.array(
    fc
      .record({ name, after: fc.array(name, { maxLength: 4 }), seconds: fc.nat() })
      .map((row): GraphStep => ({ name: row.name, after: row.after, estimate: exactly(row.seconds) })),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(any, (steps) => {
      const graph = scheduleSteps(steps);
      assert.equal(graph.steps.length, steps.length);
      assert.equal(circlesOf(steps).length > 0, graph.total.worst === Number.POSITIVE_INFINITY);
    }),
  );
});

test("every circle is one: each of its steps waits for the next, and none is in two", () => {
  const steps = fc
    .array(fc.array(fc.nat({ max: 7 }), { maxLength: 3 }), { minLength: 1, maxLength: 8 })
    .map((all) =>
      all.map((after, i) => ({
        name: `s${i}`,
        after: after.map((other) => `s${other % all.length}`),
      })),
    );
  fc.assert(
    fc.property(steps, (given) => {
      const circles = circlesOf(given);
      assert.equal(new Set(circles.flat()).size, circles.flat().length);
      for (const circle of circles)
        circle.forEach((index, i) => {
          const next = circle[(i + 1) % circle.length] ?? -1;
          assert.ok(given[index]?.after.includes(`s${next}`));
        });
    }),
  );
});
