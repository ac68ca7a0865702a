import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../model/message.ts";
import { type Files, memoryWorkspace } from "../testing/memory-workspace.ts";
import type { Topology } from "../workspace/snapshot.ts";
import { type Subject, subjectsIn } from "./subjects.ts";
import { SCENARIOS, type Scenario, type Verdict } from "./verdict.ts";

const NOWHERE: Topology = { nodes: undefined, zones: undefined, sites: undefined };
const THREE: Topology = { nodes: 6, zones: ["a", "b", "c"], sites: undefined };

/** The workloads of the first file. */
function subjects(files: Files, topology: Topology): readonly Subject[] {
  const { workspace, file } = memoryWorkspace(files, []);
  const snapshot = workspace.snapshot();
  return file(Object.keys(files)[0] ?? "").documents.flatMap((document) =>
    subjectsIn(snapshot, document, topology),
  );
}

/** `2/3` guaranteed, `!0/3` not, `=3/3` blocked, `?` unknown, `-` not touched. */
function brief({ state, stay, of }: Verdict): string {
  const sign = { guaranteed: "", notGuaranteed: "!", blocked: "=", unknown: "?", none: "-" }[state];
  return `${sign}${stay === undefined ? "" : `${stay}/${of}`}`;
}

/** Node, zone, drain and rollout of the first workload. */
function postureOf(text: string, topology: Topology = NOWHERE, more: Files = {}): string {
  const [subject] = subjects({ "app/a.yaml": text, ...more }, topology);
  if (subject === undefined) return "no workload";
  return SCENARIOS.map((scenario) => brief(subject.posture[scenario]) || "ok").join(" ");
}

function saidOf(text: string, scenario: Scenario, topology: Topology = NOWHERE): string {
  const [subject] = subjects({ "app/a.yaml": text }, topology);
  return (subject?.posture[scenario].sentences ?? []).map((sentence) => render(sentence)).join(" ");
}

interface Shape {
  readonly kind?: string;
  readonly replicas?: number | string;
  readonly spec?: string;
  readonly pod?: string;
  readonly image?: string;
}

function workload({
  kind = "Deployment",
  replicas = 3,
  spec = "",
  pod = "",
  image = "web",
}: Shape = {}): string {
  const group = kind === "Rollout" ? "argoproj.io/v1alpha1" : "apps/v1";
  return `apiVersion: ${group}
kind: ${kind}
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
${spec === "" ? "" : `  ${spec}\n`}  template:
    metadata: { labels: { app: web } }
    spec:
${pod === "" ? "" : `      ${pod}\n`}      containers: [{ name: web, image: ${image} }]
`;
}

const own = "labelSelector: { matchLabels: { app: web } }";
const spread = (key: string, rest = "maxSkew: 1, whenUnsatisfiable: DoNotSchedule") =>
  `topologySpreadConstraints: [{ topologyKey: ${key}, ${rest}, ${own} }]`;
const apart = (key: string) =>
  `affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: ${key}, ${own} }] } }`;
