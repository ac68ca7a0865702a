import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../model/message.ts";
import { rules } from "../rules/registry.generated.ts";
import { uriOf } from "../testing/memory-workspace.ts";
import { Workspace } from "../workspace/workspace.ts";
import { meaningsIn, meaningTypes } from "./meanings.ts";
import { sharingRoutesOf, summaryOfRoute } from "./route-summary.ts";
import { summaryOfWorkload } from "./workload-summary.ts";

/** A workspace of one file. */
function fileOf(text: string) {
  const workspace = new Workspace([...rules.flatMap(({ types }) => types), ...meaningTypes]);
  const file = workspace.set(uriOf("a.yaml"), text);
  workspace.markComplete();
  return { file, snapshot: workspace.snapshot() };
}

/** The summaries of the first resource, the workload's and those of its routes. */
function summariesOf(text: string): string[] {
  const { file, snapshot } = fileOf(text);
  const resource = file.documents[0]?.resources[0];
  assert.ok(resource !== undefined);
  const routes = sharingRoutesOf(snapshot, resource).map((route) => summaryOfRoute(snapshot, route));
  return [summaryOfWorkload(snapshot, resource), ...routes].flatMap((summary) =>
    summary === undefined ? [] : [summary.parts.map((part) => render(part)).join(" · ")],
  );
}

const workload = (kind: string, spec: string, pod = "") => `apiVersion: apps/v1
kind: ${kind}
metadata: { name: web }
spec:
  ${spec}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      ${pod}
      containers: [{ name: web, image: web:1 }]
`;

const budget = (name: string, limit: string) => `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name} }
spec: { ${limit}, selector: { matchLabels: { app: web } } }
`;

const spread = (key: string, mode: string) =>
  `{ maxSkew: 1, topologyKey: ${key}, whenUnsatisfiable: ${mode}, labelSelector: { matchLabels: { app: web } } }`;

const BOTH = [
  spread("kubernetes.io/hostname", "DoNotSchedule"),
  spread("topology.kubernetes.io/zone", "ScheduleAnyway"),
];

test("a workload at a glance: replicas, budget, spread", () => {
  const whole = workload("Deployment", "replicas: 3", `topologySpreadConstraints: [${BOTH.join(", ")}]`);
  assert.deepEqual(summariesOf(whole + budget("a", "maxUnavailable: 1")), [
    "3 replicas · PDB maxUnavailable 1 · spread over nodes and zones",
  ]);
  assert.deepEqual(summariesOf(workload("Deployment", "replicas: 2")), ["2 replicas · no PDB · no spread"]);
  const wish = `topologySpreadConstraints: [${spread("topology.kubernetes.io/zone", "ScheduleAnyway")}]`;
  assert.deepEqual(summariesOf(workload("StatefulSet", "replicas: 2", wish)), [
    "2 replicas · no PDB · spread over zones if possible",
  ]);
});

test("what a single pod does not need is left out, and what nobody knows too", () => {
  assert.deepEqual(summariesOf(workload("Deployment", "paused: false")), ["1 replica"]);
  assert.deepEqual(summariesOf(workload("Deployment", "replicas: 1") + budget("a", "minAvailable: 1")), [
    "1 replica · PDB minAvailable 1",
  ]);
  assert.deepEqual(summariesOf(workload("Deployment", `replicas: \${N}`)), [
    "replicas not known here · no PDB · no spread",
  ]);
  assert.deepEqual(summariesOf(workload("DaemonSet", "minReadySeconds: 1")), ["one pod per node · no PDB"]);
});

test("several budgets are counted, which is a mistake of its own", () => {
  const two = budget("a", "minAvailable: 1") + budget("b", "maxUnavailable: 1");
  assert.deepEqual(summariesOf(workload("Deployment", "replicas: 2") + two), [
    "2 replicas · 2 PDBs · no spread",
  ]);
});

test("the routes of a resource at a glance", () => {
  const route = (weights: readonly string[]) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec:
  hosts: [web]
  http:
    - route: [${weights.map((weight, i) => `{ destination: { host: web, subset: v${i + 1} }${weight} }`).join(", ")}]
`;
  assert.deepEqual(summariesOf(route([", weight: 95", ", weight: 5"])), ["v1 95 % · v2 5 %"]);
  assert.deepEqual(summariesOf(route(["", ""])), ["Istio rejects these weights"]);
  assert.deepEqual(summariesOf(route([`, weight: "\${A}"`, ", weight: 5"])), [
    "a template decides the shares",
  ]);
  assert.deepEqual(summariesOf(route([", weight: 95"])), []);
  const flagger = `apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: web }
spec: { targetRef: { kind: Deployment, name: web }, analysis: { stepWeight: 10, maxWeight: 50 } }
`;
  assert.deepEqual(summariesOf(flagger), ["canary: 10 % at a time up to 50 %, then promoted"]);
});

test("a hint stands at the end of its line, whatever ends the line", () => {
  const text = workload(
    "Deployment",
    "replicas: 3\n  strategy:\n    rollingUpdate: { maxUnavailable: 1 }",
  ).replaceAll("\n", "\r\n");
  const { file, snapshot } = fileOf(text);
  const [document] = file.documents;
  assert.ok(document !== undefined);
  const world = { snapshot, topology: { nodes: undefined, zones: undefined, sites: undefined } };
  const behind = meaningsIn(document, { start: 0, end: text.length }, world).map(({ at }) =>
    text.slice(at, at + 2),
  );
  assert.deepEqual(behind, ["\r\n", " }"]);
});

test("what KEDA leaves when idle stands beside what it runs with work", () => {
  const scaled = (spec: string) => `---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web }
spec: { scaleTargetRef: { name: web }, minReplicaCount: 3, maxReplicaCount: 9, ${spec} }
`;
  const web = workload("Deployment", "replicas: 3");
  assert.match(summariesOf(web + scaled("idleReplicaCount: 0"))[0] ?? "", /^0 \| 3–9 replicas/);
  assert.match(summariesOf(web + scaled("idleReplicaCount: null"))[0] ?? "", /^3–9 replicas/);
  const { file, snapshot } = fileOf(web + scaled("idleReplicaCount: 0"));
  const world = { snapshot, topology: { nodes: undefined, zones: undefined, sites: undefined } };
  const details = file.documents.flatMap((document) =>
    meaningsIn(document, { start: 0, end: document.text.length }, world).flatMap(
      (meaning) => meaning.details,
    ),
  );
  const texts = details.map((detail) => render(detail));
  assert.equal(texts.filter((text) => text === "While none of its triggers is active, 0 run.").length, 2);
});
