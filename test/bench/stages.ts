import { Analyzer } from "../../server/src/analyze.ts";
import { defaultConfig } from "../../server/src/config/config.ts";
import { mayHold } from "../../server/src/model/scan.ts";
import { splitDocuments } from "../../server/src/model/split.ts";
import { maskTemplates } from "../../server/src/model/templates.ts";
import { rules } from "../../server/src/rules/registry.generated.ts";
import type { Rule } from "../../server/src/rules/rule.ts";
import { Workspace } from "../../server/src/workspace/workspace.ts";
import { type Measured, ms } from "./table.ts";

/** A rule that takes more than this share of a whole run is worth a look. */
const HEAVY = 0.1;

/**
 * How often everything is judged, each time in a new workspace and with another rule first. Whoever comes first pays
 * for answers that all share, and for a cold compiler; the least of the times is what a rule costs itself.
 */
const PASSES = 4;

/** What the parts of a check cost inside one process, and each rule. */
export function measureStages(texts: ReadonlyMap<string, string>): Measured {
  const kinds = new Set(
    rules.flatMap((rule) => rule.types).map((type) => type.slice(type.lastIndexOf("/") + 1)),
  );
  const split = timed(() => {
    for (const text of texts.values()) {
      const masked = maskTemplates(text).text;
      for (const { start, end } of splitDocuments(masked)) mayHold(masked.slice(start, end), kinds);
    }
  });
  const passes = Array.from({ length: PASSES }, (_, i) => pass(texts, rotated(rules, i / PASSES)));
  const load = Math.min(...passes.map((one) => one.load));
  const judge = Math.min(...passes.map((one) => one.judge));
  const spent = rules.map(
    ({ id }) => [id, Math.min(...passes.map((one) => one.spent.get(id) ?? 0))] as const,
  );
  const whole = load + judge;
  const share = (part: number) => `${((100 * part) / whole).toFixed(1)} %`;
  const byRule = spent.sort((a, b) => b[1] - a[1]);
  return {
    rows: [
      { what: "mask, split, scan", value: ms(split), note: share(split) },
      { what: "parse and index (the above included)", value: ms(load), note: share(load) },
      { what: "all rules, strict", value: ms(judge), note: share(judge) },
      ...byRule.slice(0, 12).map(([id, time]) => ({
        what: `  ${id}`,
        value: ms(time),
        note: `${share(time)}${time > HEAVY * whole ? "  <- more than a tenth of the run" : ""}`,
      })),
    ],
  };
}

function pass(texts: ReadonlyMap<string, string>, order: readonly Rule[]) {
  const workspace = new Workspace(order.flatMap((rule) => rule.types));
  const load = timed(() => {
    for (const [uri, text] of texts) workspace.set(uri, text);
    workspace.markComplete();
  });
  const spent = new Map<string, number>();
  const config = { ...defaultConfig, profile: "strict" as const };
  const analyzer = new Analyzer({
    rules: order.map((rule) => watched(rule, spent)),
    configFor: () => config,
  });
  const judge = timed(() => {
    for (const file of workspace.files()) analyzer.analyze(workspace.snapshot(), file);
  });
  return { load, judge, spent };
}

/** The same rules with another one first. */
function rotated(list: readonly Rule[], share: number): readonly Rule[] {
  const first = Math.floor(list.length * share);
  return [...list.slice(first), ...list.slice(0, first)];
}

function watched(rule: Rule, spent: Map<string, number>): Rule {
  return {
    ...rule,
    run(resource, snapshot, settings) {
      const started = performance.now();
      const findings = rule.run(resource, snapshot, settings);
      spent.set(rule.id, (spent.get(rule.id) ?? 0) + performance.now() - started);
      return findings;
    },
  };
}

/** Milliseconds that something takes. */
export function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}
