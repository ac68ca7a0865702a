import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAllDocuments } from "yaml";
import { builtInChecks } from "../server/src/config/built-in.ts";
import { rules } from "../server/src/rules/registry.generated.ts";
import { declaredDefects, exampleFiles, readExample } from "./example-defects.ts";

const SHOWN = [
  ...["affinity-split", "api-version-removed", "autoscaler-cannot-scale", "autoscaler-target-missing"],
  ...["backup-job-local", "backup-job-overlaps", "backup-job-suspended", "backup-schedule-exceeds-rpo"],
  ...["ceph-failure-domain", "ceph-min-size", "ceph-mirror-unscheduled", "ceph-pool-size"],
  ...["ceph-stretch", "cnpg-backup-missing", "cnpg-instances", "cnpg-pdb-off", "cnpg-retention-missing"],
  ...["cnpg-schedule-fields", "cnpg-spread", "cnpg-sync-impossible", "cron-invalid"],
  ...["database-pitr-off", "destination-port-ambiguous", "destination-unknown", "dns-ttl-too-long"],
  ...["ejection-capped", "etcd-timeouts", "failover-inert", "fault-left-in", "gateway-unknown"],
  ...["gslb-no-primary", "httproute-no-traffic", "k10-export-missing", "liveness-probe-missing"],
  ...["patroni-timeouts", "pdb-blocks-drain", "pdb-missing", "pdb-overlap", "pdb-protects-nothing"],
  ...["pdb-selector-empty", "pdb-selects-nothing", "pinned-to-node", "plan-rpo-breached"],
  ...["plan-site-loss-capacity", "plan-undrilled", "probe-port-unknown", "probe-timeout-exceeds-period"],
  ...["probe-too-slow", "probes-identical", "quorum-disruption", "quorum-even"],
  ...["readiness-probe-missing", "replicas-minimum", "retries-amplify", "rollout-impossible"],
  ...["rollout-outage", "rollout-partition-left", "rollout-steps-unguarded", "route-default-missing"],
  ...["route-unreachable", "routes-overlap", "rule-conflict", "service-selects-nothing"],
  ...["spread-matches-nothing", "spread-missing", "spread-unsatisfiable", "state-on-node"],
  ...["subset-selects-nothing", "subset-unknown", "termination-too-short", "velero-location-same-site"],
  ...["velero-paused", "velero-retention-gap", "velero-schedule-invalid", "velero-snapshot-stays"],
  ...["velero-volumes-left-out", "vm-not-migratable", "volume-pins-replicas", "volume-unprotected"],
  ...["vsphere-admission-too-small", "vsphere-heartbeat-datastores", "vsphere-isolation-unstated"],
  ...["weight-ignored", "weights-sum"],
];

test("the examples show every rule at work", () => {
  const shown = [...new Set(declaredDefects().map((defect) => defect.ruleId))].sort();
  assert.deepEqual(shown, SHOWN);
});

test("the README of the examples names every file that holds a defect", () => {
  const readme = readExample("README.md");
  for (const { file } of declaredDefects()) assert.ok(readme.includes(file), file);
});

test("the examples are valid YAML, but for the templates of the chart", () => {
  const files = exampleFiles().filter((file) => !file.includes("/templates/"));
  assert.ok(files.length > 30);
  for (const file of files) {
    for (const document of parseAllDocuments(readExample(file))) {
      assert.deepEqual([...document.errors, ...document.warnings], [], file);
    }
  }
});

test("each resource of the examples has its name once in its folder", () => {
  const seen = new Set<string>();
  for (const file of exampleFiles().filter((name) => !/\/templates\/|\.patch\.|kustomization/.test(name))) {
    for (const document of parseAllDocuments(readExample(file))) {
      const { kind, apiVersion, metadata } = document.toJS() ?? {};
      if (kind === undefined || metadata === undefined) continue;
      const key = [file.replace(/[^/]*$/, ""), apiVersion, kind, metadata.namespace, metadata.name].join(" ");
      assert.ok(!seen.has(key), key);
      seen.add(key);
    }
  }
});

test("every file and rule that the README of the examples names is there", () => {
  const named = [...readExample("README.md").matchAll(/`([\w./-]+)`/g)].map(([, name = ""]) => name);
  const files = named.filter((name) => /^[\w-]+\/.*\.yaml$/.test(name));
  assert.ok(files.length > 60);
  assert.deepEqual(
    files.filter((file) => !exampleFiles().includes(file)),
    [],
  );
  const ids = new Set([...rules, ...builtInChecks].map(({ id }) => id));
  const words = ["vc-a-prod", "scale-up", "switch-dns", "app-vm", "app-k8s", "nines-ignore"];
  const unknown = named.filter((name) => /^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(name) && !ids.has(name));
  assert.deepEqual(
    unknown.filter((name) => !words.includes(name)),
    [],
  );
});
