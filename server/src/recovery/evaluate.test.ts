import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { render } from "../model/message.ts";
import { type Files, uriOf } from "../testing/memory-workspace.ts";
import { Workspace } from "../workspace/workspace.ts";
import { itemName } from "./data-items.ts";
import { formatDuration } from "./durations.ts";
import { type Estimate, inSequence } from "./estimate.ts";
import { type ObjectiveRecovery, type Recovery, recoveryOf } from "./evaluate.ts";
import type { Disruption } from "./plan.ts";
import { referencesOf } from "./references.ts";
import { timelineOf } from "./timeline.ts";

const EXAMPLES = [
  "dr/plan.yaml",
  "dr/dns.yaml",
  "backup/velero.yaml",
  "backup/database.yaml",
  "kubernetes/app.yaml",
  "istio/failover.yaml",
  "istio/app.yaml",
  "istio/canary.yaml",
] as const;

type Edit = readonly [file: string, from: string, to: string];

/** The example, with some of its text replaced. */
function examples(...changes: readonly Edit[]): Files {
  const files: Record<string, string> = {};
  for (const name of EXAMPLES)
    files[name] = readFileSync(new URL(`../../../examples/${name}`, import.meta.url), "utf8");
  for (const [file, from, to] of changes) {
    const text = files[file] ?? "";
    assert.ok(text.includes(from), `${file} holds ${from}`);
    files[file] = text.replace(from, to);
  }
  return files;
}

function workspaceOf(files: Files): Workspace {
  const workspace = new Workspace(["kubeadm.k8s.io/ClusterConfiguration"]);
  for (const [path, text] of Object.entries(files)) workspace.set(uriOf(path), text);
  workspace.markComplete();
  return workspace;
}

function evaluated(files: Files): Recovery {
  const snapshot = workspaceOf(files).snapshot();
  const [plan] = snapshot.find("type", "nines/DisasterRecoveryPlan");
  assert.ok(plan !== undefined);
  const recovery = recoveryOf(plan, snapshot);
  assert.ok(recovery !== undefined);
  return recovery;
}

function objective(recovery: Recovery, disruption: Disruption): ObjectiveRecovery {
  const found = recovery.objectives.find((each) => each.disruption === disruption);
  assert.ok(found !== undefined);
  return found;
}

function shown(estimate: Estimate | undefined): string {
  if (estimate === undefined) return "nothing";
  return `${estimate.open ? "≥ " : ""}${formatDuration(estimate.worst)}`;
}

/** RTO of a disruption, and what it means. */
function rto(files: Files, disruption: Disruption): readonly [string, string | undefined] {
  const { time } = objective(evaluated(files), disruption);
  return [shown(time.computed), time.verdict];
}

function rpo(files: Files, disruption: Disruption): readonly [string, string | undefined] {
  const { loss } = objective(evaluated(files), disruption);
  return [shown(loss.computed), loss.verdict];
}

const TTL_300 = ["dr/plan.yaml", "ttl: 30s", "ttl: 300s"] as const;
const IN_SEQUENCE = [
  "dr/plan.yaml",
  "{name: scale-up,   duration: 5m, targetReplicas: 6}",
  "{name: scale-up,   duration: 5m, targetReplicas: 6, after: [switch-dns]}",
] as const;

test("the worked example: Site takes 14m30s, which is met", () => {
  const { time, loss } = objective(evaluated(examples()), "Site");
  assert.equal(shown(time.computed), "14m30s");
  assert.equal(time.verdict, "met");
  const path = time.recovery?.path.map(({ name, estimate }) => `${render(name)} ${shown(estimate)}`);
  assert.deepEqual(path, ["detection 3m", "decision 5m", "scale-up 5m", "verify 1m30s"]);
  assert.deepEqual([shown(loss.computed), loss.verdict], ["0s", "met"]);
});

test("a TTL of 300 s makes it 17m30s, whether the plan or the DNSEndpoint says so", () => {
  assert.deepEqual(rto(examples(TTL_300), "Site"), ["17m30s", "breached"]);
  const manifest = ["dr/dns.yaml", "recordTTL: 30", "recordTTL: 300"] as const;
  assert.deepEqual(rto(examples(manifest), "Site"), ["17m30s", "breached"]);
  const { time } = objective(evaluated(examples(manifest)), "Site");
  const ttl = time.inputs.find(({ id }) => id === "ttl");
  assert.ok(ttl?.origin.kind === "declared");
  assert.equal(ttl.origin.at.document.uri, uriOf("dr/dns.yaml"));
});

