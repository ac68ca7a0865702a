import assert from "node:assert/strict";
import { test } from "node:test";
import { marked } from "../testing/names.ts";
import { highlightsAt } from "./highlight.ts";

function assertHighlighted(text: string, other = ""): void {
  const { world, document, offset, place, expected } = marked({ "a.yaml": text, "b.yaml": other });
  const found = highlightsAt(world, document, offset).map((each) => place(each.document, each.range));
  assert.ok(expected.length > 0);
  assert.deepEqual(found.sort(), expected);
}

const workload = (name: string, labels: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec: { template: { metadata: { labels: { ${labels} } } } }\n---\n`;
const service = (selector: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ${selector} }\n---\n`;

test("a selector's key shows what it asks for and the labels that match it", () => {
  assertHighlighted(
    workload("web", "«app: web», «tier: web», x: y") +
      workload("api", "app: web, tier: api") +
      service("sele‸ctor: { «app: web», «tier: web» }"),
  );
});

test("one label of a selector shows that label alone, in this file", () => {
  assertHighlighted(
    workload("web", "«app: web», tier: web") + service("selector: { «app: w‸eb», tier: web }"),
    service("selector: { app: web }"),
  );
});

test("the labels of a pod template show what selects them", () => {
  assertHighlighted(
    workload("web", "«app: web», «x: y»").replace("labels", "la‸bels") + service("selector: { «app: web» }"),
  );
});

test("a subset shows its uses", () => {
  assertHighlighted(`apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web }
spec: { host: web, subsets: [{ name: «v‸1» }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { http: [{ route: [{ destination: { host: web, subset: «v1» } }, { destination: { host: x, subset: v1 } }] }] }
`);
});

test("what is no name shows nothing", () => {
  const { world, document, offset } = marked({ "a.yaml": service("sessionAffinity: N‸one") });
  assert.deepEqual(highlightsAt(world, document, offset), []);
});
