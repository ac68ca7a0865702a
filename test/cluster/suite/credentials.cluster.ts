import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { type Connection, connect } from "../../../server/src/cluster/connection.ts";
import { KubeconfigError, kubeconfigPaths, readKubeconfig } from "../../../server/src/cluster/kubeconfig.ts";
import type { Outcome } from "../../../server/src/traffic/shift/cluster.ts";
import { startCluster, type TestCluster } from "../cluster.ts";

const PLANTED = "planted-token-8d1f0c";
const never = new AbortController().signal;

/** A kubeconfig as the tests take it apart. */
type Config = {
  clusters: { name: string; cluster: Record<string, unknown> }[];
  users: { name: string; user: Record<string, unknown> }[];
  contexts: { name: string; context: Record<string, unknown> }[];
};

describe("credentials against a real API server", () => {
  let cluster: TestCluster;
  let folder: string;
  let path: string;
  let config: Config;
  const opened: Connection[] = [];

  before(async () => {
    cluster = await startCluster();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "nines-credentials-"));
    path = join(folder, "config");
    config = JSON.parse(await readFile(cluster.kubeconfig, "utf8"));
    config.users = [];
  });
  afterEach(() => rm(folder, { recursive: true }));
  after(async () => {
    for (const one of opened) one.close();
    await cluster?.stop();
  });

  /** A connection as a user who has these credentials. */
  async function connectAs(
    user: Record<string, unknown>,
    changes: Record<string, unknown> = {},
  ): Promise<Connection> {
    config.users = [{ name: "me", user }];
    config.contexts = [{ name: "mine", context: { cluster: "test-bed", user: "me" } }];
    Object.assign(config.clusters[0]?.cluster ?? {}, changes);
    await save();
    const connection = connect(await readKubeconfig([path]), "mine");
    opened.push(connection);
    return connection;
  }

  async function save(): Promise<void> {
    await writeFile(path, JSON.stringify(config));
  }

  /** An exec plugin that counts its runs and gives the token that a file holds. */
  async function plugin(
    token: string,
  ): Promise<{ exec: Record<string, unknown>; runs: () => Promise<number>; tokenFile: string }> {
    const script = join(folder, "plugin.mjs");
    const tokenFile = join(folder, "token");
    await writeFile(tokenFile, token);
    await writeFile(join(folder, "runs"), "");
    await writeFile(
      script,
      `#!${process.execPath}
import { appendFileSync, readFileSync } from "node:fs";
const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
appendFileSync(${JSON.stringify(join(folder, "runs"))}, "x");
console.error("noise with ${PLANTED}");
if (info.spec.cluster?.server !== ${JSON.stringify(cluster.server)}) process.exit(3);
const token = readFileSync(${JSON.stringify(tokenFile)}, "utf8");
if (token === "") process.exit(1);
console.log(JSON.stringify({ apiVersion: info.apiVersion, kind: "ExecCredential", status: { token } }));
`,
    );
    await chmod(script, 0o755);
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: script, provideClusterInfo: true };
    return { exec, runs: async () => (await readFile(join(folder, "runs"), "utf8")).length, tokenFile };
  }

  it("runs an exec plugin once for all who wait", async () => {
    const { exec, runs } = await plugin(cluster.tokens.operator);
    // A path in a kubeconfig begins where the kubeconfig is.
    const { cluster: mine } = await connectAs({ exec: { ...exec, command: "./plugin.mjs" } });
    const identities = await Promise.all([1, 2, 3, 4].map(() => mine.identity(never)));
    assert.deepEqual(
      identities.map((one) => one.ok && one.value.user),
      Array(4).fill("operator"),
    );
    assert.equal(await runs(), 1);
  });

  it("runs it again when its token has run out", async () => {
    const { exec, runs, tokenFile } = await plugin(PLANTED);
    const { cluster: mine } = await connectAs({ exec });
    const before = await mine.identity(never);
    assert.equal(before.ok ? "" : before.failure.kind, "unauthorized");
    // The first connection has tried it twice already; a later one meets a token that has been valid meanwhile.
    assert.equal(await runs(), 2);
    await writeFile(tokenFile, cluster.tokens.viewer);
    const { cluster: later } = await connectAs({ exec });
    const after = await later.identity(never);
    assert.equal(after.ok && after.value.user, "viewer");
  });

  it("takes a token that was rotated in the kubeconfig", async () => {
    const { cluster: mine } = await connectAs({ token: PLANTED });
    Object.assign(config.users[0]?.user ?? {}, { token: cluster.tokens.viewer });
    await save();
    const identity = await mine.identity(never);
    assert.equal(identity.ok && identity.value.user, "viewer");
  });

  it("follows no context that has come to lead to another server", async () => {
    const { cluster: mine } = await connectAs({ token: PLANTED });
    Object.assign(config.clusters[0]?.cluster ?? {}, { server: "https://127.0.0.1:1" });
    Object.assign(config.users[0]?.user ?? {}, { token: cluster.tokens.admin });
    await save();
    assert.match(failureOf(await mine.identity(never)), /now leads to another server/);
  });

  it("tells what is wrong with credentials, and nothing of them", async () => {
    const failing = await plugin("");
    const users: readonly [Record<string, unknown>, RegExp][] = [
      [{ exec: failing.exec }, /plugin\.mjs.* failed\. Run it in a terminal/],
      [
        { exec: { ...failing.exec, command: "no-such-plugin" } },
        /no-such-plugin.* was not found\. Install it/,
      ],
      [
        { "client-certificate": "/nowhere.crt", "client-key": "/nowhere.key" },
        /\/nowhere\.crt.* cannot be read/,
      ],
      [{ token: PLANTED }, /^Unauthorized$/],
      [{ username: "me", password: PLANTED }, /does not take the credentials/],
      [{}, /does not take the credentials/],
      [
        { "client-certificate-data": btoa(PLANTED), "client-key-data": btoa(PLANTED) },
        /certificate or key .* cannot be used/,
      ],
    ];
    for (const [user, expected] of users) {
      const { check } = await connectAs(user);
      assert.match(failureOf(await check(never)), expected);
    }
  });

  it("tells what is wrong with the way to the server", async () => {
    const token = cluster.tokens.admin;
    const other = btoa(await readFile(join(cluster.kubeconfig, "../authority.crt"), "utf8"));
    const changes: readonly [Record<string, unknown>, RegExp][] = [
      [{ "certificate-authority-data": other }, /cannot be reached: its certificate is not signed by/],
      [{ server: "https://127.0.0.1:1" }, /cannot be reached: its port is one that/],
      [{ server: "https://no-such-host.invalid" }, /cannot be reached: its name cannot be resolved/],
      [{ server: cluster.server.replace("https", "http") }, /begins with http:\/\//],
      [
        { server: cluster.server, "proxy-url": `http://me:${PLANTED}@127.0.0.1:2` },
        /cannot be reached|ended before/,
      ],
    ];
    for (const [change, expected] of changes) {
      const original = structuredClone(config.clusters);
      const { check } = await connectAs({ token }, change);
      assert.match(failureOf(await check(never)), expected);
      config.clusters = original;
    }
  });

  it("goes through the proxy that the kubeconfig names", async () => {
    const seen: (string | undefined)[] = [];
    const proxy = createServer().on("connect", ({ headers }, client: Socket) => {
      seen.push(headers["proxy-authorization"]);
      const server = createConnection({ host: "127.0.0.1", port: Number(new URL(cluster.server).port) });
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      client.pipe(server).pipe(client);
      for (const socket of [client, server]) socket.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    // A server that listens on a port has an address with a port.
    const { port } = proxy.address() as AddressInfo;
    const connection = await connectAs(
      { token: cluster.tokens.viewer },
      {
        // Only the proxy knows where this is, and the certificate is for another name.
        server: cluster.server.replace("127.0.0.1", "api.cluster.example"),
        "tls-server-name": "kubernetes.default.svc",
        "proxy-url": `http://me:${PLANTED}@127.0.0.1:${port}`,
      },
    );
    const identity = await connection.cluster.identity(never);
    connection.close();
    proxy.close();
    assert.equal(identity.ok ? identity.value.user : identity.failure.message, "viewer");
    assert.deepEqual(seen, [`Basic ${btoa(`me:${PLANTED}`)}`]);
  });

  it("names what a kubeconfig lacks, without quoting it", async () => {
    await connectAs({ token: PLANTED });
    const broken = join(folder, "broken");
    await writeFile(broken, `users:\n- name: x\n  user: {token: ${PLANTED}\n`);
    const kubeconfig = await readKubeconfig([broken, path]);
    assert.equal(kubeconfig.problems.length, 1);
    assert.ok(!JSON.stringify(kubeconfig.problems).includes(PLANTED));
    assert.throws(() => connect(kubeconfig, "nobody"), KubeconfigError);
    await assert.rejects(
      readKubeconfig([broken]),
      (error: KubeconfigError) => !JSON.stringify(error.sentences).includes(PLANTED),
    );
    config.contexts.push({ name: "lost", context: { cluster: "nowhere", user: "me" } });
    config.contexts.push({ name: "unknown", context: { cluster: "test-bed", user: "nobody" } });
    await save();
    const more = await readKubeconfig([path]);
    assert.throws(() => connect(more, "lost"), /no address/);
    assert.throws(() => connect(more, "unknown"), /no such user/);
  });

  it("merges kubeconfigs as kubectl does: the first entry of a name counts", async () => {
    await connectAs({ token: cluster.tokens.viewer });
    const second = join(folder, "second");
    const others = {
      ...config,
      users: [{ name: "me", user: { token: PLANTED } }],
      "current-context": "mine",
    };
    await writeFile(second, JSON.stringify(others));
    const paths = kubeconfigPaths({ KUBECONFIG: ["/nowhere", path, second].join(delimiter) });
    const connection = connect(await readKubeconfig(paths), "mine");
    opened.push(connection);
    const identity = await connection.cluster.identity(never);
    assert.equal(identity.ok && identity.value.user, "viewer");
  });

  /** Every failure passes here: none may hold what was planted. */
  function failureOf(outcome: Outcome<unknown>): string {
    assert.ok(!outcome.ok);
    const { message } = outcome.failure;
    const secrets = [PLANTED, btoa(PLANTED), ...Object.values(cluster.tokens)];
    for (const secret of secrets) assert.ok(!message.includes(secret), message);
    return message;
  }
});
