import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { render } from "../../../server/src/model/message.ts";
import { KINDS } from "../../../server/src/traffic/shift/kinds.ts";
import { waitFor } from "../processes.ts";
import { bound, canary, explain, reaches, request, ShiftBed, weights } from "../shift-bed.ts";

describe("shifts while the API server does not answer as it should, against a real API server and Prometheus", () => {
  let bed: ShiftBed;

  before(async () => {
    bed = await ShiftBed.open();
  });
  afterEach(() => bed.settle());
  after(() => bed?.close());

  it("the API server is killed in the middle and comes back", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    await bed.traffic(namespace, 60, 60);
    let kills = 0;
    const using = await bed.deps({
      metrics: bed.prometheus(),
      change: (real) => ({
        ...bound(real),
        patch: async (ref, operations, options, signal) => {
          if (!options.dryRun && kills++ === 1) {
            await bed.cluster.killApiServer();
            setTimeout(() => void bed.cluster.startApiServer(), 1000);
          }
          return real.patch(ref, operations, options, signal);
        },
      }),
    });
    const shift = await bed.start(request(namespace, canary()), using);
    await shift.dispatch({ type: "confirm" });
    await reaches(shift, "completed", "hold");
    if (shift.view.phase === "hold") {
      await shift.dispatch({ type: "retry" });
      await reaches(shift, "completed");
    }
    assert.deepEqual(weights(await bed.live(namespace)), [0, 100]);
    assert.ok(kills >= 3, String(kills));
  });

  it("a server that throttles writes (429) is waited for as it asks", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    const proxy = await throttling(bed);
    try {
      const using = await bed.deps({ kubeconfig: proxy.kubeconfig });
      const shift = await bed.start(request(namespace, canary([50])), using);
      assert.equal(shift.view.phase, "previewed", explain(shift));
      proxy.retryAfter = 2;
      await shift.dispatch({ type: "confirm" });
      await waitFor("Several refusals", () => proxy.refused.length >= 3);
      assert.equal(shift.view.phase, "applying");
      assert.deepEqual(weights(await bed.live(namespace)), [95, 5]);
      const [first = 0, second = 0] = proxy.refused;
      assert.ok(second - first >= 1900, `${second - first} ms`);
      proxy.retryAfter = undefined;
      await reaches(shift, "soaking", "hold");
      assert.deepEqual(weights(await bed.live(namespace)), [50, 50]);
    } finally {
      proxy.close();
    }
  });

  it("credentials that end in the middle hold it; renewed, it goes on", async () => {
    const namespace = await bed.cluster.app({ replicas: { v1: 3, v2: 3 } });
    await bed.traffic(namespace, 60, 60);
    const { kubeconfig, end, renew } = await account(namespace);
    const using = await bed.deps({
      kubeconfig,
      context: "mine",
      metrics: bed.prometheus(),
      thresholds: { soak: 60 },
    });
    const shift = await bed.confirmed(
      request(namespace, canary([50]), "app", KINDS.virtualService, "mine"),
      using,
      "soaking",
    );
    await end();
    await reaches(shift, "hold");
    assert.match(render(shift.view.status), /does not accept the credentials any more/);
    assert.deepEqual(weights(await bed.live(namespace)), [50, 50]);
    await renew();
    // So long credentials count as new that were asked for and not taken.
    await new Promise((resolve) => setTimeout(resolve, 6000));
    await shift.dispatch({ type: "abort" });
    await reaches(shift, "rolledBack");
    assert.deepEqual(weights(await bed.live(namespace)), [95, 5]);
    assert.doesNotMatch(JSON.stringify([shift.view, await bed.journal(shift.view.id)]), /eyJ/, "a token");
  });

  /** A ServiceAccount that may shift traffic; its tokens come from a plugin, and end with it. */
  async function account(namespace: string) {
    const { api } = bed.cluster;
    const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    const tokenFile = join(bed.folder, "token");
    const renew = async () => {
      await api.expect("POST", accounts, { metadata: { name: "shifter" } });
      const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
      const answer = await api.expect("POST", `${accounts}/shifter/token`, body);
      await writeFile(tokenFile, (answer as { status: { token: string } }).status.token);
    };
    await renew();
    for (const role of ["traffic-reader", "traffic-writer"])
      await api.expect("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
        metadata: { name: `${role}-${namespace}` },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
        subjects: [{ kind: "ServiceAccount", namespace, name: "shifter" }],
      });
    const plugin = join(bed.folder, "plugin.mjs");
    await writeFile(
      plugin,
      `#!${process.execPath}
import { readFileSync } from "node:fs";
const { apiVersion } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
const status = { token: readFileSync(${JSON.stringify(tokenFile)}, "utf8") };
console.log(JSON.stringify({ apiVersion, kind: "ExecCredential", status }));
`,
    );
    await chmod(plugin, 0o755);
    const config = JSON.parse(await readFile(bed.cluster.kubeconfig, "utf8"));
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: plugin, interactiveMode: "Never" };
    config.users.push({ name: "me", user: { exec } });
    config.contexts.push({ name: "mine", context: { cluster: config.clusters[0].name, user: "me" } });
    const kubeconfig = join(bed.folder, "kubeconfig");
    await writeFile(kubeconfig, JSON.stringify(config));
    return { kubeconfig, renew, end: () => api.expect("DELETE", `${accounts}/shifter`) };
  }
});

/** Stands before the API server and answers writes as it does when it has too much to do, for as long as told. */
async function throttling({ cluster, folder }: ShiftBed) {
  const state = { retryAfter: undefined as number | undefined, refused: [] as number[] };
  const body = JSON.stringify({
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    message: "Too many requests, please try again later.",
    reason: "TooManyRequests",
    code: 429,
  });
  const server = createServer((incoming, answer) => {
    if (incoming.method === "PATCH" && state.retryAfter !== undefined) {
      state.refused.push(Date.now());
      answer
        .writeHead(429, { "content-type": "application/json", "retry-after": String(state.retryAfter) })
        .end(body);
      return;
    }
    // The certificate is for the API server's own address, which is asked here.
    const { method = "GET", headers } = incoming;
    const options = { method, headers, rejectUnauthorized: false };
    const outgoing = httpsRequest(new URL(incoming.url ?? "/", cluster.server), options, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on("error", () => answer.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of TCP: it listens.
  const { port } = server.address() as AddressInfo;
  const config = JSON.parse(await readFile(cluster.kubeconfig, "utf8"));
  const plain = { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true };
  for (const one of config.clusters) one.cluster = plain;
  const kubeconfig = join(folder, "throttling");
  await writeFile(kubeconfig, JSON.stringify(config));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return Object.assign(state, { kubeconfig, close });
}
