import type { HostileText } from "./inputs.ts";

const MANY = 10_000;

/** `make(0), make(1), …` */
const list = (count: number, make: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(", ");

const plan = (spec: string) =>
  `apiVersion: nines/v1alpha1\nkind: DisasterRecoveryPlan\nmetadata: {name: p}\nspec:\n  objectives: [{disruption: Site, rpo: 0s, rto: 1s}]\n${spec}\n`;

const failover = (steps: string) =>
  plan(
    `  failovers: [{name: f, serves: [Site], detection: {duration: 1m}, decision: {mode: Automatic}, steps: [${steps}]}]`,
  );

/** Blocks of a playbook, each inside the one before. */
const blocks = (depth: number) =>
  `- ${"{block: [".repeat(depth)}{vmware.vmware.cluster_ha: {cluster: a, enable: false}}${"]}".repeat(depth)}\n`;

/** Recovery plans and playbooks that want to break their reader, by what is hostile about them. */
export const hostilePlans: Readonly<Record<string, () => HostileText>> = {
  "10,000 steps, one after the other": () => ({
    text: failover(list(MANY, (i) => `{name: s${i}, duration: 1s${i === 0 ? "" : `, after: [s${i - 1}]`}}`)),
    due: ["plan-rto-breached"],
  }),
  "10,000 steps in one circle": () => ({
    text: failover(list(MANY, (i) => `{name: s${i}, duration: 1s, after: [s${(i + MANY - 1) % MANY}]}`)),
    due: ["plan-order-cycle"],
  }),
  "5,000 circles of two steps": () => ({
    text: failover(list(MANY, (i) => `{name: s${i}, duration: 1s, after: [s${i ^ 1}]}`)),
    due: ["plan-order-cycle"],
  }),
  "600 steps that wait for all before them": () => ({
    text: failover(list(600, (i) => `{name: s${i}, duration: 1s, after: [${list(i, (j) => `s${j}`)}]}`)),
    due: ["plan-rto-breached"],
  }),
  "600 steps that wait for all of them": () => ({
    text: failover(list(600, (i) => `{name: s${i}, duration: 1s, after: [${list(600, (j) => `s${j}`)}]}`)),
    due: ["plan-order-cycle"],
  }),
  "10,000 steps that wait for nobody": () => ({
    text: failover(list(MANY, (i) => `{name: s, after: [x${i}]}`)),
    due: ["plan-reference-unknown"],
  }),
  "3,000 databases with 3,000 backups": () => ({
    text: plan(
      `  sites: [{name: a, role: Primary, city: x}]\n  databases: [${list(3_000, (i) => `{name: d${i}}`)}]\n  backups: [${list(3_000, (i) => `{name: b${i}, kind: Database, full: "* * * * *", repositorySite: a}`)}]`,
    ),
    due: ["plan-no-surviving-copy"],
  }),
  "10,000 sites of one name": () => ({
    text: plan(`  sites: [${list(MANY, () => "{name: a, role: Primary, trafficPercent: 50}")}]`),
    due: ["plan-traffic-sum", "plan-reference-unknown"],
  }),
  "50,000 fields that nobody knows": () => ({
    text: plan(`  sites: [{${list(50_000, (i) => `x${i}: 1`)}}]`),
    due: ["plan-invalid"],
  }),
  "durations and dates that are none": () => ({
    text: plan(
      `  drills: {lastTested: "9999-99-99", interval: ${"9".repeat(400)}d}\n  replication: [{schedulingInterval: 999999999999d, syncDuration: -1s, mode: Asynchronous}]\n  backups: [{name: b, full: "${"* ".repeat(5_000)}", duration: 1e999}]`,
    ),
    due: ["plan-invalid"],
  }),
  "numbers beyond all bounds": () => ({
    text: plan(
      "  sites: [{name: a, role: Primary, trafficPercent: 1e308, capacityPercent: .inf}, {name: b, role: Secondary, trafficPercent: -1e308, capacityPercent: .nan}]\n  platforms: {vsphere: [{name: v, stretched: true, ha: {hostCount: 99999999999999999999, admissionControl: {policy: resourcePercentage, cpuPercent: -5, hostFailuresTolerated: 1e9}}}]}",
    ),
    due: ["plan-invalid"],
  }),
  "patterns of machine names that could backtrack": () => ({
    text: plan(
      `  platforms: {vsphere: [{name: v, ha: {restartPriority: {default: medium, high: ["${"*a".repeat(10_000)}"]}}}]}\n  databases: [{name: d, primary: {platform: vm, ref: ${"a".repeat(50_000)}}}]`,
    ),
    due: [],
  }),
  "400 blocks of a playbook inside each other": () => ({ text: blocks(400), due: ["vsphere-ha-disabled"] }),
  "10,000 tasks for one cluster": () => ({
    text: Array.from(
      { length: MANY },
      () => "- {vmware.vmware.cluster_ha: {cluster: a, host_failure_response: {restart_vms: false}}}\n",
    ).join(""),
    due: ["vsphere-host-monitoring-off"],
  }),
};