test("annotations of external-dns give the TTL, and stay texts when it is shortened", () => {
  const ingress = (annotations: string) => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: app
  annotations: {${annotations}}
spec:
  rules: [{host: App.example.com., http: {paths: []}}]
`;
  const withIngress = (annotations: string): Files => {
    const { "dr/dns.yaml": _, ...files } = examples(["dr/plan.yaml", "      ttl: 30s\n", ""]);
    return { ...files, "dr/ingress.yaml": ingress(annotations) };
  };
  const site = (annotations: string) => rto(withIngress(annotations), "Site")[0];
  assert.equal(site('external-dns.alpha.kubernetes.io/ttl: "300"'), "17m30s");
  assert.equal(site("external-dns.kubernetes.io/ttl: 5m"), "17m30s");
  assert.equal(site('external-dns.alpha.kubernetes.io/ttl: "30"'), "14m30s");
  // Nothing that external-dns takes, and what another controller is to read.
  for (const none of [
    "",
    "external-dns.alpha.kubernetes.io/ttl: soon",
    'external-dns.alpha.kubernetes.io/ttl: "0"',
  ])
    assert.match(site(none), /^≥ /, none);
  assert.match(
    site('external-dns.alpha.kubernetes.io/ttl: "300", external-dns.alpha.kubernetes.io/controller: other'),
    /^≥ /,
  );
  const { time } = objective(evaluated(withIngress('external-dns.alpha.kubernetes.io/ttl: "300"')), "Site");
  const [first] = time.improvements;
  assert.ok(first?.change.kind === "value");
  assert.equal(first.change.text, '"30"');
});

test("scaling after the switch makes it 18m, and 22m30s with the long TTL", () => {
  assert.deepEqual(rto(examples(IN_SEQUENCE), "Site"), ["18m", "breached"]);
  assert.deepEqual(rto(examples(IN_SEQUENCE, TTL_300), "Site"), ["22m30s", "breached"]);
});

test("what would shorten it, the cheapest first, each computed", () => {
  const { time } = objective(evaluated(examples(IN_SEQUENCE, TTL_300)), "Site");
  assert.deepEqual(
    time.improvements.map(({ title, total, suffices }) => [render(title), shown(total), suffices]),
    [
      ["TTL 300s -> 30s saves 4m30s", "18m", false],
      ["“scale-up” beside “switch-dns” saves 5m", "17m30s", false],
      ["an automatic decision saves 5m", "17m30s", false],
    ],
  );
  const [ttl] = time.improvements;
  assert.ok(ttl?.change.kind === "value");
  const { document, range } = ttl.change.at;
  assert.equal(document.text.slice(range.start, range.end), "300s");
  assert.equal(ttl.change.text, "30s");
});

test("a TTL of a manifest is improved there, in its unit", () => {
  const { time } = objective(evaluated(examples(["dr/dns.yaml", "recordTTL: 30", "recordTTL: 300"])), "Site");
  const [ttl] = time.improvements;
  assert.ok(ttl?.change.kind === "value");
  assert.equal(ttl.change.text, "30");
  assert.equal(ttl.suffices, true);
});

test("500 GiB at 200 MiB/s take 42m40s, and Region 2h6m10s", () => {
  const { time } = objective(evaluated(examples()), "Region");
  const restore = time.recovery?.path.find(({ name }) => render(name) === "restore-db");
  assert.equal(shown(restore?.estimate), "42m40s");
  assert.deepEqual([shown(time.computed), time.verdict], ["2h6m10s", "met"]);
});

test("hourly increments with a run of 12 and a copy of 10 minutes lose 82 minutes of the promised hour", () => {
  const { loss } = objective(evaluated(examples()), "Region");
  assert.equal(loss.computed?.worst, 82 * 60);
  assert.equal(loss.verdict, "breached");
  assert.equal(loss.recovery.worst && render(itemName(loss.recovery.worst.item)), "main");
  assert.deepEqual(
    loss.improvements.map(({ title }) => render(title)),
    ["“db” every 30m loses 52m, 30m less"],
  );
});

test("a run that takes longer than its interval lets the next one out", () => {
  // 60 min twice + 61 min + 10 min
  assert.equal(
    rpo(
      examples(["dr/plan.yaml", "duration: 12m, copyDuration", "duration: 61m, copyDuration"]),
      "Region",
    )[0],
    "3h11m",
  );
});

test("corruption is replicated: only backups count for Software", () => {
  const { loss } = objective(evaluated(examples()), "Software");
  const losses = loss.recovery.items.map(({ item, estimate, copy }) => [
    render(itemName(item)),
    shown(estimate),
    copy?.name,
  ]);
  assert.deepEqual(losses, [
    ["main", "1h22m", "db"],
    ["virtual machines", "26h", "vm"],
    ["container data", "≥ 24h", "k8s"],
  ]);
  assert.equal(loss.verdict, "breached");
});

test("a synchronous replica that may be left out promises nothing", () => {
  const preferred = ["dr/plan.yaml", "dataDurability: required}", "dataDurability: preferred}"] as const;
  assert.deepEqual(rpo(examples(preferred), "Site"), ["1h22m", "breached"]);
  // It may be far less than the backup's age: then nobody knows.
  const hour = ["dr/plan.yaml", "Site,     rpo: 0s", "Site,     rpo: 1h"] as const;
  assert.deepEqual(rpo(examples(preferred, hour), "Site"), ["1h22m", "unknown"]);
  const lag = ["dr/plan.yaml", "dataDurability: required}", "dataDurability: preferred, lag: 5s}"] as const;
  assert.deepEqual(rpo(examples(lag), "Site"), ["5s", "breached"]);
});

test("a copy of unknown age takes nothing away from one whose age is known", () => {
  const { loss } = objective(evaluated(examples()), "Region");
  const containers = loss.recovery.items.find(({ item }) => item.kind === "Container");
  assert.equal(containers?.copy?.name, "remote-async");
  assert.equal(shown(containers?.estimate), "21m");
});

test("copies beside the data are lost with their site, those of the city with the region", () => {
  assert.deepEqual(
    rpo(examples(["dr/plan.yaml", "site: dc-b, replication", "site: dc-a, replication"]), "Site"),
    ["1h22m", "breached"],
  );
  assert.deepEqual(
    rpo(
      examples([
        "dr/plan.yaml",
        "copyDuration: 10m, repositorySite: dr",
        "copyDuration: 10m, repositorySite: dc-b",
      ]),
      "Region",
    ),
    ["∞", "breached"],
  );
});

test("values of manifests are read through the snapshot, so an edit evaluates the plan again", () => {
  const workspace = workspaceOf(examples());
  const asked = new Set<string>();
  const [plan] = workspace.snapshot().find("type", "nines/DisasterRecoveryPlan");
  assert.ok(plan !== undefined);
  const site = () => {
    const recovery = recoveryOf(plan, workspace.snapshot(asked));
    assert.ok(recovery !== undefined);
    return objective(recovery, "Software");
  };
  assert.equal(shown(site().time.computed), "2m46s"); // 31 s + 45 s grace + 60 s start + 30 s delay
  workspace.takeChanges();
  const edit = (file: string, from: string, to: string) => {
    workspace.set(uriOf(file), (examples()[file] ?? "").replace(from, to));
    const { questions } = workspace.takeChanges();
    assert.ok(
      [...questions].some((question) => asked.has(question)),
      `${file} was asked for`,
    );
  };
  edit("kubernetes/app.yaml", "periodSeconds: 10", "periodSeconds: 20");
  assert.equal(shown(site().time.computed), "3m16s");
  edit("backup/velero.yaml", '"0 2 * * *"', '"0 2 * * 0"');
  assert.equal(shown(site().loss.computed), "≥ 7d");
  edit("dr/dns.yaml", "recordTTL: 30", "recordTTL: 60");
});

test("Hardware follows from spread and eviction", () => {
  const noMachines = ["dr/plan.yaml", "    vsphere:", "    other:"] as const;
  // The database is on a machine of which the plan says nothing.
  assert.deepEqual(rto(examples(noMachines), "Hardware"), ["≥ 55s", "unknown"]);
  const noDatabase = ["dr/plan.yaml", "\n  databases:", "\n  other:"] as const;
  assert.deepEqual(rto(examples(noMachines, noDatabase), "Hardware"), ["55s", "met"]);
  const together = [
    "kubernetes/app.yaml",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "ignored",
  ] as const;
  assert.deepEqual(rto(examples(noMachines, noDatabase, together), "Hardware"), ["6m50s", "met"]); // 50 s + 300 s + 60 s
  const named = ["kubernetes/app.yaml", "kind: Deployment", "kind: StatefulSet"] as const;
  const reference = [
    "dr/plan.yaml",
    "[apps/Deployment/prod/app-k8s]",
    "[apps/StatefulSet/prod/app-k8s]",
  ] as const;
  // Its pod is replaced when the node is known to be gone.
  const lost = rto(examples(noMachines, noDatabase, together, named, reference), "Hardware");
  assert.deepEqual(lost, ["≥ 6m50s", "unknown"]);
  const off = ["dr/plan.yaml", "enabled: true", "enabled: false"] as const;
  assert.deepEqual(rto(examples(off), "Hardware"), ["∞", "breached"]);
});

test("a duration beside a strategy counts where it is longer, or where the strategy is open", () => {
  const step = "{name: shift-mesh, strategy: mesh, after";
  const stated = (duration: string) =>
    rto(
      examples(["dr/plan.yaml", step, `{name: shift-mesh, strategy: mesh, duration: ${duration}, after`]),
      "Site",
    )[0];
  assert.equal(stated("5m"), "15m30s"); // 3m + 5m + 1m + 5m + 1m30s
  assert.equal(stated("5s"), "14m30s");
  const open: Edit = ["dr/plan.yaml", ", estimatedDuration: 60s", ""];
  const promote: Edit = [
    "dr/plan.yaml",
    "{name: promote-db, strategy: db}",
    "{name: promote-db, strategy: db, duration: 4m}",
  ];
  assert.deepEqual(rto(examples(open), "Site"), ["≥ 14m30s", "unknown"]);
  assert.deepEqual(rto(examples(open, promote), "Site"), ["16m", "breached"]); // 3m + 5m + 4m + 2m30s + 1m30s
});

test("outlier detection: errors in a row by errors per second of one proxy, read from the DestinationRule", () => {
  const from = "detection: {source: Prometheus, scrapeInterval: 30s, for: 2m, groupWait: 30s}";
  const detected = (to: string, ...more: readonly Edit[]) => {
    const { failovers } = evaluated(examples(["dr/plan.yaml", from, `detection: ${to}`], ...more));
    return shown(failovers[0]?.model.detection.estimate);
  };
  assert.equal(detected("{source: OutlierDetection, errorsPerSecond: 0.5}"), "10s");
  const twenty: Edit = ["istio/app.yaml", "consecutive5xxErrors: 5", "consecutive5xxErrors: 20"];
  assert.equal(detected("{source: OutlierDetection, errorsPerSecond: 0.5}", twenty), "40s");
  assert.equal(detected("{source: OutlierDetection}"), "≥ 0s");
  const off: Edit = ["istio/app.yaml", "consecutive5xxErrors: 5", "consecutive5xxErrors: 0"];
  assert.equal(detected("{source: OutlierDetection, errorsPerSecond: 0.5}", off), "∞");
});

test("flags of the control plane count where the plan says nothing about a cluster", () => {
  const files = {
    "plan.yaml": `apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: {name: app}
spec: {objectives: [{disruption: Hardware, rto: 10m}], workloads: [apps/Deployment/web]}
`,
    "web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}}
`,
  };
  const cluster = `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
controllerManager: {extraArgs: [{name: node-monitor-grace-period, value: 20s}]}
apiServer: {extraArgs: [{name: default-unreachable-toleration-seconds, value: "30"}]}
`;
  assert.deepEqual(rto(files, "Hardware"), ["6m50s", "met"]); // 50 s + 300 s + 60 s
  assert.deepEqual(rto({ ...files, "cluster.yaml": cluster }, "Hardware"), ["1m50s", "met"]);
});

