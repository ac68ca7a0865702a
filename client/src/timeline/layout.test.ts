import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { layoutOf, type Row } from "./layout.ts";
import { bar, chart } from "./testing/view.ts";

const rounded = ({ solid, hatched, over }: Row) =>
  [solid, hatched, over].map((span) => span && [Math.round(span.x), Math.round(span.x + span.width)]);

test("what is certain is solid, what may come is hatched, both from the latest start", () => {
  const layout = layoutOf(
    chart([
      bar("detect", [0, 0], [30, 60], { critical: true }),
      bar("move", [30, 60], [50, 120], { critical: true }),
      bar("beside", [30, 60], [90, 90]),
      bar("all", [0, 0], [90, 120], { kind: "total", critical: true }),
    ]),
    600,
  );
  const { left, scale, rows } = layout;
  const at = (seconds: number) => Math.round(left + scale.at(seconds));
  assert.deepEqual(rows.map(rounded), [
    [[at(0), at(30)], [at(30), at(60)], undefined],
    [[at(60), at(80)], [at(80), at(120)], undefined],
    [[at(60), at(90)], [at(90), at(90)], undefined],
    [[at(0), at(90)], [at(90), at(120)], undefined],
  ]);
  assert.deepEqual(
    rows.map(({ label }) => label),
    ["◆ detect", "◆ move", "beside", "all"],
  );
  assert.equal(layout.promise, undefined);
});

test("what is beyond the promise is marked on the whole, and the promise is in the picture", () => {
  const bars = [bar("all", [0, 0], [90, 150], { kind: "total", critical: true })];
  const broken = layoutOf(chart(bars, 120), 600);
  const at = (seconds: number) => Math.round(broken.left + broken.scale.at(seconds));
  assert.deepEqual(rounded(broken.rows[0] ?? assert.fail())[2], [at(120), at(150)]);
  assert.equal(Math.round(broken.promise?.x ?? 0), at(120));
  const kept = layoutOf(chart(bars, 3600), 600);
  assert.equal(kept.rows[0]?.over, undefined);
  assert.ok(kept.scale.end > 3600);
  assert.equal(kept.promise?.anchor, "end");
  const nothing = layoutOf(chart([bar("data", [0, 0], [0, 60], { kind: "copy" })], 0), 600);
  assert.deepEqual(rounded(nothing.rows[0] ?? assert.fail())[2], [
    Math.round(nothing.left),
    Math.round(nothing.left + nothing.scale.at(60)),
  ]);
});

test("what never ends goes on to the edge, what is not known is open", () => {
  const { rows, scale, left } = layoutOf(
    chart([bar("never", [60, 60], [null, null]), bar("perhaps", [0, 0], [10, 100], { open: true })]),
    600,
  );
  assert.deepEqual(
    rows.map(({ end }) => end),
    ["endless", "open"],
  );
  const [never] = rows;
  assert.equal(never?.solid.width, 0);
  assert.equal((never?.hatched.x ?? 0) + (never?.hatched.width ?? 0), left + scale.at(scale.end));
});

const seconds = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10_000_000 }));
const anyBar = fc
  .record({
    label: fc.string({ maxLength: 80, unit: "grapheme" }),
    times: fc.tuple(seconds, seconds, seconds, seconds),
    kind: fc.constantFrom("step" as const, "total" as const, "copy" as const),
    endless: fc.boolean(),
    open: fc.boolean(),
  })
  .map(({ label, times, kind, endless, open }) => {
    const [a, b, c, d] = [...times].sort((x, y) => x - y) as [number, number, number, number]; // four remain four
    return bar(label, [a, b], endless ? [null, null] : [c, d], { kind, open });
  });

test("whatever comes, nothing lies outside of the picture and no width is negative", () => {
  fc.assert(
    fc.property(
      fc.array(anyBar, { maxLength: 30 }),
      fc.option(seconds),
      fc.integer({ min: 200, max: 9000 }),
      (bars, promised, width) => {
        const { rows, left, scale, height, promise } = layoutOf(chart(bars, promised ?? undefined), width);
        const right = left + scale.at(scale.end);
        for (const { solid, hatched, over, y } of rows) {
          for (const span of [solid, hatched, ...(over ? [over] : [])]) {
            assert.ok(span.width >= 0 && span.x >= left - 1e-6 && span.x + span.width <= right + 1e-6);
          }
          assert.ok(y < height);
        }
        assert.ok(promise === undefined || promise.x <= right + 1e-6);
      },
    ),
    { numRuns: 300 },
  );
});
