import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "../rules/finding.ts";
import { defineRule } from "../rules/rule.ts";
import { guarded } from "./guard.ts";
import { Project } from "./project.ts";

const docs = { why: "It is a test.", sources: [] };
const broken = defineRule({
  id: "broken",
  title: "Throws",
  severity: "error",
  docs,
  appliesTo: ["v1/Service"],
  check() {
    throw new Error("a mistake in the rule");
  },
});
const sound = defineRule({
  id: "sound",
  title: "Finds every Service",
  severity: "error",
  docs,
  appliesTo: ["v1/Service"],
  check: (resource, context) => context.report(resource.title, { text: "It is there.", values: {} }),
});

test("a rule that throws loses its own findings only, and says so", () => {
  const failures: string[] = [];
  const rules = guarded([broken, sound], (id, { name }, error) => {
    failures.push(`${id} on ${name}: ${String(error)}`);
  });
  const project = new Project(rules, () => "strict");
  project.set("file:///w/a.yaml", "apiVersion: v1\nkind: Service\nmetadata: { name: web }\n");
  const file = project.file("file:///w/a.yaml");
  assert.ok(file !== undefined);
  assert.deepEqual(
    project.findings(file).map(({ ruleId }: Finding) => ruleId),
    ["sound"],
  );
  assert.deepEqual(failures, ["broken on web: Error: a mistake in the rule"]);
});