test("a backup on a day that no year has is never made", () => {
  const never = ["dr/plan.yaml", 'incremental: "0 0 * * * *"', 'incremental: "0 0 0 31 2 *"'] as const;
  const full = ["dr/plan.yaml", 'full: "0 0 0 * * *"', 'full: "0 0 0 30 2 *"'] as const;
  assert.equal(rpo(examples(never), "Region")[0], "24h22m");
  assert.equal(rpo(examples(never, full), "Region")[0], "∞");
});

test("what is unknown is never zero: it is said, and keeps no promise", () => {
  const undecided = [
    "dr/plan.yaml",
    "decision:  {mode: Manual, budget: 5m}",
    "decision:  {mode: Manual}",
  ] as const;
  const { time } = objective(evaluated(examples(undecided)), "Site");
  assert.deepEqual([shown(time.computed), time.verdict], ["≥ 9m30s", "unknown"]);
  assert.ok(time.assumptions.some((each) => render(each).includes("decision.budget")));
  const automatic = [
    "dr/plan.yaml",
    "decision:  {mode: Manual, budget: 5m}",
    "decision:  {mode: Automatic}",
  ] as const;
  assert.deepEqual(rto(examples(automatic), "Site"), ["9m30s", "met"]);
  const template = ["dr/plan.yaml", "budget: 5m", 'budget: "$' + '{BUDGET}"'] as const;
  assert.deepEqual(rto(examples(template), "Site"), ["≥ 9m30s", "unknown"]);
});

