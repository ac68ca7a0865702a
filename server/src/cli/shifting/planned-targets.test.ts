import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { render } from "../../model/message.ts";
import { UsageError } from "../errors.ts";
import { requestOf, type ShiftOptions } from "./options.ts";
import { plannedTargets } from "./planned-targets.ts";

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "nines-planned-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const PLAN = `
apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: {name: orders}
spec:
  platforms: {kubernetes: [{name: k8s-b, site: b, context: site-b}]}
  databases: [{name: main, replicas: [{platform: kubernetes, ref: cnpg/Cluster/data/orders-db, site: b}]}]
  strategies:
    - {name: mesh, type: ServiceMesh, virtualService: shop/orders, to: {host: orders-k8s}}
    - {name: dns, type: DNS, record: orders.example.com}
    - {name: db, type: DatabasePromotion, database: main}
  failovers:
    - name: site
      serves: [Site]
      steps:
        - {name: look, duration: 1m, after: [dns]}
        - {name: dns, strategy: dns, after: [mesh]}
        - {name: mesh, strategy: mesh, after: [db]}
        - {name: db, strategy: db}
`;
const DNS = `
apiVersion: externaldns.k8s.io/v1alpha1
kind: DNSEndpoint
metadata: {name: edge, namespace: shop}
spec: {endpoints: [{dnsName: orders.example.com, recordType: A, targets: [192.0.2.1]}]}
`;

test("a plan's failover becomes targets, in order, each with its context and what the plan says of it", () => {
  const cwd = folderOf({ "dr/plan.yaml": PLAN, "dns.yaml": DNS });
  const { targets, byHand } = plannedTargets("site", undefined, cwd);
  assert.deepEqual(byHand, ["look"]);
  const options: ShiftOptions = { format: "json", onHold: "stop", to: ["192.0.2.2"], step: "100" };
  const { intents } = requestOf(targets, options, () => "default");
  assert.deepEqual(
    intents.map(({ context, ref, ...change }) => [
      context,
      ref.type.kind,
      `${ref.namespace}/${ref.name}`,
      change,
    ]),
    [
      ["site-b", "Cluster", "data/orders-db", { kind: "promoteDatabase", tokenFrom: null }],
      [
        "site-b",
        "VirtualService",
        "shop/orders",
        { kind: "weights", to: [{ leg: "orders-k8s", weight: 100 }], steps: [100] },
      ],
      [
        "site-b",
        "DNSEndpoint",
        "shop/edge",
        { kind: "dns", record: { dnsName: "orders.example.com" }, targets: ["192.0.2.2"] },
      ],
    ],
  );
});

/** What is said about a failover that cannot be taken. */
function saidOf(name: string, planFile: string | undefined, cwd: string): string {
  try {
    plannedTargets(name, planFile, cwd);
  } catch (error) {
    if (error instanceof UsageError) return error.sentences.map((sentence) => render(sentence)).join(" ");
    throw error;
  }
  return "";
}

test("what is not there, is there twice, or is left open is said", () => {
  const twice = folderOf({ "a.yaml": PLAN, "b.yaml": PLAN, "dns.yaml": DNS });
  assert.match(saidOf("site", undefined, twice), /Several plans .*a\.yaml, b\.yaml/);
  assert.equal(plannedTargets("site", "b.yaml", twice).targets.length, 3);
  assert.match(saidOf("region", "b.yaml", twice), /There are: site\./);
  assert.match(saidOf("site", "gone.yaml", twice), /gone\.yaml could not be read/);
  // Nobody's manifest has the record.
  assert.match(saidOf("site", undefined, folderOf({ "a.yaml": PLAN })), /Step dns .*DNSEndpoint/);
});
