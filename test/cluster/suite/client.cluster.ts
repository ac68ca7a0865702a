import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Connection, connect } from "../../../server/src/cluster/connection.ts";
import { readKubeconfig } from "../../../server/src/cluster/kubeconfig.ts";
import type {
  FailureKind,
  ObjectRef,
  Outcome,
  ResourceType,
} from "../../../server/src/traffic/shift/cluster.ts";
import { startCluster, type TestCluster } from "../cluster.ts";

const VIRTUAL_SERVICES: ResourceType = {
  group: "networking.istio.io",
  versions: ["v1", "v1beta1"],
  plural: "virtualservices",
  kind: "VirtualService",
};
const PODS: ResourceType = { group: "", versions: ["v1"], plural: "pods", kind: "Pod" };
const signal = () => AbortSignal.timeout(30_000);

describe("the cluster client against a real API server", () => {
  let cluster: TestCluster;
  let namespace: string;
  let admin: Connection;
  const opened: Connection[] = [];

  before(async () => {
    cluster = await startCluster();
    namespace = await cluster.app();
    admin = await connection("admin");
  });
  after(async () => {
    for (const one of opened) one.close();
    await cluster?.stop();
  });

  async function connection(context: string): Promise<Connection> {
    const one = connect(await readKubeconfig([cluster.kubeconfig]), context);
    opened.push(one);
    return one;
  }

  const app = (): ObjectRef => ({ type: VIRTUAL_SERVICES, namespace, name: "app" });

  it("lists the contexts without their secrets", async () => {
    const kubeconfig = await readKubeconfig([cluster.kubeconfig, "/nowhere/config"]);
    assert.equal(kubeconfig.current, "admin");
    assert.deepEqual(kubeconfig.contexts[1], {
      name: "operator",
      cluster: "test-bed",
      server: cluster.server,
      user: "operator",
      namespace: "shop",
    });
    for (const token of Object.values(cluster.tokens)) assert.ok(!JSON.stringify(kubeconfig).includes(token));
  });

  it("says who and where we are", async () => {
    const operator = await connection("operator");
    assert.match(value(await operator.check(signal())), /^v1\.\d+/);
    assert.deepEqual(value(await operator.cluster.identity(signal())), {
      context: "operator",
      server: cluster.server,
      user: "operator",
      namespace: "shop",
    });
  });

  it("authenticates with a certificate", async () => {
    const certified = await connection("certified");
    assert.equal(value(await certified.cluster.identity(signal())).user, "certified");
  });

  it("reads an object whole", async () => {
    const read = value(await admin.cluster.get(app(), signal()));
    assert.equal(read.kind, "VirtualService");
    assert.deepEqual(
      read,
      await cluster.api.get(`/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices/app`),
    );
  });

  it("tells a missing object from a type that is not served", async () => {
    assert.equal(kind(await admin.cluster.get({ ...app(), name: "nobody" }, signal())), "notFound");
    const canaries = { group: "flagger.app", versions: ["v1beta1"], plural: "canaries", kind: "Canary" };
    const viewer = await connection("viewer");
    assert.equal(kind(await viewer.cluster.list(canaries, { namespace }, (o) => o, signal())), "notServed");
    const future = { ...VIRTUAL_SERVICES, versions: ["v9"] };
    assert.equal(kind(await admin.cluster.get({ ...app(), type: future }, signal())), "notServed");
  });

  it("takes the best version that is served", async () => {
    const type = { ...VIRTUAL_SERVICES, versions: ["v9", "v1beta1", "v1"] };
    assert.equal(
      value(await admin.cluster.get({ ...app(), type }, signal())).apiVersion,
      "networking.istio.io/v1beta1",
    );
  });

  it("lists with selectors, and gives items their kind", async () => {
    const query = { namespace, labelSelector: "app=app,version=v1" };
    const pods = value(await admin.cluster.list(PODS, query, (pod) => pod, signal()));
    assert.equal(pods.length, 3);
    assert.deepEqual([pods[0]?.apiVersion, pods[0]?.kind], ["v1", "Pod"]);
  });

  it("never reads Secrets", async () => {
    const secrets = { group: "", versions: ["v1"], plural: "secrets", kind: "Secret" };
    assert.equal(kind(await admin.cluster.list(secrets, { namespace }, (o) => o, signal())), "forbidden");
    assert.equal(
      kind(await admin.cluster.get({ type: secrets, namespace, name: "any" }, signal())),
      "forbidden",
    );
  });

  it("asks what the user may do", async () => {
    const access = { verb: "patch", ref: app() } as const;
    assert.equal(value(await (await connection("operator")).cluster.mayI(access, signal())), true);
    assert.equal(value(await (await connection("viewer")).cluster.mayI(access, signal())), false);
  });

  it("previews a patch on the server without writing", async () => {
    const before = value(await admin.cluster.get(app(), signal()));
    const result = value(
      await admin.cluster.patch(app(), weights(before, 75, 25), { dryRun: true }, signal()),
    );
    assert.deepEqual(weightsOf(result), [75, 25]);
    assert.deepEqual(value(await admin.cluster.get(app(), signal())), before);
  });

  it("writes as field manager nines, and refuses an old resourceVersion with a conflict", async () => {
    const operator = await connection("operator");
    const before = value(await operator.cluster.get(app(), signal()));
    const after = value(
      await operator.cluster.patch(app(), weights(before, 90, 10), { dryRun: false }, signal()),
    );
    assert.deepEqual(weightsOf(after), [90, 10]);
    assert.ok(after.metadata.managedFields?.some(({ manager }) => manager === "nines"));
    const stale = await operator.cluster.patch(app(), weights(before, 50, 50), { dryRun: false }, signal());
    assert.equal(kind(stale), "conflict");
    assert.deepEqual(weightsOf(value(await operator.cluster.get(app(), signal()))), [90, 10]);
  });

  it("refuses what does not fit: a moved route, an unknown field", async () => {
    const moved = { op: "test", path: "/spec/http/1/route/0/destination/subset", value: "v7" } as const;
    const first = await admin.cluster.patch(app(), [moved], { dryRun: true }, signal());
    assert.equal(kind(first), "invalid");
    const misspelt = { op: "add", path: "/spec/http/1/wieght", value: 1 } as const;
    const second = await admin.cluster.patch(app(), [misspelt], { dryRun: true }, signal());
    assert.equal(kind(second), "invalid");
    assert.match(message(second), /wieght/);
  });

  it("says who is forbidden what", async () => {
    const viewer = await connection("viewer");
    const before = value(await viewer.cluster.get(app(), signal()));
    const refused = await viewer.cluster.patch(app(), weights(before, 1, 99), { dryRun: true }, signal());
    assert.equal(kind(refused), "forbidden");
    assert.match(message(refused), /"viewer" cannot patch resource "virtualservices"/);
  });

  it("says that credentials have run out", async () => {
    const stranger = await connection("stranger");
    assert.equal(kind(await stranger.check(signal())), "unauthorized");
    assert.equal(kind(await stranger.cluster.get(app(), signal())), "unauthorized");
  });

  it("ends at once when it is cancelled", async () => {
    const controller = new AbortController();
    const reading = admin.cluster.list(PODS, { namespace: undefined }, (pod) => pod, controller.signal);
    controller.abort();
    assert.equal(kind(await reading), "cancelled");
  });

  it("reads schemas of built-in types and of CRDs", async () => {
    const index = value(await admin.openApi.index(signal()));
    const address = index.get("apis/networking.istio.io/v1");
    assert.ok(address !== undefined);
    const document = value(await admin.openApi.document(address, signal()));
    const found = document.kinds.find((schema) => schema.kind === "VirtualService");
    assert.equal(found?.group, "networking.istio.io");
    assert.ok(JSON.stringify(document.schemas[found?.name ?? ""]).includes("perTryTimeout"));
  });

  it("survives the API server's end, which it tells apart from a refusal", async () => {
    await cluster.killApiServer();
    try {
      assert.equal(kind(await admin.cluster.get(app(), signal())), "unreachable");
      const patched = await admin.cluster.patch(app(), [], { dryRun: false }, signal());
      assert.equal(kind(patched), "unreachable");
    } finally {
      await cluster.startApiServer();
    }
    assert.equal(value(await admin.cluster.get(app(), signal())).metadata.name, "app");
  });
});

function weights(object: { metadata: { resourceVersion?: string } }, v1: number, v2: number) {
  const route = "/spec/http/1/route";
  return [
    { op: "replace", path: "/metadata/resourceVersion", value: object.metadata.resourceVersion },
    { op: "test", path: `${route}/0/destination/subset`, value: "v1" },
    { op: "add", path: `${route}/0/weight`, value: v1 },
    { op: "add", path: `${route}/1/weight`, value: v2 },
  ] as const;
}

function weightsOf(object: object): (number | undefined)[] | undefined {
  const { spec } = object as { spec?: { http: { route: { weight?: number }[] }[] } };
  return spec?.http[1]?.route.map(({ weight }) => weight);
}

function value<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, outcome.ok ? "" : `${outcome.failure.kind}: ${outcome.failure.message}`);
  return outcome.value;
}

function kind(outcome: Outcome<unknown>): FailureKind | "none" {
  return outcome.ok ? "none" : outcome.failure.kind;
}

function message(outcome: Outcome<unknown>): string {
  return outcome.ok ? "" : outcome.failure.message;
}
