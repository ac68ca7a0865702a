import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { type Connection, connect } from "../../../server/src/cluster/connection.ts";
import { readKubeconfig } from "../../../server/src/cluster/kubeconfig.ts";
import { metricsOfUrl } from "../../../server/src/cluster/prometheus.ts";
import { DiskJournals } from "../../../server/src/journal/disk-journals.ts";
import { render } from "../../../server/src/model/message.ts";
import type { Cluster, Metrics } from "../../../server/src/traffic/shift/cluster.ts";
import type { Change, Intent, ShiftRequest } from "../../../server/src/traffic/shift/intent.ts";
import { KINDS } from "../../../server/src/traffic/shift/kinds.ts";
import { Shift } from "../../../server/src/traffic/shift/shift.ts";
import { ENDED, type Phase } from "../../../server/src/traffic/shift/state.ts";
import { mergeThresholds, type Thresholds } from "../../../server/src/traffic/shift/thresholds.ts";
import type { ShiftDeps } from "../../../server/src/traffic/shift/work.ts";
import type { Manifest } from "../api.ts";
import { readyEndpoints } from "../app.ts";
import { startCluster, type TestCluster } from "../cluster.ts";
import { waitFor } from "../processes.ts";

const THRESHOLDS: Partial<Thresholds> = {
  soak: 2,
  interval: 0.5,
  minRequests: 20,
  scrapeInterval: 1,
  window: 4,
  podCapacity: 100,
  retryPatience: 30,
  rampPatience: 40,
};
const PATCH = "application/json-patch+json";

