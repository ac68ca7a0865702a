import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { policies } from "../../../server/src/admission/policies/index.ts";
import type { AdmissionPolicy } from "../../../server/src/admission/policy.ts";
import { completed } from "../admission/complete.ts";
import { fixtureObjects } from "../admission/fixtures.ts";
import { exported, install, installLooseKinds, typeWarnings } from "../admission/install.ts";
import { mutated } from "../admission/mutate.ts";
import { Admission, type Answer, linterSays } from "../admission/verdicts.ts";
import type { Manifest } from "../api.ts";
import { startCluster, type TestCluster } from "../cluster.ts";
import { waitFor } from "../processes.ts";

/** One namespace for each rule, so that only its policy is in force there: of several denials one is told. */
const namespaceOf = (ruleId: string) => `admission-${ruleId}`;
/** Objects made of the fixtures by changing them, for each rule. */
const MUTANTS = 40;

interface Compared {
  readonly place: string;
  readonly object: Manifest;
  readonly linter: readonly string[];
  readonly server: Answer;
}

describe("exported policies on a real API server", () => {
  let cluster: TestCluster;
  let admission: Admission;
  const undo: (() => Promise<void>)[] = [];

  before(async () => {
    cluster = await startCluster();
    const { api } = cluster;
    admission = new Admission(api);
    undo.push(await installLooseKinds(api));
    for (const { ruleId } of policies) await makeNamespace(namespaceOf(ruleId));
    const objects = exported(
      policies.map(({ ruleId }) => ruleId),
      "--action",
      "Deny",
    );
    undo.push(await install(api, objects.map(confined)));
  });
  after(async () => {
    for (const each of undo.reverse()) await each();
    for (const { ruleId } of policies)
      await cluster.api.send("DELETE", `/api/v1/namespaces/${namespaceOf(ruleId)}`);
    await cluster?.stop();
  });

  async function makeNamespace(name: string, labels: Record<string, string> = {}): Promise<void> {
    await cluster.api.expect("POST", "/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels },
    });
  }

  it("are accepted without a warning of the type checks", async () => {
    assert.deepEqual(await typeWarnings(cluster.api), {});
  });

  async function compare(
    policy: AdmissionPolicy,
    place: string,
    object: Record<string, unknown>,
  ): Promise<Compared> {
    const namespace = namespaceOf(policy.ruleId);
    const type = await admission.resource(String(object.apiVersion), String(object.kind));
    const whole = completed(object, type?.namespaced === false ? undefined : namespace);
    const server = await admission.ask(policy.ruleId, whole, namespace);
    return { place, object: whole, linter: linterSays(policy.ruleId, whole), server };
  }

  /** The objects of rules' fixtures that the policy is about, each with both verdicts. */
  async function compareFixtures(
    policy: AdmissionPolicy,
    ruleIds: readonly string[],
  ): Promise<readonly Compared[]> {
    const result: Compared[] = [];
    for (const { place, object } of ruleIds.flatMap(fixtureObjects))
      if (await admission.concerns(policy, object)) result.push(await compare(policy, place, object));
    return result;
  }

  for (const policy of policies) {
    const { ruleId } = policy;
    const bases: Manifest[] = [];

    it(`${ruleId}: says of each fixture what the linter says`, async (context) => {
      await waitFor(`The policy of ${ruleId}`, async () => {
        const early = await compareFixtures(policy, [ruleId]);
        return early.some(({ server }) => server.verdict === "denied");
      });
      const own = await compareFixtures(policy, [ruleId]);
      const others = policies.map((other) => other.ruleId).filter((id) => id !== ruleId);
      const compared = [...own, ...(await compareFixtures(policy, others))];
      for (const each of compared) assertSame(policy, each);
      const count = (verdict: Answer["verdict"]) =>
        compared.filter(({ server }) => server.verdict === verdict).length;
      for (const { place, server } of own)
        if (server.verdict === "refused") context.diagnostic(`${place}: ${server.reason}`);
      const [denied, accepted, refused] = [count("denied"), count("accepted"), count("refused")];
      context.diagnostic(`${denied} denied, ${accepted} accepted, ${refused} refused for other reasons`);
      assert.ok(denied > 0 && accepted > 0);
      bases.push(...own.filter(({ server }) => server.verdict !== "refused").map(({ object }) => object));
    });

    it(`${ruleId}: says the same of objects with other numbers`, async (context) => {
      const counts = { accepted: 0, denied: 0, refused: 0 };
      await fc.assert(
        fc.asyncProperty(mutated(bases), async (object) => {
          const each = await compare(policy, "mutant", object);
          counts[each.server.verdict]++;
          assertSame(policy, each);
        }),
        { numRuns: MUTANTS, endOnFailure: true },
      );
      context.diagnostic(JSON.stringify(counts));
      assert.ok(counts.accepted + counts.denied >= MUTANTS / 4);
    });
  }

  it("names destinations and shares as the linter does", async () => {
    const to = (host: string, weight?: number, more: object = {}) => ({
      destination: { host, ...more },
      ...(weight === undefined ? {} : { weight }),
    });
    const policy = policies.find(({ ruleId }) => ruleId === "weights-sum");
    assert.ok(policy !== undefined);
    for (const route of [
      [to("a", 95, { subset: "v1" }), to("a", 6, { subset: "v2" })],
      [to("a", 1, { subset: "v1" }), to("b", 2, { subset: "v1" })],
      [to("a", 1, { subset: "v1" }), to("a", 2)],
      [to("a", 1, { port: { number: 80 } }), to("a", 2, { port: { number: 81 } })],
      [to("a", 1), to("a", 2), to("b", 0)],
      [to("a", 99_999), to("b", 1)],
      [to("a", 1), to("b", 9999), to("c", 10)],
      [to("a", -5), to("b", 105)],
      [to("a", -5)],
      [to("a"), to("b")],
      Array.from({ length: 12 }, (_, i) => to(`host-${i}`, i)),
    ]) {
      const object = { apiVersion: "networking.istio.io/v1", kind: "VirtualService" };
      const each = await compare(policy, "route", { ...object, spec: { hosts: ["a"], http: [{ route }] } });
      assert.equal(each.server.verdict, "denied");
      assertSame(policy, each);
    }
  });

  /** A budget that blocks every drain, in the namespace of that rule. */
  const RULE = "pdb-blocks-drain";
  const budget = (annotations: Record<string, string> = {}, more: object = {}): Manifest => ({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "blocking", annotations, ...more },
    spec: { maxUnavailable: 0, selector: { matchLabels: { app: "web" } } },
  });
  const verdictOn = async (object: Manifest, namespace = namespaceOf(RULE)) =>
    (await admission.ask(RULE, object, namespace)).verdict;

  for (const [annotations, expected] of [
    [{ "nines/ignore": `${RULE}: a drill` }, "accepted"],
    [{ "nines/ignore": `weights-sum: why; ${RULE}: at 10:00: a drill` }, "accepted"],
    [{ "nines/ignore": `weights-sum: why\n ${RULE} : a drill` }, "accepted"],
    [{ "nines/ignore": RULE }, "denied"],
    [{ "nines/ignore": `${RULE}: ` }, "denied"],
    [{ "nines/ignore": "pdb-overlap: another rule" }, "denied"],
    [{ "ignore-check.kube-linter.io/pdb-max-unavailable": "" }, "accepted"],
    [{ "ignore-check.kube-linter.io/no-anti-affinity": "why" }, "denied"],
    [{ "kube-score/ignore": "a-check, poddisruptionbudget-has-policy" }, "accepted"],
    [{ "kube-score/ignore": "a-check" }, "denied"],
    [{ "polaris.fairwinds.com/exempt": "true" }, "accepted"],
    [{ "polaris.fairwinds.com/pdbMinAvailableGreaterThanHPAMinReplicas-exempt": "true" }, "accepted"],
    [{ "polaris.fairwinds.com/exempt": "false" }, "denied"],
  ] satisfies [Record<string, string>, string][]) {
    it(`honours ${JSON.stringify(annotations)} as the linter does`, async () => {
      assert.equal(await verdictOn(budget(annotations)), expected);
      assert.equal(linterSays(RULE, budget(annotations)).length === 0, expected === "accepted");
    });
  }

  it("leaves alone what a controller makes", async () => {
    const owner = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: "1" };
    assert.equal(
      await verdictOn(budget({}, { ownerReferences: [{ ...owner, controller: true }] })),
      "accepted",
    );
    assert.equal(await verdictOn(budget({}, { ownerReferences: [owner] })), "denied");
  });

  it("judges what was there before only when what it says changes", async () => {
    const { api } = cluster;
    const namespace = "admission-before";
    const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
    const change = async (patch: object) =>
      (await api.send("PATCH", `${path}/blocking`, patch, "application/merge-patch+json")).status;
    await makeNamespace(namespace);
    try {
      await api.expect("POST", path, budget());
      const binding = exported([RULE], "--action", "Deny").find(({ kind }) => kind.endsWith("Binding"));
      assert.ok(binding !== undefined);
      binding.metadata.name = "nines-before";
      undo.push(await install(api, [binding]));
      await waitFor("The second binding", async () => {
        const { status } = await api.send("POST", `${path}?dryRun=All`, {
          ...budget(),
          metadata: { name: "another" },
        });
        return status === 422;
      });
      assert.equal(await change({ metadata: { labels: { team: "shop" } } }), 200);
      assert.equal(await change({ spec: { maxUnavailable: "0%" } }), 422);
      assert.equal(await change({ spec: { maxUnavailable: 1 } }), 200);
      await api.expect(
        "PATCH",
        `/api/v1/namespaces/${namespace}`,
        { metadata: { labels: { "nines/exempt": "true" } } },
        "application/merge-patch+json",
      );
      await waitFor("The exemption", async () => (await change({ spec: { maxUnavailable: 0 } })) === 200);
    } finally {
      await api.send("DELETE", `/api/v1/namespaces/${namespace}`);
    }
  });
});

