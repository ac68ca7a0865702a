import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { rules } from "../rules/registry.generated.ts";
import type { Rule } from "../rules/rule.ts";
import { sentence } from "./cel.ts";
import { policies } from "./policies/index.ts";
import type { AdmissionPolicy } from "./policy.ts";

const catalogue: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL("../../l10n/bundle.l10n.zh-cn.json", import.meta.url), "utf8"),
);

function ruleOf({ ruleId }: AdmissionPolicy): Rule {
  const rule = rules.find(({ id }) => id === ruleId);
  assert.ok(rule !== undefined, `no rule ${ruleId}`);
  return rule;
}

const defaults = (rule: Rule) =>
  Object.fromEntries(Object.entries(rule.options).map(([name, spec]) => [name, spec.default]));

test("every file of the folder is registered under its name", () => {
  const files = readdirSync(new URL("policies", import.meta.url)).filter((name) => name !== "index.ts");
  assert.deepEqual(
    policies.map(({ ruleId }) => `${ruleId}.ts`),
    files.sort(),
  );
});

for (const policy of policies) {
  const rule = ruleOf(policy);
  const { complaints, variables = {} } = policy.body(defaults(rule));

  test(`${policy.ruleId}: says what its rule says, with a value for each placeholder`, () => {
    for (const { message, values = {} } of complaints) {
      assert.ok(Object.hasOwn(catalogue, message), `no sentence of a rule: ${message}`);
      const placeholders = [...message.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
      for (const name of placeholders) assert.ok(Object.hasOwn(values, name), `{${name}} of ${message}`);
    }
  });

  test(`${policy.ruleId}: is within the limits of the API server and uses what it defines`, () => {
    const names = new Set(["ignored", ...Object.keys(variables)]);
    const texts = [
      ...Object.values(variables),
      ...complaints.flatMap(({ when, values = {} }) => [when, ...Object.values(values)]),
    ];
    for (const text of texts)
      for (const [, name] of text.matchAll(/variables\.(\w+)/g)) assert.ok(names.has(name ?? ""), name);
    for (const { when, message, values } of complaints) {
      assert.ok(!when.includes("\n"));
      assert.ok(sentence(message, values ?? {}).length < 5 * 1024, "a messageExpression of over 5 KiB");
    }
  });
}