describe("traffic shifts against a real API server and Prometheus", () => {
  let cluster: TestCluster;
  let folder: string;
  const opened: Connection[] = [];
  const shifts: Shift[] = [];

  before(async () => {
    cluster = await startCluster();
    folder = await mkdtemp(join(tmpdir(), "nines-shift-"));
  });
  afterEach(async () => {
    for (const shift of shifts.splice(0)) await shift.dispose();
  });
  after(async () => {
    for (const one of opened) one.close();
    await cluster?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const clock = {
    now: () => Date.now(),
    sleep: (milliseconds: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        signal.addEventListener("abort", () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };

  async function deps({
    context = "admin",
    metrics,
    change = (real: Cluster) => real,
    thresholds = {},
  }: {
    context?: string;
    metrics?: Metrics | undefined;
    change?: (real: Cluster) => Cluster;
    thresholds?: Partial<Thresholds>;
  } = {}): Promise<ShiftDeps> {
    const connection = connect(await readKubeconfig([cluster.kubeconfig]), context);
    opened.push(connection);
    return {
      connections: new Map([
        [context, { cluster: change(connection.cluster), metrics, production: context === "production" }],
      ]),
      clock,
      journals: new DiskJournals(folder),
      thresholds: mergeThresholds(THRESHOLDS, thresholds),
      newId: () => `t${process.pid}-${Math.random().toString(36).slice(2, 10)}`,
    };
  }

  const prometheus = () => metricsOfUrl(new URL(cluster.prometheus.url));
  const canary = (steps = [25, 50, 100]): Change => ({
    kind: "weights",
    to: [{ leg: "v2", weight: 100 }],
    steps,
  });

  function request(
    namespace: string,
    change: Change,
    name = "app",
    type = KINDS.virtualService,
    context = "admin",
  ): ShiftRequest {
    const intent: Intent = { context, ref: { type, namespace, name }, ...change };
    return { intents: [intent], emergency: false, accepted: [], ask: false };
  }

  async function start(request: ShiftRequest, using: ShiftDeps): Promise<Shift> {
    const shift = new Shift(request, using);
    shifts.push(shift);
    await shift.dispatch({ type: "start" });
    await reaches(shift, "previewed", "blocked");
    return shift;
  }

  /** The v1 and v2 of a namespace with so many requests per second, seen by Prometheus. */
  async function traffic(
    namespace: string,
    v1: number,
    v2: number,
    more: { errorRate?: number; neverArriving?: number } = {},
  ) {
    await cluster.exporter.set(namespace, [
      { service: "app", version: "v1", rps: v1 },
      { service: "app", version: "v2", rps: v2, ...more },
    ]);
    const metrics = prometheus();
    const query = `sum(rate(istio_requests_total{reporter="destination",destination_service_namespace="${namespace}",destination_version="v2"}[4s]))`;
    await waitFor("The traffic's being seen", async () => {
      const outcome = await metrics.query(query, AbortSignal.timeout(5000));
      return outcome.ok && Math.abs((outcome.value[0]?.value ?? 0) - v2) < v2 * 0.1;
    });
  }

  const path = (namespace: string, name = "app") =>
    `/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices/${name}`;
  const live = (namespace: string, name = "app") => cluster.api.get(path(namespace, name));

  it("promotes in steps; header routes, timeouts and retries stay deep-equal after each", async () => {
    const namespace = await cluster.app({ replicas: { v1: 3, v2: 3 } });
    await traffic(namespace, 60, 60);
    const before = await live(namespace);
    const seen: unknown[] = [];
    const using = await deps({
      metrics: prometheus(),
      change: (real) =>
        watching(real, async () => {
          const object = await live(namespace);
          assert.deepEqual(withoutWeights(object), withoutWeights(before));
          seen.push(weights(object));
        }),
    });
    const shift = await start(request(namespace, canary()), using);
    assert.equal(shift.view.phase, "previewed", explain(shift));
    assert.deepEqual(weights(await live(namespace)), [95, 5], "a preview writes nothing");
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "completed");
    assert.deepEqual(seen, [
      [75, 25],
      [50, 50],
      [0, 100],
    ]);
    const managers = ((await live(namespace)).metadata as { managedFields?: { manager: string }[] })
      .managedFields;
    assert.ok(managers?.some(({ manager }) => manager === "nines"));
  });

  it("a shift that completed can be rolled back from its journal, to exactly what was there", async () => {
    const namespace = await cluster.app({ replicas: { v1: 3, v2: 3 } });
    await traffic(namespace, 60, 60);
    const before = await live(namespace);
    const using = await deps({ metrics: prometheus() });
    const shift = await start(request(namespace, canary([100])), using);
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "completed");
    const journal = await onlyJournal(using, shift.view.id);
    const again = Shift.resume(journal, await deps());
    shifts.push(again);
    await again.dispatch({ type: "abort" });
    await reaches(again, "rolledBack");
    assert.deepEqual((await live(namespace)).spec, before.spec);
  });

  it("a stale resourceVersion is refused with 409, and the preview is made again", async () => {
    const namespace = await cluster.app({ replicas: { v2: 3 } });
    let isFirst = true;
    const answers: string[] = [];
    const using = await deps({
      change: (real) => ({
        ...bound(real),
        patch: async (ref, operations, options, signal) => {
          if (!options.dryRun && isFirst) {
            isFirst = false;
            await edit(namespace, [{ op: "replace", path: "/spec/http/1/timeout", value: "9s" }]);
          }
          const outcome = await real.patch(ref, operations, options, signal);
          if (!options.dryRun) answers.push(outcome.ok ? "written" : outcome.failure.kind);
          return outcome;
        },
      }),
    });
    const shift = await start(request(namespace, canary()), using);
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "previewed");
    assert.deepEqual(answers, ["conflict"]);
    assert.deepEqual(weights(await live(namespace)), [95, 5]);
  });

  it("a moved route is found again by its destinations; one whose destination changed is refused with 422", async () => {
    const namespace = await cluster.app({ replicas: { v2: 3 } });
    const answers: string[] = [];
    let change: object[] = [
      {
        op: "add",
        path: "/spec/http/0",
        value: {
          name: "new",
          match: [{ uri: { prefix: "/new" } }],
          route: [{ destination: { host: "app", subset: "v1" } }],
        },
      },
    ];
    const using = await deps({
      change: (real) => ({
        ...bound(real),
        patch: async (ref, operations, options, signal) => {
          if (options.dryRun) return real.patch(ref, operations, options, signal);
          // Behind the back of the resourceVersion: the tests alone have to notice.
          await edit(namespace, change);
          const outcome = await real.patch(ref, operations.slice(1), options, signal);
          answers.push(outcome.ok ? "written" : outcome.failure.kind);
          return outcome;
        },
      }),
    });
    const shift = await start(request(namespace, canary()), using);
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "previewed");
    assert.deepEqual(answers, ["invalid"]);
    assert.deepEqual(weights(await live(namespace), 2), [95, 5]);
    // Two routes stand in front of it now: it is written where it is.
    change = [{ op: "test", path: "/kind", value: "VirtualService" }];
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "soaking", "hold");
    assert.deepEqual(weights(await live(namespace), 2), [75, 25]);
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual(weights(await live(namespace), 2), [95, 5]);
  });

  it("fails over from machines to the cluster where the standby's weight is absent, and back", async () => {
    const namespace = await cluster.app();
    const before = await live(namespace, "app-failover");
    const change: Change = { kind: "weights", to: [{ leg: "app-v1", weight: 100 }], steps: [100] };
    const shift = await start(request(namespace, change, "app-failover"), await deps());
    assert.equal(shift.view.phase, "previewed", explain(shift));
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "hold");
    assert.deepEqual(weights(await live(namespace, "app-failover"), 0), [0, 100]);
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual((await live(namespace, "app-failover")).spec, before.spec);
  });

  it("without the permission to patch, applying is blocked and the patch can be copied", async () => {
    const namespace = await cluster.app({ replicas: { v2: 3 } });
    const shift = await start(
      request(namespace, canary(), "app", KINDS.virtualService, "viewer"),
      await deps({ context: "viewer" }),
    );
    assert.equal(shift.view.phase, "blocked");
    assert.deepEqual(blocked(shift), ["permission"]);
    assert.match(
      shift.view.members[0]?.kubectl?.apply ?? "",
      /^kubectl --context=viewer .* --type=json '--patch=/,
    );
    await shift.dispatch({ type: "confirm" });
    assert.equal(shift.view.phase, "blocked");
  });

  it("unknown credentials read nothing and call nothing all right", async () => {
    const namespace = await cluster.app();
    const shift = await start(
      request(namespace, canary(), "app", KINDS.virtualService, "stranger"),
      await deps({ context: "stranger" }),
    );
    assert.equal(shift.view.phase, "blocked");
    assert.deepEqual(
      shift.view.members[0]?.checks.map(({ level }) => level),
      ["block"],
    );
  });

  it("objects that somebody applies from a repository are blocked, and say who would revert the shift", async () => {
    const namespace = await cluster.app({ replicas: { v2: 3 } });
    const marks = [
      [
        "annotations",
        "argocd.argoproj.io/tracking-id",
        "web:networking.istio.io/VirtualService:shop/app",
        "Argo CD",
      ],
      ["labels", "kustomize.toolkit.fluxcd.io/name", "web", "Flux"],
      ["labels", "helm.toolkit.fluxcd.io/name", "web", "Flux"],
      ["annotations", "meta.helm.sh/release-name", "web", "Helm"],
      ["labels", "app.kubernetes.io/instance", "web", "Argo CD"],
    ] as const;
    for (const [place, key, value, tool] of marks) {
      await merge(namespace, { metadata: { [place]: { [key]: value } } });
      const shift = await start(request(namespace, canary()), await deps());
      assert.equal(shift.view.phase, "blocked", key);
      assert.deepEqual(blocked(shift), ["gitops"], key);
      assert.match(
        shift.view.members[0]?.reverts.map((message) => render(message)).join() ?? "",
        new RegExp(tool),
        key,
      );
      assert.deepEqual(shift.view.members[0]?.edit?.weights, [0, 100]);
      await merge(namespace, { metadata: { [place]: { [key]: null } } });
    }
  });

  it("a route that an Argo Rollout steers is left to it", async () => {
    const namespace = await cluster.app();
    const change: Change = { kind: "weights", to: [{ leg: "app-v2", weight: 100 }], steps: [100] };
    const shift = await start(request(namespace, change, "checkout"), await deps());
    assert.equal(shift.view.phase, "blocked");
    assert.ok(blocked(shift).includes("controller"));
  });

  it("an unready subset blocks with the largest safe weight", async () => {
    const namespace = await cluster.app({ replicas: { v1: 3, v2: 1 } });
    const none = await start(
      request(namespace, canary([100])),
      await deps({ thresholds: { podCapacity: undefined } }),
    );
    const check = none.view.members[0]?.checks.find(
      ({ id, level }) => id === "capacity" && level === "block",
    );
    // One ready Pod beside three that carry the traffic today.
    assert.equal(check?.message.values.safe, 33, explain(none));
    await traffic(namespace, 190, 10);
    const measured = await start(request(namespace, canary([100])), await deps({ metrics: prometheus() }));
    const lanes = measured.view.members[0]?.lanes ?? [];
    // What 90 % of one Pod carry of the requests that enter the route, by what Prometheus says at this moment.
    const entering = (lanes[0]?.rateNow ?? Number.NaN) / 0.95;
    assert.ok(entering > 100 && entering < 300, JSON.stringify(lanes));
    const safe = lanes[1]?.maxSafeWeight ?? 0;
    assert.ok(Math.abs(safe - 9000 / entering) <= 2, `${safe} ${JSON.stringify(lanes)}`);
    assert.equal(measured.view.phase, "blocked");
  });

  it("ramps back in steps to an old side that was shrunk meanwhile", async () => {
    const namespace = await cluster.app({ replicas: { v1: 3, v2: 3 } });
    await traffic(namespace, 120, 120);
    const seen: unknown[] = [];
    const using = await deps({
      metrics: prometheus(),
      change: (real) => watching(real, async () => void seen.push(weights(await live(namespace)))),
    });
    const shift = await start(request(namespace, canary([50, 100])), using);
    assert.equal(shift.view.phase, "previewed", explain(shift));
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "completed");
    await scale(namespace, "app-v1", 1);
    seen.length = 0;
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rampWait");
    await scale(namespace, "app-v1", 3);
    await reaches(shift, "rolledBack");
    assert.ok(seen.length >= 2, JSON.stringify(seen));
    assert.deepEqual(seen.at(-1), [95, 5]);
    const [first] = seen as number[][];
    assert.ok((first?.[0] ?? 100) < 95, JSON.stringify(seen));
  });

  it("failing requests abort within one interval, and the spec is what it was", async () => {
    const namespace = await cluster.app({ replicas: { v1: 3, v2: 3 } });
    await traffic(namespace, 60, 60);
    const before = await live(namespace);
    const shift = await start(
      request(namespace, canary()),
      await deps({ metrics: prometheus(), thresholds: { soak: 60 } }),
    );
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "soaking");
    await traffic(namespace, 60, 60, { errorRate: 0.2 });
    const began = Date.now();
    await reaches(shift, "rolledBack");
    assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`);
    assert.deepEqual((await live(namespace)).spec, before.spec);
  });

  it("requests that only their senders see fail abort too", async () => {
    const namespace = await cluster.app({ replicas: { v1: 3, v2: 3 } });
    await traffic(namespace, 60, 60);
    const before = await live(namespace);
    const shift = await start(
      request(namespace, canary()),
      await deps({ metrics: prometheus(), thresholds: { soak: 60 } }),
    );
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "soaking");
    await traffic(namespace, 60, 60, { neverArriving: 10 });
    await reaches(shift, "rolledBack");
    assert.match(log(shift), /failed on their way/);
    assert.deepEqual((await live(namespace)).spec, before.spec);
  });

  it("a Prometheus that is down holds, and abort works without it", async () => {
    const namespace = await cluster.app({ replicas: { v1: 3, v2: 3 } });
    await traffic(namespace, 60, 60);
    const before = await live(namespace);
    const shift = await start(
      request(namespace, canary()),
      await deps({ metrics: prometheus(), thresholds: { soak: 60 } }),
    );
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "soaking");
    await cluster.prometheus.stop();
    try {
      await reaches(shift, "hold");
      await shift.dispatch({ type: "abort" });
      await reaches(shift, "rolledBack");
    } finally {
      await cluster.prometheus.start();
    }
    assert.deepEqual((await live(namespace)).spec, before.spec);
  });

  it("the API server is killed in the middle and comes back", async () => {
    const namespace = await cluster.app({ replicas: { v1: 3, v2: 3 } });
    await traffic(namespace, 60, 60);
    let kills = 0;
    const using = await deps({
      metrics: prometheus(),
      change: (real) => ({
        ...bound(real),
        patch: async (ref, operations, options, signal) => {
          if (!options.dryRun && kills++ === 1) {
            await cluster.killApiServer();
            setTimeout(() => void cluster.startApiServer(), 1000);
          }
          return real.patch(ref, operations, options, signal);
        },
      }),
    });
    const shift = await start(request(namespace, canary()), using);
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "completed", "hold");
    if (shift.view.phase === "hold") {
      await shift.dispatch({ type: "retry" });
      await reaches(shift, "completed");
    }
    assert.deepEqual(weights(await live(namespace)), [0, 100]);
    assert.ok(kills >= 3, String(kills));
  });

  it("two people shift at once: here the second is refused, elsewhere nobody is overwritten", async () => {
    const namespace = await cluster.app({ replicas: { v1: 3, v2: 3 } });
    await traffic(namespace, 60, 60);
    const using = await deps({ metrics: prometheus(), thresholds: { soak: 60 } });
    const mine = await start(request(namespace, canary()), using);
    await mine.dispatch({ type: "confirm" });
    await reaches(mine, "soaking");
    const second = await start(request(namespace, canary([60, 100])), await deps({ metrics: prometheus() }));
    await second.dispatch({ type: "confirm" });
    await reaches(second, "blocked");
    assert.match(log(second), /Another shift of the same object/);
    await edit(
      namespace,
      [
        { op: "add", path: "/spec/http/1/route/0/weight", value: 40 },
        { op: "add", path: "/spec/http/1/route/1/weight", value: 60 },
      ],
      "kubectl-edit",
    );
    await reaches(mine, "hold");
    assert.match(log(mine), /changed by somebody else \(kubectl-edit/);
    assert.deepEqual(weights(await live(namespace)), [40, 60]);
    await mine.dispatch({ type: "leave" });
    assert.equal(mine.view.phase, "left");
    assert.equal((await onlyJournal(using, mine.view.id)).control.phase, "left");
  });

  it("inserts A/B header routes in front of the default route and takes them away again", async () => {
    const namespace = await cluster.app();
    const before = await live(namespace);
    const change: Change = {
      kind: "ab",
      routes: [
        { name: "group-a", header: "user-group", exact: "A", to: { host: "app", subset: "v1" } },
        { name: "group-b", header: "user-group", exact: "B", to: { host: "app", subset: "v2" } },
      ],
    };
    const shift = await start(request(namespace, change), await deps({ thresholds: { soak: 1 } }));
    assert.equal(shift.view.phase, "previewed", explain(shift));
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "soaking");
    const spec = (await live(namespace)).spec as { http: { name: string }[] };
    assert.deepEqual(
      spec.http.map(({ name }) => name),
      ["internal", "group-a", "group-b", "default"],
    );
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual((await live(namespace)).spec, before.spec);
  });

  it("a subset that an A/B route needs is defined first, and goes last on the way back", async () => {
    const namespace = await cluster.app();
    const before = await live(namespace);
    const rule = () =>
      cluster.api.get(`/apis/networking.istio.io/v1/namespaces/${namespace}/destinationrules/app`);
    const ruleBefore = await rule();
    const of = (type: typeof KINDS.virtualService, change: Change): Intent => ({
      context: "admin",
      ref: { type, namespace, name: "app" },
      ...change,
    });
    const blue = { name: "blue", labels: { version: "v2" } };
    const toBlue: Change = {
      kind: "ab",
      routes: [{ name: "blue", header: "group", exact: "B", to: { host: "app", subset: "blue" } }],
    };
    const alone = await start(request(namespace, toBlue), await deps());
    assert.ok(blocked(alone).includes("subset"), "by itself the route leads nowhere");
    const intents = [
      of(KINDS.destinationRule, { kind: "subsets", subsets: [blue] }),
      of(KINDS.virtualService, toBlue),
    ];
    const using = await deps();
    const shift = await start(
      { intents, emergency: false, accepted: [], ask: false },
      {
        ...using,
        clock: { ...clock, sleep: (_, signal) => clock.sleep(50, signal), now: () => Date.now() * 100 },
      },
    );
    assert.equal(shift.view.phase, "previewed", explain(shift));
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "completed");
    const subsets = ((await rule()).spec as { subsets: object[] }).subsets;
    assert.deepEqual(subsets.at(-1), blue);
    assert.match(JSON.stringify((await live(namespace)).spec), /"subset":"blue"/);
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual((await live(namespace)).spec, before.spec);
    assert.deepEqual((await rule()).spec, ruleBefore.spec);
  });

  it("shifts an HTTPRoute, a DNSEndpoint and promotes a database in one failover, each in its turn", async () => {
    const namespace = await cluster.app({ replicas: { v1: 3, v2: 3 } });
    const using = await deps();
    const of = (name: string, type: typeof KINDS.httpRoute, change: Change): Intent => ({
      context: "admin",
      ref: { type, namespace, name },
      ...change,
    });
    const shift = await start(
      {
        intents: [
          of("orders", KINDS.dnsEndpoint, { kind: "dns", record: {}, targets: ["k8s.example.net"] }),
          of("web", KINDS.httpRoute, { kind: "weights", to: [{ leg: "app-v2", weight: 100 }], steps: [100] }),
        ],
        emergency: false,
        accepted: [],
        ask: false,
      },
      {
        ...using,
        clock: { ...clock, sleep: (_, signal) => clock.sleep(50, signal), now: () => Date.now() * 100 },
      },
    );
    assert.equal(shift.view.phase, "previewed", explain(shift));
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "hold");
    const dns = `/apis/externaldns.k8s.io/v1alpha1/namespaces/${namespace}/dnsendpoints/orders`;
    const web = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes/web`;
    const targets = async () =>
      ((await cluster.api.get(dns)).spec as { endpoints: { targets: string[] }[] }).endpoints[0]?.targets;
    const backends = async () =>
      (
        (await cluster.api.get(web)).spec as { rules: { backendRefs: { weight: number }[] }[] }
      ).rules[0]?.backendRefs.map(({ weight }) => weight);
    assert.deepEqual(await targets(), ["k8s.example.net"]);
    assert.deepEqual(await backends(), [0, 100]);
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual(await targets(), ["vm.example.net"]);
    assert.deepEqual(await backends(), [90, 10]);
  });

  it("a promoted database holds until somebody has seen that it takes writes", async () => {
    const namespace = await cluster.app();
    const change: Change = { kind: "promoteDatabase", tokenFrom: null };
    const shift = await start(
      request(namespace, change, "orders-db", KINDS.database),
      await deps({ thresholds: { patience: 1 } }),
    );
    assert.equal(shift.view.phase, "previewed", explain(shift));
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "hold");
    const db = await cluster.api.get(
      `/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/clusters/orders-db`,
    );
    assert.equal((db.spec as { replica: { enabled: boolean } }).replica.enabled, false);
    assert.match(render(shift.view.status), /read-only/);
    await shift.dispatch({ type: "continue", reason: "pg_is_in_recovery() is false" });
    await reaches(shift, "completed");
  });

  it("asks an Argo Rollout's controller through the fields it knows", async () => {
    const namespace = await cluster.app();
    const rollout = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts/checkout`;
    // In place of the controller, which does not run here.
    await cluster.api.expect(
      "PATCH",
      `${rollout}/status`,
      {
        status: {
          currentPodHash: "abc",
          stableRS: "xyz",
          currentStepIndex: 1,
          pauseConditions: [{ reason: "CanaryPauseStep", startTime: "2026-01-01T00:00:00Z" }],
        },
      },
      "application/merge-patch+json",
    );
    const status = async () =>
      ((await cluster.api.get(rollout)) as unknown as { status: Record<string, unknown> }).status;
    const run = async (verb: "promote" | "abort" | "retry" | "promoteFull") => {
      const shift = await start(
        request(namespace, { kind: "rollout", verb }, "checkout", KINDS.rollout),
        await deps(),
      );
      assert.equal(shift.view.phase, "previewed", explain(shift));
      await shift.dispatch({ type: "confirm" });
      await reaches(shift, "completed");
    };
    await run("promote");
    assert.equal((await status()).pauseConditions, undefined);
    await run("abort");
    assert.equal((await status()).abort, true);
    await run("retry");
    assert.equal((await status()).abort, false);
    await run("promoteFull");
    assert.equal((await status()).promoteFull, true);
  });

  it("undoes a Rollout by the template of its former revision", async () => {
    const namespace = await cluster.app();
    const rollout = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts/checkout`;
    const { metadata, spec } = await cluster.api.get(rollout);
    const { template } = spec as { template: { metadata: object; spec: { containers: object[] } } };
    const image = "registry.example/checkout:0.9.0";
    // In place of the controller, which does not run here: the present revision and the one before.
    for (const [hash, revision, containers] of [
      ["abc", "2", template.spec.containers],
      ["xyz", "1", template.spec.containers.map((container) => ({ ...container, image }))],
    ] as const) {
      const labels = { app: "checkout", "rollouts-pod-template-hash": hash };
      await cluster.api.expect("POST", `/apis/apps/v1/namespaces/${namespace}/replicasets`, {
        metadata: {
          name: `checkout-${hash}`,
          labels,
          annotations: { "rollout.argoproj.io/revision": revision },
          ownerReferences: [
            { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name: "checkout", uid: metadata.uid },
          ],
        },
        spec: {
          replicas: 0,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { ...template.spec, containers } },
        },
      });
    }
    await cluster.api.expect(
      "PATCH",
      `${rollout}/status`,
      { status: { currentPodHash: "abc", stableRS: "xyz" } },
      "application/merge-patch+json",
    );
    const shift = await start(
      request(namespace, { kind: "rollout", verb: "undo" }, "checkout", KINDS.rollout),
      await deps(),
    );
    assert.equal(shift.view.phase, "previewed", explain(shift));
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "completed");
    const after = (await cluster.api.get(rollout)).spec as { template: typeof template };
    assert.deepEqual(
      after.template.spec.containers.map((container) => (container as { image: string }).image),
      [image],
    );
    // The hash is the controller's: with it the new revision would be told from no other.
    assert.deepEqual(after.template.metadata, { ...template.metadata, labels: { app: "checkout" } });
    assert.deepEqual({ ...after, template: undefined }, { ...(spec as object), template: undefined });
  });

  it("Pods that a quota keeps out block the step that needs them", async () => {
    const namespace = await cluster.app({ replicas: { v1: 3, v2: 1 } });
    const quotas = `/api/v1/namespaces/${namespace}/resourcequotas`;
    await cluster.api.expect("POST", quotas, { metadata: { name: "team" }, spec: { hard: { pods: "100" } } });
    const counted = async () =>
      ((await cluster.api.get(`${quotas}/team`)) as unknown as { status: Record<string, { pods?: string }> })
        .status;
    await waitFor("The quota's being counted", async () => Number((await counted()).used?.pods ?? 0) >= 4);
    const used = (await counted()).used?.pods;
    const roomy = await start(request(namespace, canary([10])), await deps());
    assert.equal(levelOf(roomy, "quota"), "pass", explain(roomy));
    const merge = "application/merge-patch+json";
    await cluster.api.expect("PATCH", `${quotas}/team`, { spec: { hard: { pods: used } } }, merge);
    await waitFor("The new bound", async () => (await counted()).hard?.pods === used);
    const full = await start(request(namespace, canary([100])), await deps());
    assert.ok(blocked(full).includes("quota"), explain(full));
  });

  it("a chart's instance label alone is told where the cluster serves no Argo CD", async () => {
    const namespace = await cluster.app({ replicas: { v2: 3 } });
    const labels = { "app.kubernetes.io/instance": "web", "app.kubernetes.io/managed-by": "Helm" };
    await merge(namespace, { metadata: { labels } });
    const shift = await start(request(namespace, canary()), await deps());
    assert.equal(shift.view.phase, "previewed", explain(shift));
    assert.equal(levelOf(shift, "gitops"), "warn");
  });

  it("follows a root VirtualService to the delegate that has the route", async () => {
    const namespace = await cluster.app({ replicas: { v1: 3, v2: 3 } });
    const collection = `/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices`;
    const create = (name: string, spec: object) =>
      cluster.api.expect("POST", collection, {
        apiVersion: "networking.istio.io/v1",
        kind: "VirtualService",
        metadata: { name },
        spec,
      });
    const to = (subset: string, weight: number) => ({ destination: { host: "app", subset }, weight });
    const hosts = [`${namespace}.example.com`];
    await create("inner", { http: [{ name: "all", route: [to("v1", 95), to("v2", 5)] }] });
    await create("root", {
      hosts,
      gateways: ["edge"],
      http: [{ match: [{ uri: { prefix: "/" } }], delegate: { name: "inner" } }],
    });
    await create("rival", { hosts, gateways: ["edge"], http: [{ route: [to("v1", 100)] }] });
    const before = await live(namespace, "inner");
    const shift = await start(request(namespace, canary([100]), "root"), await deps());
    assert.equal(shift.view.phase, "previewed", explain(shift));
    assert.equal(shift.view.members[0]?.name, "inner");
    const rivals = shift.view.members[0]?.checks.find(({ id }) => id === "rivals");
    assert.equal(rivals?.message.values.names, `${namespace}/rival`);
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "hold", "soaking");
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual((await live(namespace, "inner")).spec, before.spec);
  });

  it("journals are private and hold no tokens, header values or Secrets", async () => {
    const shiftsFolder = join(folder, "shifts");
    const names = (await readdir(shiftsFolder)).filter((name) => name.endsWith(".json"));
    assert.ok(names.length > 0);
    for (const name of names) {
      const text = await readFile(join(shiftsFolder, name), "utf8");
      for (const token of Object.values(cluster.tokens)) assert.ok(!text.includes(token), name);
      assert.ok(!text.includes("always"), "the header's value of the internal route");
      assert.equal((await stat(join(shiftsFolder, name))).mode & 0o777, 0o600);
    }
  });

  function levelOf(shift: Shift, id: string): string | undefined {
    return shift.view.members[0]?.checks.find((check) => check.id === id)?.level;
  }

  async function onlyJournal(using: ShiftDeps, id: string | undefined) {
    const { journals } = await (using.journals as DiskJournals).list();
    const journal = journals.find((candidate) => candidate.id === id);
    assert.ok(journal);
    return journal;
  }

  async function edit(namespace: string, operations: readonly object[], manager = "test") {
    await cluster.api.expect("PATCH", `${path(namespace)}?fieldManager=${manager}`, operations, PATCH);
  }

  async function merge(namespace: string, body: object) {
    await cluster.api.expect("PATCH", path(namespace), body, "application/merge-patch+json");
  }

  async function scale(namespace: string, name: string, replicas: number) {
    const deployment = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
    const { status } = (await cluster.api.get(deployment)) as unknown as {
      status: { readyReplicas?: number };
    };
    const others = (await readyEndpoints(cluster.api, namespace)) - (status.readyReplicas ?? 0);
    await cluster.api
      .expect("DELETE", `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/${name}`)
      .catch(() => {});
    await cluster.api.expect("PATCH", deployment, { spec: { replicas } }, "application/merge-patch+json");
    await waitFor(
      "The scaling",
      async () => (await readyEndpoints(cluster.api, namespace)) === others + replicas,
    );
  }
});

