import {
  booleanOf,
  type Field,
  field,
  integerOf,
  itemsOf,
  type Node,
  nodeAt,
  stringOf,
} from "../../model/node.ts";
import { type HaCluster, hostsOf, stretchedOver, switchOf, valueAt } from "./ha-cluster.ts";

/** How admission control keeps capacity free. */
type AdmissionPolicy = "percentage" | "slots" | "dedicated" | "off";

/** A percentage that is written, with its path below the settings. */
interface WrittenPercent {
  readonly path: readonly string[];
  readonly value: number;
}

/** What the settings say about admission control. */
export interface Admission {
  readonly policy: Field<AdmissionPolicy>;
  /** Where the policy is written, or would be. */
  readonly path: readonly string[];
  /** Whether vCenter computes the percentages itself; undefined when nobody can tell. */
  readonly automatic: boolean | undefined;
  readonly percents: readonly WrittenPercent[];
  /** Hosts whose loss is provided for; undefined when a template decides. */
  readonly tolerated: number | undefined;
}

/** Policies by the names of the vCenter API's Terraform and Ansible clients. */
const POLICIES: Readonly<Record<string, AdmissionPolicy>> = {
  resourcePercentage: "percentage",
  slotPolicy: "slots",
  failoverHosts: "dedicated",
  disabled: "off",
  cluster_resource: "percentage",
  vm_slots: "slots",
  dedicated_host: "dedicated",
};

/** Reads the admission control of a cluster in its dialect; undefined where nothing is said about it. */
export function admissionOf(cluster: HaCluster): Admission | undefined {
  if (cluster.dialect === "nines") return ofDocument(cluster);
  return cluster.dialect === "vmware" ? ofModule(cluster) : ofOldModule(cluster);
}

function ofDocument(cluster: HaCluster): Admission | undefined {
  const node = valueAt(cluster, "admissionControl");
  if (node?.kind !== "map") return undefined;
  const at = (key: string) => nodeAt(node, key);
  const path = ["admissionControl", "policy"];
  const enabled = field(at("enabled"), switchOf);
  const policy: Field<AdmissionPolicy> =
    enabled.state === "known" && !enabled.value
      ? { ...enabled, value: "off" }
      : field(at("policy"), policyOf);
  const percents = ["cpuPercent", "memoryPercent"].flatMap((key) =>
    percent(at(key), ["admissionControl", key]),
  );
  const automatic = field(at("autoCompute"), booleanOf);
  return {
    policy,
    path: enabled.state === "known" && !enabled.value ? ["admissionControl", "enabled"] : path,
    // What is written counts unless it says otherwise.
    automatic: known(automatic, percents.length === 0),
    percents,
    tolerated: toleratedOf(policy, at("hostFailuresTolerated"), at("failoverHosts")),
  };
}

/** vmware.vmware.cluster_ha: a percentage that is given switches the automatic one off. */
function ofModule(cluster: HaCluster): Admission | undefined {
  const path = ["admission_control_policy"];
  const policy = field(valueAt(cluster, ...path), policyOf);
  const keys = ["admission_control_cpu_reserve_percentage", "admission_control_memory_reserve_percentage"];
  const percents = keys.flatMap((key) => percent(valueAt(cluster, key), [key]));
  if (policy.state === "absent" && percents.length === 0) return undefined;
  return {
    policy,
    path,
    automatic: percents.every(({ value }) => value === 0),
    percents,
    tolerated: toleratedOf(
      policy,
      valueAt(cluster, "admission_control_failover_level"),
      valueAt(cluster, "admission_control_dedicated_hosts"),
    ),
  };
}

const OLD_POLICIES = [
  ["reservation_based_admission_control", "percentage"],
  ["slot_based_admission_control", "slots"],
  ["failover_host_admission_control", "dedicated"],
] as const;

/** community.vmware.vmware_cluster_ha: one of three blocks; none of them switches admission control off. */
function ofOldModule(cluster: HaCluster): Admission | undefined {
  for (const [key, policy] of OLD_POLICIES) {
    const node = valueAt(cluster, key);
    if (node === undefined) continue;
    const percents = ["cpu_failover_resources_percent", "memory_failover_resources_percent"].flatMap((name) =>
      percent(nodeAt(node, name), [key, name]),
    );
    return {
      policy: node.kind === "map" ? { state: "known", value: policy, node } : { state: "unknown", node },
      path: [key],
      automatic: known(field(nodeAt(node, "auto_compute_percentages"), booleanOf), true),
      percents,
      tolerated: toleratedOf(undefined, nodeAt(node, "failover_level"), nodeAt(node, "failover_hosts")),
    };
  }
  if (cluster.isOpen) return undefined;
  const off: Field<AdmissionPolicy> = { state: "known", value: "off", node: cluster.settings };
  return { policy: off, path: [], automatic: undefined, percents: [], tolerated: undefined };
}

function policyOf(node: Node): AdmissionPolicy | undefined {
  const text = stringOf(node) ?? "";
  return Object.hasOwn(POLICIES, text) ? POLICIES[text] : undefined;
}

function percent(node: Node | undefined, path: readonly string[]): readonly WrittenPercent[] {
  const value = integerOf(node);
  return value === undefined || value < 0 || value > 100 ? [] : [{ path, value }];
}

function known(read: Field<boolean>, fallback: boolean): boolean | undefined {
  if (read.state === "absent") return fallback;
  return read.state === "known" ? read.value : undefined;
}

/** Dedicated hosts count themselves; otherwise one host unless something else is written. */
function toleratedOf(
  policy: Field<AdmissionPolicy> | undefined,
  level: Node | undefined,
  hosts: Node | undefined,
): number | undefined {
  const written = field(level, integerOf);
  if (written.state !== "absent") return written.state === "known" ? written.value : undefined;
  if (policy?.state === "known" && policy.value === "dedicated" && hosts !== undefined)
    return itemsOf(hosts).length;
  return 1;
}

/** How much of a cluster must stay free, in percent, and what for. */
export interface Need {
  readonly percent: number;
  /** The loss that asks for it: some hosts, or a whole site of a stretched cluster. */
  readonly loss:
    | { readonly of: "hosts"; readonly lost: number; readonly all: number }
    | { readonly of: "site"; readonly sites: number };
}

/** What the cluster needs: the share of the hosts whose loss it tolerates, or of a site where it is stretched over several. */
export function needOf(cluster: HaCluster, tolerated: number | undefined): Need | undefined {
  const sites = stretchedOver(cluster);
  const hosts = hostsOf(cluster);
  const bySite: Need | undefined =
    sites === undefined ? undefined : { percent: Math.ceil(100 / sites), loss: { of: "site", sites } };
  if (hosts === undefined || tolerated === undefined || tolerated < 1 || tolerated >= hosts) return bySite;
  const byHost: Need = {
    percent: Math.ceil((100 * tolerated) / hosts),
    loss: { of: "hosts", lost: tolerated, all: hosts },
  };
  return bySite !== undefined && bySite.percent >= byHost.percent ? bySite : byHost;
}
