import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../model/message.ts";
import { recoveryOf } from "../recovery/evaluate.ts";
import { memoryWorkspace } from "../testing/memory-workspace.ts";
import { recoveryViewOf } from "./recovery-view.ts";
import type { RecoveryView } from "./recovery-view-data.ts";

const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** The view of a plan with this spec. */
function viewOf(spec: string): RecoveryView {
  const text = `apiVersion: nines/v1alpha1\nkind: DisasterRecoveryPlan\nmetadata: { name: app }\nspec:\n${spec}`;
  const snapshot = memoryWorkspace({ "plan.yaml": text }, []).workspace.snapshot();
  const [resource] = snapshot.find("type", "nines/DisasterRecoveryPlan");
  const recovery = resource && recoveryOf(resource, snapshot);
  assert.ok(recovery);
  const plan = { uri: "file:///w/plan.yaml", name: "app" };
  return recoveryViewOf(recovery, plan, {
    say: render,
    place: ({ document }) => ({ uri: document.uri, range }),
  });
}

const FAILOVER =
  "  failovers: [{ name: f, serves: [Site], detection: { duration: 1m }, decision: { budget: 1m }";

test("what never ends has no number, and is said to have no end", () => {
  const [site] = viewOf(
    `  objectives: [{ disruption: Site, rto: 1h }]\n${FAILOVER}, steps: [{ name: a, after: [b], duration: 1m }, { name: b, after: [a], duration: 1m }] }]\n`,
  ).sections;
  const time = site?.charts[0];
  assert.deepEqual(
    [time?.figures, time?.verdict, time?.text],
    ["∞ of 1h", "breached", "Broken: there is no end."],
  );
  assert.deepEqual(time?.bars.at(-1)?.end, [null, null]);
});

test("an unknown input makes the row open, and the verdict no more certain than it is", () => {
  const open = (rto: string) =>
    viewOf(`  objectives: [{ disruption: Site, rto: ${rto} }]\n${FAILOVER}, steps: [{ name: a }] }]\n`)
      .sections[0];
  const time = open("1h")?.charts[0];
  assert.deepEqual([time?.figures, time?.verdict], ["≥ 2m of 1h", "unknown"]);
  assert.equal(time?.bars.find(({ label }) => label === "a")?.open, true);
  assert.equal(open("90s")?.charts[0]?.text, "Broken by 30s or more.");
});

test("two objectives for a disruption have sections of their own", () => {
  const { sections } = viewOf(
    "  objectives: [{ disruption: Site, rto: 1h }, { disruption: Site, rto: 2h }]\n",
  );
  assert.equal(new Set(sections.map(({ id }) => id)).size, 2);
});

test("a plan that promises nothing, and one of 5,000 steps, are shown", () => {
  assert.deepEqual(viewOf("  sites: []\n").sections, []);
  const steps = Array.from({ length: 5000 }, (_, i) => `{ name: s${i}, duration: ${i + 1}s }`).join(", ");
  const [site] = viewOf(
    `  objectives: [{ disruption: Site, rto: 1h }]\n${FAILOVER}, steps: [${steps}] }]\n`,
  ).sections;
  const bars = site?.charts[0]?.bars ?? [];
  assert.equal(bars.length, 200);
  assert.deepEqual(
    bars.filter(({ critical }) => critical).map(({ label }) => label),
    ["detection", "decision", "s4999", "all in all"],
  );
  assert.match(site?.assumptions.at(-1) ?? "", /^4803 steps are not shown/);
});
