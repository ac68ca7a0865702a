import assert from "node:assert/strict";
import { test } from "node:test";
import { rules } from "../../server/src/rules/registry.generated.ts";
import { hostileTexts } from "./inputs.ts";
import { judge } from "./judge.ts";
import { hostilePlans } from "./plans.ts";

/** Of processor time. Not a measure of speed: it tells what ends from what practically never does. */
const SECONDS = 60;

for (const [what, make] of Object.entries({ ...hostileTexts, ...hostilePlans })) {
  test(`${what} ends in seconds, and the file beside it is checked`, () => {
    const { text, due } = make();
    const before = process.cpuUsage();
    const found = new Set(judge(text).map((finding) => finding.ruleId));
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1e6;
    for (const id of due.filter(isThere)) assert.ok(found.has(id), `${id} among ${[...found].join(", ")}`);
    assert.ok(seconds < SECONDS, `took ${seconds.toFixed(1)} s`);
  });
}

function isThere(id: string): boolean {
  return id === "yaml-syntax" || id.startsWith("suppression-") || rules.some((rule) => rule.id === id);
}
