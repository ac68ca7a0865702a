import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { load } from "js-yaml";
import { Analysis } from "../analysis.ts";
import { SourceFile } from "../model/document.ts";
import { render } from "../model/message.ts";
import type { Finding } from "../rules/finding.ts";
import { rules } from "../rules/registry.generated.ts";
import { filesOf } from "../testing/fixtures.ts";
import { MemoryCluster } from "../testing/memory-cluster.ts";
import { type Files, memoryWorkspace, uriOf } from "../testing/memory-workspace.ts";
import type { KubeObject } from "../traffic/shift/cluster.ts";
import { LIVE_KINDS } from "./kinds.ts";
import { LiveObjects } from "./live-objects.ts";

const object = (apiVersion: string, kind: string, name: string, fields: object = {}, namespace = "shop") =>
  ({ apiVersion, kind, metadata: { name, namespace }, ...fields }) as KubeObject;
const service = (name: string, namespace = "shop") =>
  object("v1", "Service", name, { spec: { ports: [{ port: 80 }] } }, namespace);

const NEEDS_LEDGER = `apiVersion: v1
kind: Service
metadata: { name: front, namespace: shop }
spec: { ports: [{ port: 80 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: front, namespace: shop }
spec:
  hosts: [front]
  http: [{ route: [{ destination: { host: ledger } }] }]
`;

/** A workspace, judged as the server does it, and a cluster to connect. */
function world(files: Files, objects: readonly KubeObject[], ids?: readonly string[]) {
  const chosen = ids === undefined ? rules : rules.filter(({ id }) => ids.includes(id));
  const { workspace, policy } = memoryWorkspace(files, chosen);
  const analysis = new Analysis(workspace, policy);
  const cluster = new MemoryCluster(objects);
  let live: LiveObjects | undefined;
  let told = 0;
  const findings = (): Finding[] => {
    analysis.update();
    return [...workspace.files()].flatMap((file) => [...analysis.findings(file)]);
  };
  return {
    cluster,
    findings,
    told: () => told,
    said: () => findings().map(({ ruleId, message }) => `${ruleId}: ${render(message)}`),
    ids: () => findings().map(({ ruleId }) => ruleId),
    edit: (path: string, text: string) => workspace.set(uriOf(path), text),
    refresh: async () => live?.refresh(),
    lapses: () => live?.lapses ?? [],
    connect(namespace = "shop") {
      live = new LiveObjects({ cluster, context: "staging", namespace, changed: () => told++ });
      workspace.setBeyond(live);
      analysis.reset();
    },
    disconnect() {
      live?.stop();
      workspace.setBeyond(undefined);
      analysis.reset();
    },
    /** Until nothing more is asked for. */
    async settle() {
      for (let before = -1; before !== told; ) {
        before = told;
        findings();
        await live?.refresh();
      }
    },
  };
}

const ONLY = ["destination-unknown"];

