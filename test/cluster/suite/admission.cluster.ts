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

  /** The fixtures' objects that the policy is about, each with both verdicts. */
  async function compareFixtures(policy: AdmissionPolicy): Promise<readonly Compared[]> {
    const result: Compared[] = [];
    for (const { place, object } of fixtureObjects(policy.ruleId))
      if (await admission.concerns(policy, object)) result.push(await compare(policy, place, object));
    return result;
  }

  for (const policy of policies) {
    const { ruleId } = policy;
    it(`${ruleId}: says of each fixture what the linter says`, async (context) => {
      await waitFor(`The policy of ${ruleId}`, async () =>
        (await compareFixtures(policy)).some(({ server }) => server.verdict === "denied"),
      );
      const compared = await compareFixtures(policy);
      for (const each of compared) assertSame(policy, each);
      const count = (verdict: Answer["verdict"]) =>
        compared.filter(({ server }) => server.verdict === verdict).length;
      for (const { place, server } of compared)
        if (server.verdict === "refused") context.diagnostic(`${place}: ${server.reason}`);
      const [denied, accepted, refused] = [count("denied"), count("accepted"), count("refused")];
      context.diagnostic(`${denied} denied, ${accepted} accepted, ${refused} refused for other reasons`);
      assert.ok(denied > 0 && accepted > 0);
    });

    it(`${ruleId}: says the same of objects with other numbers`, async (context) => {
      const bases = (await compareFixtures(policy)).filter(({ server }) => server.verdict !== "refused");
      const counts = { accepted: 0, denied: 0, refused: 0 };
      await fc.assert(
        fc.asyncProperty(mutated(bases.map(({ object }) => object)), async (object) => {
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
});

/** What is refused otherwise was judged by no policy. A policy that lacks something may let in more, never less. */
function assertSame({ ruleId, lacks }: AdmissionPolicy, { place, object, linter, server }: Compared): void {
  if (server.verdict === "refused") return;
  const told = `${ruleId}, ${place}: ${JSON.stringify({ linter, server, object }, null, 1)}`;
  if (server.verdict === "denied") {
    assert.ok(linter.length > 0, told);
    assert.ok(server.message.startsWith(`${ruleId}: `), told);
  } else if (lacks === undefined) assert.deepEqual(linter, [], told);
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