/** Resolves once the shift is in one of the phases; rejects when it comes to rest in another. */
function reaches(shift: Shift, ...phases: readonly Phase[]): Promise<void> {
  const rest: readonly Phase[] = [...ENDED, "blocked", "completed", "manualIntervention", "hold"];
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`still ${explain(shift)}`)), 60_000);
    let stop = () => {};
    const look = () => {
      const { phase } = shift.view;
      const isThere = phases.includes(phase);
      if (!isThere && !rest.includes(phase)) return;
      clearTimeout(timer);
      stop();
      if (isThere) resolve();
      else reject(new Error(explain(shift)));
    };
    stop = shift.onChange(() => setImmediate(look));
    look();
  });
}

function explain(shift: Shift): string {
  const { phase, status, members } = shift.view;
  const checks = members
    .flatMap((member) => member.checks)
    .filter(({ level }) => level === "block" || level === "unknown");
  return `${phase}: ${render(status)}\n${log(shift)}\n${checks.map(({ id, level, message }) => `${level} ${id}: ${render(message)}`).join("\n")}`;
}

function log(shift: Shift): string {
  return shift.view.log.map(({ message }) => render(message)).join("\n");
}

function blocked(shift: Shift): readonly string[] {
  return shift.view.members.flatMap(({ checks }) =>
    checks.flatMap(({ id, level }) => (level === "block" ? [id] : [])),
  );
}

function bound(real: Cluster): Cluster {
  return {
    identity: (signal) => real.identity(signal),
    get: (ref, signal) => real.get(ref, signal),
    list: (type, query, pick, signal) => real.list(type, query, pick, signal),
    mayI: (access, signal) => real.mayI(access, signal),
    patch: (ref, operations, options, signal) => real.patch(ref, operations, options, signal),
  };
}

/** Calls back after every write that was carried out. */
function watching(real: Cluster, written: () => Promise<void>): Cluster {
  return {
    ...bound(real),
    patch: async (ref, operations, options, signal) => {
      const outcome = await real.patch(ref, operations, options, signal);
      if (outcome.ok && !options.dryRun) await written();
      return outcome;
    },
  };
}

type Routes = { http: { route: { weight?: number }[] }[] };

function weights({ spec }: Manifest, index = 1): readonly (number | undefined)[] {
  return (spec as Routes).http[index]?.route.map(({ weight }) => weight ?? 0) ?? [];
}

function withoutWeights({ spec }: Manifest): unknown {
  return JSON.parse(JSON.stringify(spec, (key, value) => (key === "weight" ? undefined : value)));
}