const HOST = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";
const budget = (limit: string, name = "web", labels = "{ app: web }") => `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name} }
spec: { ${limit === "" ? "" : `${limit}, `}selector: { matchLabels: ${labels} } }
`;
const hpa = (min: number, kind = "Deployment") => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { minReplicas: ${min}, maxReplicas: 9, scaleTargetRef: { apiVersion: apps/v1, kind: ${kind}, name: web } }
`;

test("nothing that keeps pods apart guarantees nothing, with and without a topology", () => {
  assert.equal(postureOf(workload()), "!0/3 !0/3 !0/3 3/3");
  assert.equal(postureOf(workload(), THREE), "!0/3 !0/3 !0/3 3/3");
  assert.equal(postureOf(workload({ replicas: 1 })), "!0/1 !0/1 !0/1 1/1");
});

test("required anti-affinity keeps all but one pod, a drain of one node included", () => {
  assert.equal(postureOf(workload({ pod: apart(HOST) })), "2/3 !0/3 2/3 3/3");
  assert.equal(postureOf(workload({ pod: apart(ZONE) })), "2/3 2/3 2/3 3/3");
  assert.equal(postureOf(workload({ pod: apart("rack") })), "? ? ? 3/3");
  assert.equal(
    saidOf(workload({ pod: apart(HOST) }), "nodeLoss"),
    "At least 2 of 3 pods stay: one node holds at most 1. Required anti-affinity lets no two of them share a domain of kubernetes.io/hostname.",
  );
});

test("wishes guarantee nothing, and the sentence says so", () => {
  const soft = workload({ pod: spread(ZONE, "maxSkew: 1, whenUnsatisfiable: ScheduleAnyway") });
  assert.equal(postureOf(soft, THREE), "!0/3 !0/3 !0/3 3/3");
  assert.match(saidOf(soft, "zoneLoss"), /ScheduleAnyway is a wish/);
  const preferred = `affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: ${HOST}, ${own} } }] } }`;
  assert.equal(postureOf(workload({ pod: preferred })), "!0/3 !0/3 !0/3 3/3");
});

test("a spread needs the number of its domains, or minDomains", () => {
  assert.equal(postureOf(workload({ pod: spread(ZONE) })), "? ? ? 3/3");
  assert.match(saidOf(workload({ pod: spread(ZONE) }), "zoneLoss"), /State topology\.zones in \.nines\.yaml/);
  assert.equal(postureOf(workload({ pod: spread(ZONE) }), THREE), "2/3 2/3 2/3 3/3");
  const many = workload({ replicas: 10, pod: spread(ZONE) });
  // ⌊(10 + 1 × 2) ÷ 3⌋ = 4
  assert.equal(postureOf(many, THREE), "6/10 6/10 6/10 8/10");
  const minimum = spread(ZONE, "maxSkew: 1, minDomains: 3, whenUnsatisfiable: DoNotSchedule");
  assert.equal(postureOf(workload({ pod: minimum })), "2/3 2/3 2/3 3/3");
  assert.equal(postureOf(workload({ pod: spread(HOST) }), THREE), "2/3 !0/3 2/3 3/3");
});

test("few nodes in many zones bound what a zone holds", () => {
  const topology = { nodes: 3, zones: ["a", "b", "c"], sites: undefined };
  assert.equal(postureOf(workload({ pod: apart(HOST) }), topology), "2/3 2/3 2/3 3/3");
  assert.match(saidOf(workload({ pod: apart(HOST) }), "zoneLoss", topology), /one zone has at most 1\./);
});

test("pods for which there is no node do not count as running", () => {
  const topology = { nodes: 2, zones: undefined, sites: undefined };
  assert.equal(postureOf(workload({ replicas: 5, pod: apart(HOST) }), topology), "1/5 !0/5 1/5 4/5");
  assert.match(
    saidOf(workload({ replicas: 5, pod: apart(HOST) }), "nodeLoss", topology),
    /Only 2 of 5 pods find a place/,
  );
});

test("what binds pods to one node, one zone or one volume is told", () => {
  const pinned = `nodeSelector: { ${HOST}: n1 }\n      ${apart(HOST)}`;
  assert.equal(postureOf(workload({ pod: pinned }), THREE), "!0/3 !0/3 !0/3 3/3");
  const zone = `nodeSelector: { ${ZONE}: a }\n      ${apart(HOST)}`;
  assert.equal(postureOf(workload({ pod: zone }), THREE), "2/3 !0/3 2/3 3/3");
  const claim = "volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]";
  assert.equal(postureOf(workload({ pod: `${claim}\n      ${apart(HOST)}` })), "? !0/3 ? 3/3");
  const volume =
    "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: { accessModes: [ReadWriteOnce] }\n";
  assert.equal(
    postureOf(`${workload({ pod: `${claim}\n      ${apart(HOST)}` })}${volume}`),
    "!0/3 !0/3 !0/3 3/3",
  );
});

test("a chosen part of the nodes is not the topology's number", () => {
  const pool = `nodeSelector: { pool: fast }\n      ${spread(ZONE)}`;
  assert.equal(postureOf(workload({ pod: pool }), THREE), "? ? ? 3/3");
  const linux = `nodeSelector: { kubernetes.io/os: linux }\n      ${spread(ZONE)}`;
  assert.equal(postureOf(workload({ pod: linux }), THREE), "2/3 2/3 2/3 3/3");
});

test("a spread that counts others too keeps nothing of its own apart", () => {
  const shared =
    "topologySpreadConstraints: [{ topologyKey: kubernetes.io/hostname, maxSkew: 1, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { tier: front } } }]";
  const both = workload({ pod: shared }).replace("labels: { app: web }", "labels: { app: web, tier: front }");
  const other = both.replaceAll("web", "shop");
  assert.equal(postureOf(`${both}---\n${other}`, THREE), "!0/3 !0/3 !0/3 3/3");
  assert.equal(postureOf(both, THREE), "2/3 !0/3 2/3 3/3");
});

test("budgets: both fields round up, and what may never go blocks the drain", () => {
  const drain = (limit: string, replicas = 3) =>
    postureOf(`${workload({ replicas })}${budget(limit)}`).split(" ")[2];
  assert.equal(drain("maxUnavailable: 1"), "2/3");
  assert.equal(drain("maxUnavailable: 1%"), "2/3");
  assert.equal(drain("maxUnavailable: 100%"), "!0/3");
  assert.equal(drain("minAvailable: 51%", 2), "=2/2");
  assert.equal(drain("minAvailable: 50%"), "2/3");
  assert.equal(drain("minAvailable: 3"), "=3/3");
  assert.equal(drain("maxUnavailable: 0"), "=3/3");
  assert.equal(drain(""), "=3/3");
  assert.equal(drain("maxUnavailable: 1", 1), "!0/1");
  assert.equal(drain("minAvailable: 1", 1), "=1/1");
});

test("two budgets block, and one over several workloads may take all it allows from this one", () => {
  assert.equal(
    postureOf(`${workload()}${budget("maxUnavailable: 1")}${budget("maxUnavailable: 1", "other")}`),
    "!0/3 !0/3 =3/3 3/3",
  );
  const shop = `---\n${workload().replaceAll("web", "shop").replaceAll("app: shop", "app: shop, tier: front")}`;
  const web = workload().replaceAll("app: web", "app: web, tier: front");
  const shared = budget("minAvailable: 3", "both", "{ tier: front }");
  assert.equal(postureOf(`${web}${shop}${shared}`), "!0/3 !0/3 !0/3 3/3");
  assert.equal(
    postureOf(`${web}${shop}${budget("minAvailable: 5", "both", "{ tier: front }")}`),
    "!0/3 !0/3 2/3 3/3",
  );
  assert.equal(postureOf(`${web}${shop}${shared}${hpa(3)}`), "!0/3 !0/3 ? 3/3");
});

test("autoscalers decide the number, and one that goes to 0 leaves nothing", () => {
  assert.equal(postureOf(`${workload({ replicas: 5, pod: apart(HOST) })}${hpa(2)}`), "1/2 !0/2 1/2 2/2");
  assert.equal(postureOf(workload({ replicas: 0 })), "- - - -");
  const keda =
    "---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: web }\nspec: { scaleTargetRef: { name: web } }\n";
  assert.equal(postureOf(`${workload()}${keda}`), "! ! ! !");
});

test("rollouts: percentages of maxUnavailable round down, Recreate stops all", () => {
  const rollout = (strategy: string, replicas = 4) =>
    postureOf(workload({ replicas, spec: strategy })).split(" ")[3];
  assert.equal(rollout("strategy: { rollingUpdate: { maxUnavailable: 49% } }"), "3/4");
  assert.equal(rollout("strategy: { rollingUpdate: { maxUnavailable: 1%, maxSurge: 0 } }"), "3/4");
  assert.equal(rollout("strategy: { rollingUpdate: { maxUnavailable: 100% } }"), "!0/4");
  assert.equal(rollout("strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 0 } }"), "?");
  assert.equal(rollout("strategy: { type: Recreate }"), "!0/4");
});

test("StatefulSets replace one at a time, DaemonSets go by node", () => {
  assert.equal(postureOf(workload({ kind: "StatefulSet" })), "!0/3 !0/3 !0/3 2/3");
  const partition = "updateStrategy: { rollingUpdate: { partition: 3 } }";
  assert.equal(postureOf(workload({ kind: "StatefulSet", spec: partition })), "!0/3 !0/3 !0/3 3/3");
  assert.equal(
    postureOf(workload({ kind: "StatefulSet", spec: "updateStrategy: { type: OnDelete }" })),
    "!0/3 !0/3 !0/3 -",
  );
  assert.equal(postureOf(workload({ kind: "DaemonSet" })), "- - - ok");
  const tenth = "updateStrategy: { rollingUpdate: { maxUnavailable: 10% } }";
  assert.equal(postureOf(workload({ kind: "DaemonSet", spec: tenth })), "- - - ?");
  assert.equal(postureOf(workload({ kind: "DaemonSet", spec: tenth }), THREE), "- - - 5/6");
});

test("Argo Rollouts keep the old pods unless a canary without a router takes them away", () => {
  const rollout = (spec: string) => postureOf(workload({ kind: "Rollout", replicas: 4, spec })).split(" ")[3];
  assert.equal(rollout("strategy: { blueGreen: { activeService: web } }"), "4/4");
  assert.equal(rollout("strategy: { canary: { maxUnavailable: 1, steps: [{ setWeight: 50 }] } }"), "3/4");
  assert.equal(rollout("strategy: { canary: { trafficRouting: { istio: {} } } }"), "4/4");
  assert.equal(
    rollout("strategy: { canary: { dynamicStableScale: true, trafficRouting: { istio: {} } } }"),
    "?",
  );
});

test("who votes needs a majority", () => {
  const etcd = (replicas: number, pod: string) =>
    workload({ kind: "StatefulSet", replicas, pod, image: "quay.io/coreos/etcd:v3.5.0" });
  assert.equal(postureOf(etcd(3, apart(HOST))), "2/3 !0/3 2/3 2/3");
  assert.equal(postureOf(etcd(2, apart(HOST))), "!1/2 !0/2 !1/2 !1/2");
  const two = { nodes: 6, zones: ["a", "b"], sites: undefined };
  assert.equal(postureOf(etcd(3, spread(ZONE)), two), "!1/3 !1/3 !1/3 2/3");
  assert.match(saidOf(etcd(3, spread(ZONE)), "zoneLoss", two), /etcd needs 2 to decide/);
  assert.equal(postureOf(etcd(3, spread(ZONE)), THREE), "2/3 2/3 2/3 2/3");
  assert.equal(postureOf(`${etcd(3, apart(HOST))}${budget("minAvailable: 1")}`), "2/3 !0/3 2/3 2/3");
});

test("what a template or an overlay decides is unknown", () => {
  const overlay = {
    "app/kustomization.yaml": "resources: [a.yaml]\npatches: [{ path: patch.yaml }]\n",
    "app/patch.yaml":
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 7 }\n",
  };
  assert.equal(postureOf(workload(), NOWHERE, overlay), "? ? ? ?");
  const affinity = {
    ...overlay,
    "app/patch.yaml":
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { affinity: { podAntiAffinity: {} } } } }\n",
  };
  assert.equal(postureOf(workload(), NOWHERE, affinity), "? ? ? 3/3");
  const chart = { "app/Chart.yaml": "name: c\n" };
  const [subject] = subjects(
    { "app/templates/a.yaml": workload({ replicas: "{{ .Values.n }}" }), ...chart },
    NOWHERE,
  );
  assert.equal(subject === undefined ? "" : brief(subject.posture.drain), "?");
});

test("virtual machines are one of their kind", () => {
  const machine = (strategy: string) => `apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: { name: db }
spec: { template: { spec: { ${strategy}domain: {} } } }
`;
  assert.equal(postureOf(machine("evictionStrategy: LiveMigrate, ")), "!0/1 !0/1 1/1 -");
  assert.equal(postureOf(machine("")), "!0/1 !0/1 ? -");
});

test("Jobs, bare Pods and patches are no workloads to tell of", () => {
  assert.equal(
    postureOf("apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [] }\n"),
    "no workload",
  );
  assert.equal(
    postureOf("apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: { replicas: 2 }\n"),
    "no workload",
  );
});

test("every verdict has a sentence that is complete", () => {
  const texts = [
    workload(),
    workload({ pod: apart(HOST) }),
    workload({ kind: "DaemonSet" }),
    `${workload()}${budget("minAvailable: 3")}`,
  ];
  for (const text of texts)
    for (const scenario of SCENARIOS) assert.match(saidOf(text, scenario), /^[A-Z].*\d.*\.$/, scenario);
});
