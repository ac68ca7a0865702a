import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../../model/message.ts";
import { rules } from "../../rules/registry.generated.ts";
import { heldTo } from "../../shifting/basis.ts";
import { type Files, memoryWorkspace } from "../../testing/memory-workspace.ts";
import type { Thresholds } from "../../traffic/shift/thresholds.ts";
import { planGates, type ShiftedObject } from "./plan-gates.ts";
import { defaultClusterSettings, layersOf } from "./settings.ts";

const plan = (name: string, gates: string, rest = "") => `apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: { name: ${name} }
spec:
  release: { gates: ${gates}${rest === "" ? "" : `, ${rest}`} }
`;
const about = (route: string) => `canary: { virtualService: ${route} }`;
const ROUTE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: app }
spec: { hosts: [app], http: [{ route: [{ destination: { host: app } }] }] }
`;
const APP: ShiftedObject = { kind: "VirtualService", namespace: "shop", name: "app" };

/** What a shift of the app would be held to, and what is objected. */
function shifting(files: Files, settings: Partial<Thresholds> = {}, objects = [APP]) {
  const { workspace } = memoryWorkspace(files, rules);
  const session = { snapshot: () => workspace.snapshot(), isEnabled: () => true };
  const { layers, objections } = planGates(session, objects, settings, ({ name }) => name ?? "-");
  const cluster = { ...defaultClusterSettings, thresholds: settings, written: { soak: 90, p99: 900 } };
  const { thresholds, basis } = heldTo(layersOf(cluster, layers));
  return {
    p99: thresholds.p99,
    basis: basis.map(({ what, from }) => `${render(what)} (${render(from)})`),
    objections: objections.map(({ level, message }) => `${level}: ${render(message)}`),
  };
}

test("the plan that names the route gives its gates, behind the settings and before .nines.yaml", () => {
  const files = {
    "dr/plan.yaml": plan("orders", '{ successRate: ">=99.95%", p99: "<=400ms" }', about("shop/app")),
    "apps/plan.yaml": plan("nearer", "{ p99: 100ms }"),
    "apps/app.yaml": ROUTE,
  };
  assert.deepEqual(shifting(files, { minRequests: 50 }), {
    p99: 400,
    basis: [
      "At least 99.95 % of the requests succeed. (recovery plan orders)",
      "99 of 100 requests take at most 400 ms. (recovery plan orders)",
      "A verdict rests on at least 50 requests. (setting nines.shift.minRequests)",
      "Each step is watched for at least 90 s. (.nines.yaml, shift.gates.soak)",
    ],
    objections: [],
  });
  assert.equal(shifting(files, { p99: 250 }).p99, 250);
});

test("a plan of another namespace's route, or of another route, gives nothing", () => {
  const other = { "plan.yaml": plan("orders", "{ p99: 400ms }", about("bank/app")), "app.yaml": ROUTE };
  assert.equal(shifting(other).p99, 900);
  const named = { "plan.yaml": plan("orders", "{ p99: 400ms }", about("ledger")), "app.yaml": ROUTE };
  assert.equal(shifting(named).p99, 900);
  assert.match(shifting(named).basis[1] ?? "", /\.nines\.yaml, shift\.gates\.p99/);
});

test("where none names it, the nearest above the route's manifest that names none counts", () => {
  const files = {
    "plan.yaml": plan("everything", "{ p99: 700ms }"),
    "apps/plan.yaml": plan("apps", "{ p99: 600ms }"),
    "apps/shop/app.yaml": ROUTE,
    "other/plan.yaml": plan("others", "{ p99: 500ms }"),
  };
  assert.equal(shifting(files).p99, 600);
  assert.equal(shifting(files, {}, [{ ...APP, name: "gone" }]).p99, 900);
  assert.equal(shifting(files, {}, [{ ...APP, kind: "HTTPRoute" }]).p99, 900);
});

test("plans that contradict each other are told, and neither counts; what the settings decide is no matter", () => {
  const files = {
    "a.yaml": plan("one", "{ p99: 400ms, soak: 5m }", about("app")),
    "b.yaml": plan("two", "{ p99: 500ms, soak: 300s }", about("app")),
  };
  const { p99, objections, basis } = shifting(files);
  assert.equal(p99, 900);
  assert.match(basis[3] ?? "", /at least 300 s\. \(recovery plan/);
  assert.equal(objections.length, 1);
  assert.match(objections[0] ?? "", /^block: Several recovery plans .* gate p99: one, two\./);
  assert.deepEqual(shifting(files, { p99: 450 }).objections, []);
});

test("a gate that is not understood blocks, unless a setting decides it", () => {
  const files = { "a.yaml": plan("one", "{ p99: fast }", about("app")) };
  assert.match(
    shifting(files).objections[0] ?? "",
    /^block: The gate p99 of recovery plan one is not understood/,
  );
  assert.deepEqual(shifting(files, { p99: 450 }).objections, []);
});