/** Rules that word it otherwise where they know more, such as how many pods an autoscaler leaves. */
const SHORTER: ReadonlySet<string> = new Set([
  "autoscaler-cannot-scale",
  "rollout-outage",
  "rollout-partition-left",
  "storage-class-deletes",
]);

/** Rules whose policy says less of an object alone, because another object may contradict. */
const PARTLY: ReadonlySet<string> = new Set(["rollout-outage"]);

/** What is refused otherwise was judged by no policy. */
function assertSame({ ruleId }: AdmissionPolicy, { place, object, linter, server }: Compared): void {
  if (server.verdict === "refused") return;
  const told = `${ruleId}, ${place}: ${JSON.stringify({ linter, server, object }, null, 1)}`;
  if (server.verdict === "denied") {
    assert.ok(linter.length > 0, told);
    assert.ok(server.message.startsWith(`${ruleId}: `), told);
    const sentence = server.message.slice(`${ruleId}: `.length);
    assert.ok(SHORTER.has(ruleId) || linter.includes(sentence), told);
  } else if (!PARTLY.has(ruleId)) assert.deepEqual(linter, [], told);
}

/** A binding as it is exported, but for the namespace of its rule alone. */
function confined(object: Manifest): Manifest {
  if (object.kind !== "ValidatingAdmissionPolicyBinding") return object;
  const copy = structuredClone(object);
  const { matchResources } = copy.spec as {
    matchResources: { namespaceSelector: { matchLabels?: Record<string, string> } };
  };
  matchResources.namespaceSelector.matchLabels = {
    "kubernetes.io/metadata.name": namespaceOf(object.metadata.name.slice("nines-".length)),
  };
  return copy;
}
