import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { subjectsIn } from "../survival/subjects.ts";
import { Kept } from "./kept.ts";
import { Workspace } from "./workspace.ts";

const TOPOLOGY = { nodes: 4, zones: ["a", "b"], sites: undefined };

const deployment = (name: string, replicas: number, labels: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}, ${labels} } }
    spec: { containers: [{ name: web, image: web }] }
`;
const budget = (limit: string, labels: string) => `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: some }
spec: { ${limit}, selector: { matchLabels: { ${labels} } } }
`;
const hpa = (min: number) => `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: some }
spec: { minReplicas: ${min}, maxReplicas: 9, scaleTargetRef: { kind: Deployment, name: web } }
`;
const TEXTS = [
  "",
  deployment("web", 3, "tier: front"),
  deployment("shop", 2, "tier: front"),
  `${deployment("web", 4, "tier: back")}---\n${budget("maxUnavailable: 1", "app: web")}`,
  budget("minAvailable: 2", "tier: front"),
  budget("maxUnavailable: 50%", "app: web"),
  hpa(2),
  `${hpa(5)}---\n${deployment("web", 1, "tier: front")}`,
];
const PATHS = ["a/web.yaml", "a/shop.yaml", "a/budget.yaml", "b/other.yaml"];
const KUSTOMIZATIONS = [
  "",
  "resources: [web.yaml]\n",
  "resources: [web.yaml]\nreplicas: [{ name: web, count: 7 }]\n",
];

function described(workspace: Workspace, of: Kept<ReturnType<typeof subjectsIn>>): string[] {
  return [...workspace.files()]
    .sort((a, b) => (a.uri < b.uri ? -1 : 1))
    .flatMap(({ documents }) => documents.flatMap((document) => of.of(document)))
    .map(({ resource, posture, about }) =>
      JSON.stringify([resource.document.uri, resource.name, posture, about.map(({ name }) => name)]),
    );
}

function keptOver(workspace: Workspace) {
  return new Kept(workspace, (snapshot, document) => subjectsIn(snapshot, document, TOPOLOGY));
}

const edit = fc.oneof(
  fc.record({ path: fc.constantFrom(...PATHS), text: fc.constantFrom(...TEXTS) }),
  fc.record({ path: fc.constant("a/kustomization.yaml"), text: fc.constantFrom(...KUSTOMIZATIONS) }),
);

test("kept values equal those of a cold run after any edits", () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 12 }), (edits) => {
      const warm = new Workspace([]);
      warm.markComplete();
      const kept = keptOver(warm);
      const texts = new Map<string, string>();
      for (const { path, text } of edits) {
        warm.set(`file:///w/${path}`, text);
        texts.set(path, text);
        warm.takeChanges();
        const cold = new Workspace([]);
        for (const [name, content] of texts) cold.set(`file:///w/${name}`, content);
        cold.markComplete();
        assert.deepEqual(described(warm, kept), described(cold, keptOver(cold)));
      }
    }),
    { numRuns: 150 },
  );
});

test("an edit has only those computed again that asked about it", () => {
  const workspace = new Workspace([]);
  workspace.set("file:///w/web.yaml", deployment("web", 3, "tier: front"));
  workspace.set("file:///w/shop.yaml", deployment("shop", 3, "tier: back"));
  workspace.markComplete();
  const computed: string[] = [];
  const kept = new Kept(workspace, (snapshot, document) => {
    computed.push(document.uri.slice("file:///w/".length));
    return subjectsIn(snapshot, document, TOPOLOGY);
  });
  described(workspace, kept);
  workspace.takeChanges();
  described(workspace, kept);
  computed.length = 0;
  workspace.set("file:///w/budget.yaml", budget("maxUnavailable: 1", "app: shop"));
  workspace.takeChanges();
  described(workspace, kept);
  assert.deepEqual(computed.sort(), ["budget.yaml", "shop.yaml"]);
});
