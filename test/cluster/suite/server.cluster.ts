import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  CancellationTokenSource,
  DidChangeConfigurationNotification,
  LSPErrorCodes,
} from "vscode-languageserver/node";
import {
  type ClusterContexts,
  type ConnectedCluster,
  METHODS,
  type PreviewShiftParams,
  type ShiftEventParams,
  type ShiftJournals,
  type ShiftPage,
  type ShiftTarget,
} from "../../../server/src/server/protocol.ts";
import { pause, TestClient, until } from "../../protocol/client.ts";
import { startCluster, type TestCluster } from "../cluster.ts";
import { startFront } from "../front.ts";
import { waitFor } from "../processes.ts";
import { FAST } from "../shift-server.ts";

/** Notes in the file that the environment names when the Kubernetes client is loaded. */
const WATCH = `
import { registerHooks } from "node:module";
import { writeFileSync } from "node:fs";
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "@kubernetes/client-node") writeFileSync(process.env.NINES_TEST_LOADED, "");
    return next(specifier, context);
  },
});
`;

describe("the language server and a real cluster", () => {
  let cluster: TestCluster;
  let folder: string;
  let server: TestClient;
  const seen: string[] = [];

  before(async () => {
    cluster = await startCluster();
    folder = await mkdtemp(join(tmpdir(), "nines-server-"));
    await mkdir(join(folder, "workspace"));
    await writeFile(join(folder, "workspace", ".nines.yaml"), "shift: {productionContexts: [certified]}\n");
    server = await start(true);
  });
  after(async () => {
    await server?.stop();
    await cluster?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const loaded = () => join(folder, "loaded");
  /** What `nines.prometheus` says; undefined: the real one's address. */
  let prometheus: string | undefined;
  const settings = () => ({
    prometheus: prometheus ?? cluster.prometheus.url,
    productionContexts: ["production"],
    shift: FAST,
  });

  function start(trusted: boolean, kubeconfig = cluster.kubeconfig): Promise<TestClient> {
    return TestClient.start({
      folder: join(folder, "workspace"),
      capabilities: { workspace: { configuration: true } },
      initializationOptions: { trusted },
      env: {
        KUBECONFIG: kubeconfig,
        NINES_STATE_DIR: join(folder, "state"),
        NINES_TEST_LOADED: loaded(),
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(WATCH)}`,
      },
      prepare: (connection) => {
        connection.onRequest("workspace/configuration", ({ items }: { items: { section: string }[] }) => {
          configured += 1;
          return items.map(({ section }) => (section === "nines" ? settings() : {}));
        });
        connection.onNotification(METHODS.shiftChanged, (page: ShiftPage) => {
          pages.set(page.shift, page);
          seen.push(JSON.stringify(page));
        });
      },
    });
  }

  /** How often the settings were asked for. */
  let configured = 0;
  /** Tells the server that the settings are others now. */
  async function configure(): Promise<void> {
    const before = configured;
    await server.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
    await until("the settings are read", () => configured > before);
    await pause(50);
  }

  const pages = new Map<string, ShiftPage>();
  const ask = async <T>(method: string, params?: unknown, to = server): Promise<T> => {
    const answer = await (params === undefined
      ? to.connection.sendRequest<T>(method)
      : to.connection.sendRequest<T>(method, params));
    seen.push(JSON.stringify(answer));
    return answer;
  };
  const connectTo = (namespace: string, context = "admin") =>
    ask<ConnectedCluster>(METHODS.connectCluster, { context, namespace });
  const phase = (shift: string, ...phases: ShiftPage["phase"][]) =>
    until(`the shift is ${phases}, not ${pages.get(shift)?.phase}`, () =>
      phases.includes(pages.get(shift)?.phase ?? "draft"),
    );
  const asking = (to: string, weight = 100): PreviewShiftParams => ({
    members: [
      {
        context: undefined,
        target: { kind: "VirtualService", namespace: undefined, name: "app" },
        change: { kind: "weights", route: undefined, to: [{ leg: to, weight }], steps: undefined },
      },
    ],
    emergency: false,
  });
  const preview = async (to: string, weight = 100): Promise<ShiftPage> => {
    const { shift } = await ask<ShiftPage>(METHODS.previewShift, asking(to, weight));
    await until(
      "the preview is there",
      () => !["draft", "reading"].includes(pages.get(shift)?.phase ?? "draft"),
    );
    const page = pages.get(shift);
    assert.ok(page);
    return page;
  };
  const wish = (page: ShiftPage, event: ShiftEventParams["event"], more: Partial<ShiftEventParams> = {}) =>
    ask<ShiftPage>(METHODS.shiftEvent, {
      shift: page.shift,
      event,
      versions: page.members.map(({ resourceVersion }) => resourceVersion ?? ""),
      ...more,
    });
  const weights = async (namespace: string) => {
    const { spec } = await cluster.api.get(
      `/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices/app`,
    );
    return (spec as { http: { route: { weight?: number }[] }[] }).http[1]?.route.map(
      ({ weight }) => weight ?? 0,
    );
  };
  const app = async (): Promise<string> => {
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
  };

  it("refuses everything in a workspace that is not trusted, and loads nothing for it", async () => {
    const untrusted = await start(false);
    try {
      for (const method of [METHODS.clusterContexts, METHODS.connectCluster, METHODS.shiftJournals])
        await assert.rejects(ask(method, { context: "admin", namespace: "shop" }, untrusted), /not trusted/);
      assert.equal(existsSync(loaded()), false, "the Kubernetes client was loaded");
    } finally {
      await untrusted.stop();
    }
  });

  it("loads the Kubernetes client when a person connects and not before; lists contexts, marks production, and says whose credentials are not taken", async () => {
    const { contexts, current } = await ask<ClusterContexts>(METHODS.clusterContexts);
    assert.ok(existsSync(loaded()));
    assert.equal(current, "admin");
    assert.deepEqual(
      contexts.filter(({ production }) => production).map(({ name }) => name),
      // Of the folder's .nines.yaml, and of the settings.
      ["certified", "production"],
    );
    await assert.rejects(connectTo("shop", "stranger"), /credentials/);
    await assert.rejects(ask(METHODS.shiftTargets), /Connect Cluster/);
  });

  it("previews, promotes to the end, and rolls back", async () => {
    const namespace = await app();
    const connected = await connectTo(namespace);
    assert.match(connected.version, /^v1\./);
    const targets = await ask<ShiftTarget[]>(METHODS.shiftTargets);
    assert.deepEqual(targets.find(({ name }) => name === "app")?.destinations, [
      { name: "app/v1", share: 0.95 },
      { name: "app/v2", share: 0.05 },
    ]);
    const page = await preview("app/v2");
    assert.equal(page.phase, "previewed", JSON.stringify(page.members[0]?.checks));
    assert.deepEqual(await weights(namespace), [95, 5]);
    await assert.rejects(wish(page, "confirm", { versions: ["1"] }), /changed meanwhile/);
    await wish(page, "confirm");
    await phase(page.shift, "completed", "hold", "rolledBack");
    assert.equal(pages.get(page.shift)?.phase, "completed", pages.get(page.shift)?.status);
    assert.deepEqual(await weights(namespace), [0, 100]);
    await wish(page, "abort");
    await phase(page.shift, "rolledBack", "manualIntervention");
    assert.deepEqual(await weights(namespace), [95, 5]);
  });

  it("takes nothing forward in a production context before its name was typed", async () => {
    const namespace = await app();
    await connectTo(namespace, "production");
    const page = await preview("app/v2", 50);
    assert.equal(page.actions.find(({ event }) => event === "confirm")?.confirm, "production");
    await assert.rejects(wish(page, "confirm"), /production context/);
    await assert.rejects(wish(page, "confirm", { typed: "prod" }), /production context/);
    assert.deepEqual(await weights(namespace), [95, 5]);
    await wish(page, "confirm", { typed: "production" });
    await phase(page.shift, "completed");
    assert.deepEqual(await weights(namespace), [50, 50]);
  });

  it("offers a shift that a killed server left, and finishes it", async () => {
    const namespace = await app();
    await connectTo(namespace);
    const page = await preview("app/v2");
    await wish(page, "confirm");
    await phase(page.shift, "soaking");
    server.process.kill("SIGKILL");
    await pause(200);
    server = await start(true);
    pages.clear();
    const { journals } = await ask<ShiftJournals>(METHODS.shiftJournals);
    const [left] = journals.filter(({ open }) => open);
    assert.match(left?.title ?? "", new RegExp(`VirtualService ${namespace}/app`));
    const resumed = await ask<ShiftPage>(METHODS.resumeShift, { id: left?.id });
    assert.ok(resumed.actions.some(({ event }) => event === "abort"));
    pages.set(resumed.shift, resumed);
    await wish(resumed, "resume");
    await phase(resumed.shift, "completed", "hold", "rolledBack");
    assert.equal(pages.get(resumed.shift)?.phase, "completed", pages.get(resumed.shift)?.status);
    assert.deepEqual(await weights(namespace), [0, 100]);
  });

  it("finds a Prometheus in the cluster where none is named, and says so; none and nonsense are taken as they are", async () => {
    const namespace = await app();
    const front = await startFront(cluster);
    await server.stop();
    prometheus = "";
    server = await start(true, front.kubeconfig);
    const figures = (page: ShiftPage) =>
      page.basis.find(({ what }) => what === "Figures about the traffic in admin")?.from ?? "";
    const isRated = ({ members: [member] }: ShiftPage) =>
      member?.lanes.every(({ rateNow }) => rateNow !== undefined) === true;
    try {
      await connectTo(namespace);
      assert.equal(front.asked, 0, "connecting does not wait for it");
      front.isSilent = true;
      const stop = new CancellationTokenSource();
      const cancelled = server.connection.sendRequest(METHODS.previewShift, asking("app/v2"), stop.token);
      await until("it is looked for", () => front.asked === 1);
      const since = Date.now();
      stop.cancel();
      await assert.rejects(cancelled, { code: LSPErrorCodes.RequestCancelled });
      assert.ok(Date.now() - since < 2000, "whoever cancels waits for no answer");
      front.isSilent = false;

      const page = await preview("app/v2");
      assert.match(figures(page), /^Service monitoring\/prometheus:9090, which was found in the cluster/);
      assert.ok(isRated(page), JSON.stringify(page.members[0]?.lanes));
      assert.equal(page.phase, "previewed");
      await wish(page, "abort");

      prometheus = "none";
      await configure();
      const without = await preview("app/v2", 50);
      assert.equal(figures(without), "none, as nines.prometheus says");
      assert.equal(isRated(without), false);
      await wish(without, "abort");

      prometheus = "monitoring/prometheus";
      await configure();
      const named = await preview("app/v2", 50);
      assert.equal(figures(named), "Service monitoring/prometheus:9090, which nines.prometheus names");
      assert.ok(isRated(named));
      await wish(named, "abort");

      prometheus = "localhost:9090";
      await configure();
      await assert.rejects(preview("app/v2"), /nines\.prometheus is neither an address/);
    } finally {
      prometheus = undefined;
      await server.stop();
      server = await start(true);
      await front.stop();
    }
  });

  it("takes the gates of the recovery plan that is about the route, and objects where two contradict each other", async () => {
    const namespace = await app();
    await connectTo(namespace);
    const path = join(folder, "workspace", "plan.yaml");
    const uri = new URL(`file://${path}`).href;
    await server.open(uri, planFor(namespace, "one", "600ms"));
    const page = await preview("app/v2");
    assert.deepEqual(
      page.basis.slice(0, 4).map(({ what, from }) => `${what} ${from}`),
      [
        "At least 99.5 % of the requests succeed. recovery plan one (plan.yaml)",
        "99 of 100 requests take at most 600 ms. recovery plan one (plan.yaml)",
        "A verdict rests on at least 20 requests. setting nines.shift.minRequests",
        "Each step is watched for at least 2 s. setting nines.shift.soak",
      ],
    );
    assert.equal(page.phase, "previewed");
    await wish(page, "abort");

    await server.change(
      uri,
      [planFor(namespace, "one", "600ms"), planFor(namespace, "two", "700ms")].join("---\n"),
    );
    const disputed = await preview("app/v2");
    assert.equal(disputed.phase, "blocked");
    assert.deepEqual(
      disputed.checks.map(({ id, level, message }) => [
        id,
        level,
        /p99: one \(plan\.yaml\), two/.test(message),
      ]),
      [["gates", "block", true]],
    );
    await wish(disputed, "abort");
    await server.change(uri, "");
  });

  it("blocks what GitOps and Helm would undo, until a person who saw that takes each on; the journal says so", async () => {
    const namespace = await app();
    const annotations = { "argocd.argoproj.io/tracking-id": "store:x", "meta.helm.sh/release-name": "store" };
    await cluster.api.expect(
      "PATCH",
      `/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices/app`,
      { metadata: { annotations } },
      "application/merge-patch+json",
    );
    await connectTo(namespace);
    const page = await preview("app/v2", 50);
    const current = () => pages.get(page.shift) ?? page;
    const offersApply = () => current().actions.some(({ event }) => event === "confirm");
    const blocks = () => current().members[0]?.checks.filter(({ level }) => level === "block") ?? [];
    const said = (accept: string) =>
      blocks().flatMap((check) => (check.accept === accept ? check.message : []));
    assert.deepEqual([page.phase, offersApply()], ["blocked", false]);
    assert.deepEqual(
      blocks().map(({ id, accept }) => [id, accept]),
      [
        ["gitops", "gitops"],
        ["gitops", "helm"],
      ],
    );
    const [argo] = said("gitops");
    const [helm] = said("helm");
    assert.match(argo ?? "", /^Argo CD application store puts the manifest's weights back/);
    assert.match(helm ?? "", /^The next upgrade of Helm release store puts the chart's weights back/);
    const take = (accept: "gitops" | "helm", ...seen: readonly (string | undefined)[]) =>
      ask<ShiftPage>(METHODS.acceptBlock, { shift: page.shift, accept, seen });
    await assert.rejects(take("gitops", "something else"), /has changed meanwhile/);
    await take("gitops", argo);
    await until("only Helm is in the way", () => current().phase === "blocked" && blocks().length === 1);
    assert.equal(offersApply(), false);
    await assert.rejects(take("gitops", argo), /not possible any more/);
    await take("helm", helm);
    await phase(page.shift, "previewed");
    assert.deepEqual(await weights(namespace), [95, 5], "nothing is written before it is applied");
    await wish(current(), "confirm");
    await phase(page.shift, "completed", "hold", "rolledBack");
    assert.deepEqual(await weights(namespace), [50, 50]);
    const { id, log } = current();
    const note = log.find(({ message }) => message.startsWith("Taken on by hand"))?.message ?? "";
    assert.ok(note.includes(argo ?? "?") && note.includes(helm ?? "?"), note);
    const kept = JSON.parse(await readFile(join(folder, "state", "shifts", `${id}.json`), "utf8"));
    assert.deepEqual(kept.request.accepted, ["gitops", "helm"]);
    await assert.rejects(take("helm", helm), /not possible any more/);
  });

  it("gives the edit of the manifest instead", async () => {
    const namespace = await app();
    await connectTo(namespace);
    const path = join(folder, "workspace", "app.yaml");
    await writeFile(path, MANIFEST);
    const uri = new URL(`file://${path}`).href;
    await server.open(uri, MANIFEST);
    const page = await preview("app/v2", 40);
    const edit = await ask<{ uri: string; edits: { newText: string }[] }>(METHODS.shiftManifestEdit, {
      shift: page.shift,
      member: 0,
    });
    assert.equal(edit.uri, uri);
    assert.deepEqual(
      edit.edits.map(({ newText }) => newText),
      ["60", "40"],
    );
  });

  it("has shown no token", async () => {
    const kept = await Promise.all(
      (await readdir(join(folder, "state", "shifts"))).map((name) =>
        readFile(join(folder, "state", "shifts", name), "utf8"),
      ),
    );
    for (const token of Object.values(cluster.tokens)) {
      assert.ok(!seen.join("").includes(token));
      assert.ok(!kept.join("").includes(token));
    }
  });
});

function planFor(namespace: string, name: string, p99: string): string {
  return `apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: { name: ${name} }
spec:
  release:
    canary: { virtualService: ${namespace}/app }
    gates: { successRate: ">=99.5%", p99: "<=${p99}", soak: 5m }
`;
}

const MANIFEST = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: app
spec:
  hosts: [app]
  http:
  - route:
    - destination: {host: app, subset: v1}
      weight: 95 # stable
    - destination: {host: app, subset: v2}
      weight: 5
`;