test("an objective that nothing serves has no time", () => {
  const unserved = ["dr/plan.yaml", "serves: [Site]", "serves: []"] as const;
  assert.deepEqual(rto(examples(unserved), "Site"), ["nothing", "unknown"]);
});

test("a circle never ends, and a duration that cannot be counted is not known", () => {
  const circle = [
    "dr/plan.yaml",
    "{name: promote-db, strategy: db}",
    "{name: promote-db, strategy: db, after: [verify]}",
  ] as const;
  assert.deepEqual(rto(examples(circle), "Site"), ["∞", "breached"]);
  for (const duration of ["-90s", "90", "soon"])
    assert.deepEqual(rto(examples(["dr/plan.yaml", "duration: 90s", `duration: ${duration}`]), "Site"), [
      "≥ 13m",
      "unknown",
    ]);
  const ghost = ["dr/plan.yaml", "after: [shift-mesh,", "after: [shift-mash,"] as const;
  assert.match(rto(examples(ghost), "Site")[0], /^≥ /);
});

test("every reference of the example resolves, and one that does not is found", () => {
  const states = (files: Files) => {
    const snapshot = workspaceOf(files).snapshot();
    const [plan] = snapshot.find("type", "nines/DisasterRecoveryPlan");
    const recovery = plan === undefined ? undefined : recoveryOf(plan, snapshot);
    assert.ok(recovery !== undefined);
    return referencesOf(recovery.plan, snapshot).map(({ text, resolution }) => `${text} ${resolution.state}`);
  };
  assert.deepEqual(
    states(examples()).filter((state) => !state.endsWith(" found")),
    [],
  );
  assert.ok(
    states(examples(["dr/plan.yaml", "velero/Schedule/app", "velero/Schedule/ap"])).includes(
      "velero/Schedule/ap missing",
    ),
  );
  assert.ok(
    states(examples(["dr/plan.yaml", "virtualService: prod/app\n", "virtualService: test/app\n"])).includes(
      "test/app missing",
    ),
  );
});

