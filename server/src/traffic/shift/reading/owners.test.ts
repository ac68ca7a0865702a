import assert from "node:assert/strict";
import { test } from "node:test";
import { t } from "../../../model/message.ts";
import { MemoryCluster } from "../../../testing/memory-cluster.ts";
import { make } from "../../../testing/shift-world.ts";
import { type Failure, failure } from "../cluster.ts";
import { ownerChecks } from "../gates/object-gates.ts";
import { type Owner, readOwners } from "./owners.ts";
import { known } from "./read.ts";

const never = new AbortController().signal;
const INSTANCE = { "app.kubernetes.io/instance": "web" };
const CHART = { ...INSTANCE, "app.kubernetes.io/managed-by": "Helm" };
const notServed = failure("notServed", "no argoproj.io/v1alpha1 applications").failure;

async function owners(
  labels: Readonly<Record<string, string>>,
  applications: Failure | undefined,
  annotations: Readonly<Record<string, string>> = {},
) {
  const cluster = new MemoryCluster([]);
  cluster.intercept = (request) => (request === "get Application" ? applications : undefined);
  const object = make("networking.istio.io/v1", "VirtualService", "app", {}, labels);
  const marked = { ...object, metadata: { ...object.metadata, annotations } };
  return (await readOwners(cluster, marked, never)).map(({ kind, isHint }) => [kind, isHint === true]);
}

test("a chart's label is Helm's where no Argo CD is served, which is only told", async () => {
  assert.deepEqual(await owners(CHART, notServed), [["helm", true]]);
  assert.deepEqual(await owners({ ...INSTANCE, "helm.sh/chart": "web-1.0.0" }, notServed), [["helm", true]]);
});

test("it may be Argo CD's where that is served, or where nobody knows", async () => {
  assert.deepEqual(
    await owners(CHART, undefined),
    [["gitops", false]],
    "no such application, but the API is there",
  );
  for (const kind of ["forbidden", "unreachable"] as const)
    assert.deepEqual(await owners(CHART, failure(kind, "-").failure), [["gitops", false]], kind);
});

test("without a chart, the label alone counts as Argo CD's", async () => {
  assert.deepEqual(await owners(INSTANCE, notServed), [["gitops", false]]);
});

test("marks that say who it is come before the label", async () => {
  const tracked = { "argocd.argoproj.io/tracking-id": "web:networking.istio.io/VirtualService:shop/app" };
  assert.deepEqual(await owners(CHART, notServed, tracked), [["gitops", false]]);
  assert.deepEqual(await owners(CHART, notServed, { "meta.helm.sh/release-name": "web" }), [["helm", false]]);
  assert.deepEqual(await owners({}, notServed), []);
});

test("a Helm release blocks by its bare annotation, until a person takes Helm on; a controller blocks whoever does", async () => {
  const object = make("networking.istio.io/v1", "VirtualService", "app", {});
  const annotations = { "meta.helm.sh/release-name": "web" };
  const marked = { ...object, metadata: { ...object.metadata, annotations } };
  const marks = await readOwners(new MemoryCluster([]), marked, never);
  const flagger: Owner = { kind: "flagger", name: "Canary web", mark: "-", reverts: t("It does.") };
  const checks = (accepted: readonly string[], owners: readonly Owner[] = marks) =>
    ownerChecks(owners, known([]), accepted).map(({ id, level, accept }) => [id, level, accept]);
  assert.deepEqual(checks([]), [["gitops", "block", "helm"]]);
  assert.deepEqual(checks(["gitops"]), [["gitops", "block", "helm"]]);
  assert.deepEqual(checks(["helm"]), [["gitops", "warn", undefined]]);
  assert.deepEqual(checks(["gitops", "helm", "flagger"], [flagger]), [["controller", "block", undefined]]);
});