describe("what a connected cluster has", () => {
  test("is found where the workspace has nothing, and missed again when it goes", async () => {
    const { cluster, connect, disconnect, settle, refresh, said, ids } = world(
      { "app.yaml": NEEDS_LEDGER },
      [service("ledger")],
      ONLY,
    );
    const before = said();
    assert.equal(before.length, 1);
    connect();
    await settle();
    assert.deepEqual(ids(), []);
    cluster.remove("Service", "ledger");
    await refresh();
    const [finding = ""] = said();
    assert.equal(finding, `${before[0]} The connected cluster (staging) was looked at as well.`);
    disconnect();
    assert.deepEqual(said(), before);
  });

  test("is not called missing while it is being read", async () => {
    const { connect, settle, ids, told } = world({ "app.yaml": NEEDS_LEDGER }, [], ONLY);
    connect();
    assert.deepEqual(ids(), []);
    await settle();
    assert.equal(told() > 0, true);
    assert.deepEqual(ids(), ONLY);
  });

  test("that may not be read leaves everything as it was, and nothing is claimed", async () => {
    const { cluster, connect, settle, said, ids } = world(
      { "app.yaml": NEEDS_LEDGER },
      [service("ledger")],
      ONLY,
    );
    const before = said();
    cluster.intercept = () => ({ kind: "forbidden", message: "no" });
    connect();
    await settle();
    assert.deepEqual(said(), before);
    cluster.intercept = () => undefined;
    await settle();
    assert.deepEqual(ids(), []);
  });

  for (const kind of ["unreachable", "unauthorized", "throttled", "unclear"] as const)
    test(`is not called missing while the cluster cannot be read (${kind}), and still there when it was before`, async () => {
      const { cluster, connect, settle, said, ids, lapses } = world(
        { "app.yaml": NEEDS_LEDGER },
        [service("ledger")],
        ONLY,
      );
      cluster.intercept = () => ({ kind, message: "no" });
      connect();
      await settle();
      assert.deepEqual(ids(), []);
      assert.equal(lapses()[0]?.since, undefined);
      assert.equal(lapses()[0]?.failure.kind, kind);
      cluster.intercept = () => undefined;
      await settle();
      assert.deepEqual([ids(), lapses()], [[], []]);

      const read = Date.now();
      cluster.intercept = () => ({ kind, message: "no" });
      await settle();
      assert.deepEqual(ids(), [], "what was found before still counts");
      assert.ok(Math.abs((lapses()[0]?.since ?? 0) - read) < 5000);
      cluster.remove("Service", "ledger");
      cluster.intercept = () => undefined;
      await settle();
      assert.match(said()[0] ?? "", /was looked at as well/);
      cluster.intercept = () => ({ kind, message: "no" });
      await settle();
      assert.deepEqual(said(), [], "it may be there again, and nobody can tell");
    });

  test("a type that is not installed has no objects", async () => {
    const { cluster, connect, settle, said } = world({ "app.yaml": NEEDS_LEDGER }, [], ONLY);
    cluster.intercept = (request) =>
      request.endsWith("ServiceEntry") ? { kind: "notServed", message: "no" } : undefined;
    connect();
    await settle();
    assert.match(said()[0] ?? "", /was looked at as well/);
  });

  test("of other namespaces counts where it is named", async () => {
    const elsewhere = world({ "app.yaml": NEEDS_LEDGER }, [service("ledger", "bank")], ONLY);
    elsewhere.connect();
    await elsewhere.settle();
    assert.deepEqual(elsewhere.ids(), ONLY);
    const full = NEEDS_LEDGER.replace("host: ledger", "host: ledger.bank.svc.cluster.local");
    const named = world({ "app.yaml": full }, [service("ledger", "bank")], ONLY);
    named.connect();
    await named.settle();
    assert.deepEqual(named.ids(), []);
  });

  test("manifests without a namespace are those of the namespace that was chosen", async () => {
    const open = NEEDS_LEDGER.replaceAll(", namespace: shop", "");
    const { connect, settle, ids } = world({ "app.yaml": open }, [service("ledger", "bank")], ONLY);
    assert.deepEqual(ids(), ONLY);
    connect("shop");
    await settle();
    assert.deepEqual(ids(), ONLY);
    connect("bank");
    await settle();
    assert.deepEqual(ids(), []);
  });

  test("is the very object that a manifest describes, however it looks now", async () => {
    const workload = (label: string) => ({
      spec: { selector: { matchLabels: { app: label } }, template: { metadata: { labels: { app: label } } } },
    });
    const files = {
      "web.yaml": `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: website } }
  template:
    metadata: { labels: { app: website } }
    spec: { containers: [{ name: web, image: web:1 }] }
`,
    };
    const only = ["service-selects-nothing"];
    const former = world(files, [object("apps/v1", "Deployment", "web", workload("web"))], only);
    former.connect();
    await former.settle();
    assert.deepEqual(former.ids(), only);
    const other = world(files, [object("apps/v1", "Deployment", "web-v2", workload("web"))], only);
    other.connect();
    await other.settle();
    assert.deepEqual(other.ids(), []);
  });

  test("scales workloads of the workspace: their numbers are those that count in the cluster", async () => {
    const files = {
      "web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "web:1" }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec: { minAvailable: 2, selector: { matchLabels: { app: web } } }
`,
    };
    const only = ["replicas-minimum", "pdb-blocks-drain"];
    const hpa = (spec: object, namespace = "shop") =>
      object("autoscaling/v2", "HorizontalPodAutoscaler", "web", { spec }, namespace);
    const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
    const cases = [
      { objects: [], left: ["replicas-minimum", "pdb-blocks-drain"] },
      { objects: [hpa({ scaleTargetRef, minReplicas: 3, maxReplicas: 6 })], left: [] },
      // Its minimum is no matter of this manifest, but the budget still blocks.
      { objects: [hpa({ scaleTargetRef, minReplicas: 2, maxReplicas: 6 })], left: ["pdb-blocks-drain"] },
      { objects: [hpa({ scaleTargetRef, minReplicas: 3, maxReplicas: 6 }, "bank")], left: only },
      {
        objects: [
          hpa({ scaleTargetRef: { ...scaleTargetRef, name: "api" }, minReplicas: 3, maxReplicas: 6 }),
        ],
        left: only,
      },
      {
        objects: [
          object("keda.sh/v1alpha1", "ScaledObject", "web", {
            spec: { scaleTargetRef: { name: "web" }, minReplicaCount: 4, triggers: [] },
          }),
        ],
        left: [],
      },
    ];
    for (const { objects, left } of cases) {
      const { connect, settle, ids, said } = world(files, objects, only);
      assert.deepEqual(ids(), only);
      connect();
      await settle();
      assert.deepEqual(ids(), left, JSON.stringify(objects));
      // The number is that of the cluster.
      if (left.length === 1) assert.match(said()[0] ?? "", /\b2\b.*was looked at as well/);
    }
  });

  test("does not make a suppression unused", async () => {
    const silenced = NEEDS_LEDGER.replace(
      "  http:",
      "  # nines-ignore destination-unknown: it is kept elsewhere\n  http:",
    );
    const { connect, settle, ids } = world({ "app.yaml": silenced }, [service("ledger")], ONLY);
    assert.deepEqual(ids(), []);
    connect();
    await settle();
    assert.deepEqual(ids(), []);
  });

  test("never holds what runs in pods, environment or annotations", async () => {
    const secret = "hunter2-planted";
    const spec = {
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" }, annotations: { token: secret } },
        spec: { containers: [{ name: "web", env: [{ name: "PASSWORD", value: secret }] }] },
      },
    };
    const deployment = object("apps/v1", "Deployment", "web", { spec });
    const annotated = { ...deployment, metadata: { ...deployment.metadata, annotations: { last: secret } } };
    const cluster = new MemoryCluster([annotated]);
    const live = new LiveObjects({ cluster, context: "staging", namespace: "shop", changed() {} });
    live.look(["apps/Deployment"], new Set());
    await live.refresh();
    const [found] = live.look(["apps/Deployment"], new Set()).find("name", "apps/Deployment/web");
    assert.match(found?.document.file.text ?? "", /"app":"web"/);
    assert.equal(found?.document.file.text.includes(secret), false);
    assert.equal(
      [...LIVE_KINDS.keys()].some((type) => /Secret|ConfigMap/.test(type)),
      false,
    );
  });

  test("never holds what a trigger asks, and with which credentials", async () => {
    const secret = "amqp://user:hunter2-planted@queue";
    const triggers = [{ type: "rabbitmq", metadata: { host: secret } }];
    const spec = {
      scaleTargetRef: { name: "web" },
      minReplicaCount: 2,
      triggers,
      advanced: { note: secret },
    };
    const cluster = new MemoryCluster([object("keda.sh/v1alpha1", "ScaledObject", "web", { spec })]);
    const live = new LiveObjects({ cluster, context: "staging", namespace: "shop", changed() {} });
    live.look(["keda.sh/ScaledObject"], new Set());
    await live.refresh();
    const [found] = live.look(["keda.sh/ScaledObject"], new Set()).find("name", "keda.sh/ScaledObject/web");
    assert.match(found?.document.file.text ?? "", /"minReplicaCount":2/);
    assert.equal(found?.document.file.text.includes("hunter2"), false);
  });

  test("is of types that are read", () => {
    const wanted = rules.flatMap(({ inCluster }) => inCluster);
    assert.ok(wanted.length > 20);
    assert.deepEqual(
      wanted.filter((type) => !LIVE_KINDS.has(type)),
      [],
    );
  });

  test("where all may not be listed, the namespaces at hand may", async () => {
    const cluster = new MemoryCluster([service("ledger")]);
    const asked: (string | undefined)[] = [];
    const live = new LiveObjects({
      cluster: {
        list: (type, query, pick) => {
          asked.push(query.namespace);
          if (query.namespace === undefined)
            return Promise.resolve({ ok: false, failure: { kind: "forbidden", message: "no" } });
          return cluster.list(type, query, pick);
        },
      },
      context: "staging",
      namespace: "shop",
      changed() {},
    });
    const look = () => live.look(["/Service"], new Set(["shop"]));
    assert.equal(look().known, "pending");
    await live.refresh();
    assert.equal(look().known, "pending");
    await live.refresh();
    assert.equal(look().known, "known");
    assert.equal(look().find("name", "/Service/ledger").length, 1);
    assert.deepEqual([...new Set(asked)], [undefined, "shop"]);
  });
});

test("connecting a cluster takes findings away and never adds one; disconnecting restores them", async () => {
  const folder = fileURLToPath(new URL("../rules/", import.meta.url));
  const paths = globSync("*/*.{bad,good}.yaml", { cwd: folder }).sort();
  const fixtures = paths.map((path) => filesOf(path, readFileSync(folder + path, "utf8")));
  const objects = fixtures.flatMap((files) => Object.values(files).flatMap(objectsIn));
  assert.ok(objects.length > 500, `${objects.length} objects`);
  const key = ({ ruleId, document, range }: Finding) =>
    `${ruleId} ${document.uri} ${document.start + range.start}-${document.start + range.end}`;
  let gone = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...fixtures), fc.subarray(objects), async (files, some) => {
      const { findings, connect, disconnect, settle } = world(files, some);
      const before = findings();
      connect();
      await settle();
      const keys = new Set(before.map(key));
      const during = findings().map(key);
      assert.deepEqual(
        during.filter((each) => !keys.has(each)),
        [],
      );
      gone += before.length - during.length;
      disconnect();
      const told = (all: readonly Finding[]) => all.map((each) => `${key(each)} ${render(each.message)}`);
      assert.deepEqual(told(findings()), told(before));
    }),
    { numRuns: 20 },
  );
  assert.ok(gone > 0, "no finding was ever resolved");
});

/** The objects of a text that a cluster might hold, in the namespace of the tests where they name none. */
function objectsIn(text: string): KubeObject[] {
  return new SourceFile("file:///x.yaml", text, new Set()).documents.flatMap((document) => {
    let value: unknown;
    try {
      value = load(document.text);
    } catch {
      return [];
    }
    if (typeof value !== "object" || value === null || !("kind" in value) || !("metadata" in value))
      return [];
    const { metadata, ...rest } = value as KubeObject; // looked at above as far as a cluster needs it
    if (typeof metadata?.name !== "string" || typeof rest.apiVersion !== "string") return [];
    return [{ ...rest, metadata: { namespace: "shop", ...metadata } }];
  });
}