test("the timeline of a failover: its bars lie where the graph puts them", () => {
  const [site] = timelineOf(evaluated(examples())).failovers;
  assert.ok(site !== undefined);
  const bars = site.bars.map(({ label, start, end, critical }) => [
    render(label),
    start[1],
    end[1],
    critical,
  ]);
  assert.deepEqual(bars, [
    ["detection", 0, 180, true],
    ["decision", 180, 480, true],
    ["promote-db", 480, 540, false],
    ["shift-mesh", 540, 550, false],
    ["switch-dns", 540, 690, false],
    ["scale-up", 480, 780, true],
    ["verify", 780, 870, true],
  ]);
  assert.deepEqual(site.objectives, [{ disruption: "Site", promised: 900, verdict: "met" }]);
  assert.equal(site.total.worst, 870);
});

test("the critical path adds up to the total, for every failover", () => {
  for (const { path, total } of evaluated(examples(IN_SEQUENCE, TTL_300)).failovers)
    assert.equal(inSequence(path.map(({ estimate }) => estimate)).worst, total.worst);
});

test("no time gets better when a part of it takes longer, and the best case is never worse than the worst", () => {
  const seconds = fc.tuple(...Array.from({ length: 6 }, () => fc.integer({ min: 0, max: 2000 })));
  const totals = ([scrape, budget, ttl, scale, run, copy]: readonly number[]) => {
    const { objectives } = evaluated(
      examples(
        ["dr/plan.yaml", "scrapeInterval: 30s, for: 2m", `scrapeInterval: ${scrape}s, for: 2m`],
        ["dr/plan.yaml", "budget: 5m", `budget: ${budget}s`],
        ["dr/plan.yaml", "ttl: 30s", `ttl: ${ttl}s`],
        ["dr/plan.yaml", "duration: 5m, targetReplicas", `duration: ${scale}s, targetReplicas`],
        ["dr/plan.yaml", "duration: 12m, copyDuration: 10m", `duration: ${run}s, copyDuration: ${copy}s`],
      ),
    );
    return objectives.flatMap(({ time, loss }) => [time.computed, loss.computed]);
  };
  fc.assert(
    fc.property(seconds, fc.nat({ max: 5 }), fc.integer({ min: 1, max: 2000 }), (values, which, more) => {
      const before = totals(values);
      const after = totals(values.map((value, i) => (i === which ? value + more : value)));
      before.forEach((estimate, i) => {
        const later = after[i];
        assert.ok(estimate !== undefined && later !== undefined);
        assert.ok(estimate.best <= estimate.worst);
        assert.ok(later.worst >= estimate.worst && later.best >= estimate.best);
      });
    }),
    { numRuns: 30 },
  );
});

