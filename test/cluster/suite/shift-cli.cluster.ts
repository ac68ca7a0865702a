import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startCluster, type TestCluster } from "../cluster.ts";
import { waitFor } from "../processes.ts";

const MAIN = join(import.meta.dirname, "../../../server/src/cli/main.ts");
const FAST = [
  "--soak=2s",
  "--interval=500ms",
  "--min-requests=20",
  "--scrape-interval=1s",
  "--pod-capacity=100",
];

describe("nines shift against a real cluster", () => {
  let cluster: TestCluster;
  let folder: string;

  before(async () => {
    cluster = await startCluster();
    folder = await mkdtemp(join(tmpdir(), "nines-shift-cli-"));
  });
  after(async () => {
    await cluster?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  type Run = { code: number | null; out: string; err: string };

  function begin(args: readonly string[]): { child: ChildProcess; done: Promise<Run>; out: () => string } {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, "shift", ...args], {
      cwd: folder,
      env: {
        ...process.env,
        KUBECONFIG: cluster.kubeconfig,
        NINES_STATE_DIR: folder,
        NO_COLOR: "1",
        LANG: "C",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let err = "";
    child.stdout?.on("data", (data) => {
      out += data;
    });
    child.stderr?.on("data", (data) => {
      err += data;
    });
    const done = new Promise<Run>((resolve) => child.on("close", (code) => resolve({ code, out, err })));
    return { child, done, out: () => out };
  }

  async function nines(...args: readonly string[]): Promise<Run> {
    const run = await begin(args).done;
    for (const token of Object.values(cluster.tokens))
      assert.ok(!`${run.out}${run.err}`.includes(token), "a token was shown");
    return run;
  }

  async function app(): Promise<string> {
    const namespace = await cluster.app({ replicas: { v1: 3, v2: 3 } });
    await cluster.exporter.set(namespace, [
      { service: "app", version: "v1", rps: 60 },
      { service: "app", version: "v2", rps: 60 },
    ]);
    const query = `sum(rate(istio_requests_total{reporter="destination",destination_service_namespace="${namespace}"}[4s]))`;
    await waitFor("The traffic's being seen", async () => {
      const answer = await fetch(`${cluster.prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`);
      const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
      return Number(data.result[0]?.value[1] ?? 0) > 100;
    });
    return namespace;
  }

  const at = (namespace: string, context = "admin") => [
    `--context=${context}`,
    `--namespace=${namespace}`,
    `--prometheus=${cluster.prometheus.url}`,
    ...FAST,
  ];
  const weights = async (namespace: string) => {
    const { spec } = await cluster.api.get(
      `/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices/app`,
    );
    return (spec as { http: { route: { weight?: number }[] }[] }).http[1]?.route.map(
      ({ weight }) => weight ?? 0,
    );
  };

  it("previews in text and as JSON, and writes nothing", async () => {
    const namespace = await app();
    const text = await nines("preview", "app", "--to=v2", ...at(namespace));
    assert.equal(text.code, 0, text.out + text.err);
    for (const part of [
      "3 of 3 ready",
      "internal -> app/v2",
      "pass",
      "Weights app/v1 0, app/v2 100",
      "-          weight: 95",
      '"op":"test"',
      "kubectl --context=admin",
      "A verdict rests on at least 20 requests. (option --min-requests)",
      "At least 99 % of the requests succeed. (the default)",
    ])
      assert.ok(
        text.out.includes(part),
        `${part}
${text.out}`,
      );
    const json = await nines("preview", "app", "--to=v2", "--format=json", ...at(namespace));
    const view = JSON.parse(json.out);
    assert.equal(view.version, 1);
    assert.equal(view.phase, "previewed");
    assert.deepEqual(await weights(namespace), [95, 5]);
  });

  it("promotes and rolls back", async () => {
    const namespace = await app();
    const promoted = await nines("promote", "app", "--to=v2", "--step=50,100", "--yes", ...at(namespace));
    assert.equal(promoted.code, 0, promoted.out + promoted.err);
    assert.deepEqual(await weights(namespace), [0, 100]);
    const back = await nines("rollback", "app", "--yes", ...at(namespace));
    assert.equal(back.code, 0, back.out + back.err);
    assert.deepEqual(await weights(namespace), [95, 5]);
    const again = await nines("rollback", "app", "--yes", ...at(namespace));
    assert.equal(again.code, 2);
    assert.match(again.err, /no journal/);
  });

  it("carries out a recovery plan's failover, in the plan's context, and says what people do", async () => {
    const namespace = await app();
    const plan = {
      apiVersion: "nines/v1alpha1",
      kind: "DisasterRecoveryPlan",
      metadata: { name: "fleet" },
      spec: {
        platforms: { kubernetes: [{ name: "k8s-b", context: "operator" }] },
        strategies: [
          {
            name: "mesh",
            type: "ServiceMesh",
            virtualService: `${namespace}/app`,
            to: { host: "app", subset: "v2" },
          },
        ],
        failovers: [
          { name: "fleet", serves: ["Site"], steps: [{ name: "call" }, { name: "go", strategy: "mesh" }] },
        ],
      },
    };
    await writeFile(join(folder, "fleet.json"), JSON.stringify(plan));
    const more = [`--prometheus=${cluster.prometheus.url}`, ...FAST];
    const run = await nines("promote", "--failover=fleet", "--yes", ...more);
    assert.equal(run.code, 0, run.out + run.err);
    assert.match(run.err, /People do these steps of the plan; nobody waits for them: call\./);
    assert.match(run.out, /VirtualService \S+\/app · operator/);
    assert.deepEqual(await weights(namespace), [0, 100]);
    const neither = await nines("preview", ...more);
    assert.equal(neither.code, 2);
    assert.match(neither.err, /either targets, or with --failover/);
  });

  it("needs a context, a confirmation, and for production its name", async () => {
    const namespace = await app();
    const none = await nines("preview", "app", "--to=v2");
    assert.equal(none.code, 2);
    assert.match(none.err, /--context/);
    const unknown = await nines("preview", "app", "--to=v2", "--context=nowhere");
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /admin, operator/);
    const unconfirmed = await nines("promote", "app", "--to=v2", ...at(namespace));
    assert.equal(unconfirmed.code, 2);
    assert.match(unconfirmed.err, /--yes/);
    const production = await nines("promote", "app", "--to=v2", "--yes", ...at(namespace, "production"));
    assert.equal(production.code, 2);
    assert.match(production.err, /--confirm production/);
    assert.deepEqual(await weights(namespace), [95, 5]);
    const named = await nines(
      "promote",
      "app",
      "--to=v2",
      "--step=50",
      "--yes",
      "--confirm=production",
      ...at(namespace, "production"),
    );
    assert.equal(named.code, 0, named.out + named.err);
  });

  it("says what blocks and exits with 1", async () => {
    const namespace = await cluster.app();
    const blocked = await nines(
      "promote",
      "app",
      "--to=v2",
      "--step=100",
      "--yes",
      `--context=admin`,
      `--namespace=${namespace}`,
    );
    assert.equal(blocked.code, 1);
    assert.match(blocked.out, /can safely take 33 % now/);
    const missing = await nines("preview", "app", "--to=v9", ...at(namespace));
    assert.equal(missing.code, 1);
    assert.match(missing.out, /no route that shares its traffic among these destinations: v9/);
  });

  it("Ctrl-C pauses, says how to go on, and the shift is resumed", async () => {
    const namespace = await app();
    const { child, done, out } = begin([
      "promote",
      "app",
      "--to=v2",
      "--step=50,100",
      "--yes",
      ...at(namespace),
      "--soak=60s",
    ]);
    await waitFor(
      "The first step",
      async () => (await weights(namespace))?.[1] === 50 && out().includes("Watching"),
    );
    child.kill("SIGINT");
    const { code, err } = await done;
    assert.equal(code, 1);
    const [, id] = /nines shift resume (\S+)/.exec(err) ?? [];
    assert.ok(id, err);
    assert.deepEqual(await weights(namespace), [50, 50]);
    const listed = await nines("list", "--format=json");
    assert.ok(
      JSON.parse(listed.out).shifts.some(
        (shift: { id: string; phase: string }) => shift.id === id && shift.phase === "soaking",
      ),
    );
    const second = await nines("promote", "app", "--to=v2", "--step=100", "--yes", ...at(namespace));
    assert.equal(second.code, 1, "an unfinished shift keeps others from the object");
    const back = await nines("rollback", id, "--yes", ...at(namespace));
    assert.equal(back.code, 0, back.out + back.err);
    assert.deepEqual(await weights(namespace), [95, 5]);
  });

  it("a process killed right after its write leaves a journal that resumes or rolls back", async () => {
    for (const way of ["resume", "rollback"]) {
      const namespace = await app();
      const { child, done } = begin([
        "promote",
        "app",
        "--to=v2",
        "--step=50,100",
        "--yes",
        ...at(namespace),
      ]);
      await waitFor("The first write", async () => (await weights(namespace))?.[1] === 50);
      child.kill("SIGKILL");
      await done;
      assert.deepEqual(await weights(namespace), [50, 50]);
      const on = await nines(way, "app", "--yes", ...at(namespace));
      assert.equal(on.code, 0, on.out + on.err);
      assert.deepEqual(await weights(namespace), way === "resume" ? [0, 100] : [95, 5]);
    }
  });

  it("without evidence it stops and says so, or goes on for a reason given beforehand", async () => {
    const namespace = await cluster.app({ replicas: { v1: 3, v2: 3 } });
    const plain = [`--context=admin`, `--namespace=${namespace}`, "--interval=500ms", "--soak=1s"];
    const held = await nines("promote", "app", "--to=v2", "--step=50,100", "--yes", ...plain);
    assert.equal(held.code, 1);
    assert.match(held.out, /No Prometheus is known/);
    assert.deepEqual(await weights(namespace), [50, 50]);
    const back = await nines("rollback", "app", "--yes", ...plain);
    assert.equal(back.code, 0, back.out + back.err);
    const on = await nines(
      "promote",
      "app",
      "--to=v2",
      "--step=50,100",
      "--yes",
      "--without-metrics=a test",
      ...plain,
    );
    assert.equal(on.code, 0, on.out + on.err);
    assert.match(on.out, /because: a test/);
  });

  /** A failover whose machines carry the traffic, and a plan that promises a time for it. */
  async function failover(): Promise<{ namespace: string; spec: () => Promise<Failover> }> {
    const namespace = await cluster.app({ replicas: { v1: 3 } });
    await cluster.exporter.set(namespace, [{ service: "app-vm.internal", version: "vm", rps: 60 }]);
    const plan = {
      apiVersion: "nines/v1alpha1",
      kind: "DisasterRecoveryPlan",
      metadata: { name: "orders" },
      spec: {
        objectives: [{ disruption: "Site", rto: "10m" }],
        strategies: [{ name: "mesh", type: "ServiceMesh", virtualService: `${namespace}/app-failover` }],
        failovers: [{ name: "dr", serves: ["Site"], steps: [{ name: "switch", strategy: "mesh" }] }],
      },
    };
    await writeFile(join(folder, `${namespace}.plan.json`), JSON.stringify(plan, null, 1));
    const path = `/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices/app-failover`;
    return { namespace, spec: async () => (await cluster.api.get(path)).spec as Failover };
  }
  type Failover = { http: { fault?: object; route: { weight?: number }[] }[] };
  const drill = (namespace: string) =>
    begin(["drill", "app-failover", "--to=app-v1", "--for=90s", "--yes", ...at(namespace)]);
  const isFailing = (spec: () => Promise<Failover>) =>
    waitFor("The fault", async () => (await spec()).http[0]?.fault !== undefined, 30_000);

  it("a drill fails requests, sees the standby answer in time, and leaves nothing behind", async () => {
    const { namespace, spec } = await failover();
    const before = await spec();
    const { done } = drill(namespace);
    await isFailing(spec);
    await cluster.exporter.set(namespace, [
      { service: "app-vm.internal", version: "vm", rps: 0, neverArriving: 60, flag: "FI" },
    ]);
    await waitFor("The failover", async () => (await spec()).http[0]?.route[1]?.weight === 100, 60_000);
    assert.equal((await spec()).http[0]?.fault, undefined, "Envoy would fail the standby's requests too");
    await cluster.exporter.set(namespace, [{ service: "app-v1", version: "v1", rps: 60 }]);
    const run = await done;
    assert.equal(run.code, 0, run.out + run.err);
    assert.match(run.err, /600 s that plan orders in .* promises for Site/);
    assert.match(run.out, /answered \d+ s after the failure began; the plan promises 600 s/);
    assert.deepEqual(await spec(), before);
  });

  it("the fault of a drill that was killed is told of, and taken away by a rollback", async () => {
    const { namespace, spec } = await failover();
    const before = await spec();
    const { child, done } = drill(namespace);
    await isFailing(spec);
    child.kill("SIGKILL");
    await done;
    const other = await nines("preview", "app", "--to=v2", ...at(namespace));
    assert.match(other.err, /may still fail real requests/);
    const back = await nines("rollback", "app-failover", "--yes", ...at(namespace));
    assert.equal(back.code, 0, back.out + back.err);
    assert.deepEqual(await spec(), before);
  });

  it("Ctrl-C ends a drill and leaves no fault behind", async () => {
    const { namespace, spec } = await failover();
    const before = await spec();
    const { child, done } = drill(namespace);
    await isFailing(spec);
    child.kill("SIGINT");
    const run = await done;
    assert.equal(run.code, 1, run.out + run.err);
    assert.match(run.out, /Rolled back/);
    assert.deepEqual(await spec(), before);
  });

  it("no token stands in any journal", async () => {
    for (const name of await readdir(join(folder, "shifts"))) {
      const text = await readFile(join(folder, "shifts", name), "utf8");
      for (const token of Object.values(cluster.tokens)) assert.ok(!text.includes(token));
    }
  });
});
