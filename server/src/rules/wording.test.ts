import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../model/message.ts";
import { memoryWorkspace } from "../testing/memory-workspace.ts";
import { rules } from "./registry.generated.ts";

/** What the findings of one rule say about a manifest: their severity and their sentence. */
function said(ruleId: string, text: string): readonly string[] {
  const findings = memoryWorkspace({ "a.yaml": text }, rules).findings();
  return findings
    .filter((finding) => finding.ruleId === ruleId)
    .map(({ severity, message }) => `${severity}: ${render(message)}`);
}

function saysOnly(ruleId: string, text: string, ...sentences: readonly RegExp[]): void {
  const found = said(ruleId, text);
  assert.equal(found.length, sentences.length, found.join("\n"));
  sentences.forEach((sentence, i) => {
    assert.match(found[i] ?? "", sentence);
  });
}

const SERVICE = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: prod }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---`;

test("destination-unknown: what has no weight does not fail yet", () => {
  const route = (weight: number) => `${SERVICE}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web, namespace: prod }
spec:
  hosts: [web]
  http:
    - route:
        - { destination: { host: web }, weight: ${100 - weight} }
        - { destination: { host: web-next }, weight: ${weight} }
`;
  saysOnly("destination-unknown", route(0), /^warning: .*with weight 0 nothing fails yet/);
  saysOnly("destination-unknown", route(5), /^warning: .*which is 5 % of this route/);
});

test("backend-unknown: what has no weight does not fail yet, granted or not", () => {
  const route = (weight: number) => `${SERVICE}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: edge }
spec:
  rules:
    - backendRefs:
        - { name: own, port: 80, weight: 1 }
        - { name: web, namespace: prod, port: 80, weight: ${weight} }
`;
  saysOnly("backend-unknown", route(0), /^warning: .*with weight 0 nothing fails yet/);
  saysOnly("backend-unknown", route(1), /^error: .*50 % of this rule's requests fail/);
});

test("rollout-auto-promotes: says when", () => {
  const rollout = (fields: string) => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web }
spec: { strategy: { blueGreen: { activeService: web, previewService: next${fields} } } }
`;
  saysOnly("rollout-auto-promotes", rollout(""), /As soon as the pods .* are ready, web sends it 100 %/);
  saysOnly(
    "rollout-auto-promotes",
    rollout(", autoPromotionSeconds: 600"),
    /: 600 s after the pods .* web sends/,
  );
  // The seconds count only while promotion is automatic.
  saysOnly("rollout-auto-promotes", rollout(", autoPromotionEnabled: false, autoPromotionSeconds: 30"));
});

test("cnpg-sync-impossible: what the operator refuses does not hang", () => {
  const cluster = (instances: number, synchronous: string) => `
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: db }
spec: { instances: ${instances}, postgresql: { synchronous: { method: any, ${synchronous} } } }
`;
  const refused = /for 3 standbys, but 3 instances leave 2: the operator refuses/;
  saysOnly("cnpg-sync-impossible", cluster(3, "number: 3"), refused);
  saysOnly("cnpg-sync-impossible", cluster(3, "number: 3, dataDurability: preferred"), refused);
  saysOnly(
    "cnpg-sync-impossible",
    cluster(5, "number: 2, maxStandbyNamesFromCluster: 1"),
    /every write hangs/,
  );
});

test("velero-overlap: a run that is due during another one is late, not left out", () => {
  const text = `
apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: { name: app }
spec:
  backups: [{ name: k8s, kind: Container, tool: Velero, scheduleRef: velero/Schedule/app, duration: 150m }]
---
apiVersion: velero.io/v1
kind: Schedule
metadata: { name: app, namespace: velero }
spec: { schedule: "0 * * * *", template: { snapshotMoveData: true } }
`;
  saysOnly("velero-overlap", text, /due after 1h: .* at least 2h30m lie between the two/);
});

test("plan-order-cycle: a step that waits for itself", () => {
  const text = `
apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: { name: app }
spec: { failovers: [{ name: f, steps: [{ name: x, duration: 1m, after: [x] }] }] }
`;
  saysOnly("plan-order-cycle", text, /^error: Step x waits for itself and never starts/);
});

test("volume-unprotected: a namespace that is taken lacks a label, not a schedule", () => {
  const text = (labels: string) => `
apiVersion: velero.io/v1
kind: Schedule
metadata: { name: nightly, namespace: velero }
spec:
  schedule: "0 2 * * *"
  template: { snapshotMoveData: true, includedNamespaces: [prod], labelSelector: { matchLabels: { backup: "yes" } } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: prod }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db${labels} } }, spec: { containers: [{ name: db, image: db }] } }
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce] } }]
`;
  saysOnly(
    "volume-unprotected",
    text(""),
    /Schedule nightly backs up namespace prod, but its label selector/,
  );
  saysOnly("volume-unprotected", text(', backup: "yes"'));
});

test("Ceph pools of two copies: what happens when one is away depends on min_size", () => {
  const pool = (minimum: string) => `
apiVersion: ceph.rook.io/v1
kind: CephBlockPool
metadata: { name: p }
spec: { replicated: { size: 2 }, parameters: { min_size: "${minimum}" } }
`;
  saysOnly("ceph-pool-size", pool("2"), /min_size 2.*all reads and writes of its data stop/);
  saysOnly("ceph-pool-size", pool("1"), /writes go to a single disk/);
  saysOnly("ceph-min-size", pool("1"), /Set it to 2 and the size to 3/);
  saysOnly("ceph-min-size", pool("2"));
});

test("velero-schedule-invalid: a time to live in days is written in hours", () => {
  const text = `
apiVersion: velero.io/v1
kind: Schedule
metadata: { name: days }
spec: { schedule: "0 2 * * *", template: { ttl: 30d } }
`;
  saysOnly("velero-schedule-invalid", text, /cannot read the ttl 30d, .* Write 720h0m0s/);
});

test("routes of connections get no HTTP answers", () => {
  const backends = `
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TCPRoute
metadata: { name: db, namespace: prod }
spec: { rules: [{ backendRefs: [{ name: db, port: 5432, weight: 0 }] }] }
`;
  saysOnly("httproute-no-traffic", backends, /100 % of its connections are refused or closed/);
  const route = `${SERVICE}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web, namespace: prod }
spec: { hosts: [web], tcp: [{ route: [{ destination: { host: web-db } }] }] }
`;
  saysOnly("destination-unknown", route, /every connection to it is closed, which is 100 %/);
});

test("outlier-detection-missing: of connections, no answers are counted", () => {
  const text = `
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { selector: { app: db }, ports: [{ name: tcp-db, port: 5432 }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: db }
spec: { host: db, subsets: [{ name: a, labels: { v: a } }, { name: b, labels: { v: b } }] }
`;
  saysOnly("outlier-detection-missing", text, /a pod that refuses connections/);
});

test("autoscaler-target-missing: a patch is no workload beside the one that it changes", () => {
  const whole = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: a }] } }
---`;
  const patch = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { replicas: 3 }
---`;
  const autoscaler = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: shop }
spec: { minReplicas: 2, maxReplicas: 4, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: shop } }
`;
  const other = whole.replaceAll("web", "api");
  saysOnly("autoscaler-target-missing", whole + other + patch + autoscaler, /none of the 2 workloads/);
});