test("a plan that holds nothing, or nothing of the right kind, is answered", () => {
  for (const spec of [
    "",
    "spec: 5",
    "spec: {objectives: 7, failovers: [1, {steps: {a: b}}]}",
    "spec: {objectives: [{disruption: Site, rpo: 0s, rto: 1m}]}",
  ]) {
    const recovery = evaluated({
      "plan.yaml": `apiVersion: nines/v1alpha1\nkind: DisasterRecoveryPlan\nmetadata: {name: a}\n${spec}\n`,
    });
    for (const { time, loss } of recovery.objectives) {
      assert.equal(time.verdict, "unknown");
      assert.equal(loss.verdict, "unknown");
    }
  }
});

test("nobody knows whether data outlives its host, so that a backup alone breaks no promise for Hardware", () => {
  const plan = `apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: {name: app}
spec:
  objectives: [{disruption: Hardware, rpo: 0s}, {disruption: Region, rpo: 1h}]
  sites: [{name: dc-a, role: Primary, city: x}, {name: dr, role: DR, city: y}]
  backups: [{name: vm, kind: VM, full: "0 1 * * *", duration: 2h, repositorySite: dr}]
`;
  const recovery = evaluated({ "plan.yaml": plan });
  const { loss } = objective(recovery, "Hardware");
  assert.equal(loss.verdict, "unknown");
  assert.ok(loss.assumptions.some((each) => render(each).includes("outlives the host")));
  assert.equal(objective(recovery, "Region").loss.verdict, "breached");
});

test("CloudNativePG: each part of a failover is read from the Cluster, and defaults count where it says nothing", () => {
  const plan = `apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: {name: app}
spec:
  objectives: [{disruption: Hardware, rto: 2h}]
  databases:
    - {name: main, primary: {platform: kubernetes, ref: cnpg/Cluster/db}, promote: {estimatedDuration: 60s}}
`;
  const cluster = (spec: string) =>
    `apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: db}\nspec: {${spec}}\n`;
  const hardware = (spec: string) => rto({ "plan.yaml": plan, "db.yaml": cluster(spec) }, "Hardware");
  assert.deepEqual(hardware("instances: 3"), ["1h1m50s", "met"]); // 35 s + 0 + 3600 s + 15 s + 60 s
  assert.deepEqual(
    hardware(
      "instances: 2, failoverDelay: 20, switchoverDelay: 30, primaryLease: {leaseDurationSeconds: 40}, probes: {readiness: {periodSeconds: 2}}",
    ),
    ["2m41s", "met"], // 2 × 3 + 5 s + 20 s + 30 s + 40 s + 60 s
  );
  // One instance, as where nothing is said, has no standby.
  assert.deepEqual(hardware("instances: 1, switchoverDelay: 30"), ["≥ 0s", "unknown"]);
  assert.deepEqual(hardware("switchoverDelay: 30"), ["≥ 0s", "unknown"]);
  // Nobody can say how long another database takes.
  assert.deepEqual(rto({ "plan.yaml": plan }, "Hardware"), ["≥ 0s", "unknown"]);
});
