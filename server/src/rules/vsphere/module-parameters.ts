import type { DocumentEdit } from "../../fixes/edit.ts";
import type { Value } from "../../fixes/style.ts";
import { insertEntry, removeEntry } from "../../fixes/yaml-edit.ts";
import { moduleOf } from "../../model/ansible.ts";
import type { SourceDocument } from "../../model/document.ts";
import { booleanOf, type Entry, entryOf, type MapNode, type Node, nodeAt } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";

/** Parameters that both modules have under the same name (vmware.vmware plugins/module_utils/argument_spec.py). */
const SAME: ReadonlySet<string> = new Set([
  ...["hostname", "username", "password", "port", "validate_certs", "proxy_host", "proxy_port"],
  ...["cluster_name", "datacenter", "datacenter_name", "enable"],
  ...["host_isolation_response", "advanced_settings"],
]);

/** Parameters that became fields of a block. */
const NESTED: Readonly<Record<string, readonly [string, string]>> = {
  ha_vm_monitoring: ["vm_monitoring", "mode"],
  ha_vm_failure_interval: ["vm_monitoring", "failure_interval"],
  ha_vm_min_up_time: ["vm_monitoring", "minimum_uptime"],
  ha_vm_max_failures: ["vm_monitoring", "maximum_resets"],
  ha_vm_max_failure_window: ["vm_monitoring", "maximum_resets_window"],
  ha_restart_priority: ["host_failure_response", "default_vm_restart_priority"],
  apd_response: ["storage_apd_response", "mode"],
  apd_delay: ["storage_apd_response", "delay"],
};

/** What the new module takes instead of one parameter; undefined when it has no counterpart. */
type Replacement = Readonly<Record<string, Value>> | undefined;

/** Turns a task of `community.vmware.vmware_cluster_ha` into one of `vmware.vmware.cluster_ha`; undefined when some parameter has no counterpart. */
export function toNewModule(task: Resource): readonly DocumentEdit[] | undefined {
  const module = moduleOf(task.root);
  const args = module?.value;
  if (module === undefined || args?.kind !== "map") return undefined;
  const { document } = task;
  const renamed: DocumentEdit = { document, range: module.key.range, newText: "vmware.vmware.cluster_ha" };
  const parameters = parametersOf(document, args);
  return parameters && [renamed, ...parameters];
}

function parametersOf(document: SourceDocument, args: MapNode): readonly DocumentEdit[] | undefined {
  const edits: DocumentEdit[] = [];
  const added = new Map<string, Value>();
  for (const entry of args.entries) {
    const name = entry.key.source;
    if (entry.inherited) return undefined;
    if (SAME.has(name)) continue;
    const replacement = replacementOf(entry);
    const removal = replacement && removeEntry(document, args, name);
    if (replacement === undefined || removal === undefined || holdsComment(removal)) return undefined;
    edits.push(removal);
    for (const [key, value] of Object.entries(replacement)) added.set(key, merged(added.get(key), value));
  }
  if (edits.length === args.entries.length) return undefined;
  // The old module switches admission control off when it is told nothing; the new one leaves it as it is.
  const isRunning = booleanOf(entryOf(args, "enable")?.value) !== false;
  if (isRunning && !added.has("admission_control_policy")) return undefined;
  for (const [key, value] of added) edits.push(insertEntry(document, args, key, value));
  return edits;
}

function merged(before: Value | undefined, value: Value): Value {
  return isBlock(before) && isBlock(value) ? { ...before, ...value } : value;
}

function isBlock(value: Value | undefined): value is { readonly [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a comment says about a parameter must not go with its line. */
function holdsComment({ document, range }: DocumentEdit): boolean {
  return /#/.test(document.text.slice(range.start, range.end));
}

function replacementOf({ key, value }: Entry): Replacement {
  const name = key.source;
  const nested = Object.hasOwn(NESTED, name) ? NESTED[name] : undefined;
  if (nested !== undefined) {
    const plain = scalarOf(value);
    // A machine's HA cannot be switched off by its priority any more.
    if (plain === undefined || (name === "ha_restart_priority" && plain === "disabled")) return undefined;
    return { [nested[0]]: { [nested[1]]: plain } };
  }
  switch (name) {
    case "ha_host_monitoring":
      return choice(value, { enabled: true, disabled: false }, (restart_vms) => ({
        host_failure_response: { restart_vms },
      }));
    case "apd_reaction":
      return choice(value, { reset: true, none: false }, (restart_vms) => ({
        storage_apd_response: { restart_vms },
      }));
    case "pdl_response":
      return choice(
        value,
        { disabled: "disabled", warning: "warning", restartAggressive: "restart" },
        (storage_pdl_response_mode) => ({ storage_pdl_response_mode }),
      );
    default:
      return admissionOf(name, value);
  }
}

function admissionOf(name: string, block: Node): Replacement {
  const level = scalarOf(nodeAt(block, "failover_level"));
  if (name === "slot_based_admission_control" && level !== undefined)
    return { admission_control_policy: "vm_slots", admission_control_failover_level: level };
  if (name === "reservation_based_admission_control" && level !== undefined) return percentages(block, level);
  const hosts = nodeAt(block, "failover_hosts");
  if (name !== "failover_host_admission_control" || hosts?.kind !== "seq") return undefined;
  const names = hosts.items.flatMap((host) => scalarOf(host) ?? []);
  return names.length === hosts.items.length
    ? { admission_control_policy: "dedicated_host", admission_control_dedicated_hosts: names }
    : undefined;
}

function percentages(block: Node, level: Value): Replacement {
  const common = { admission_control_policy: "cluster_resource", admission_control_failover_level: level };
  const written = nodeAt(block, "auto_compute_percentages");
  const automatic = written === undefined ? true : booleanOf(written);
  if (automatic === undefined) return undefined;
  if (automatic) return common;
  // Left out, the old module reserves 50 %.
  const share = (name: string) => {
    const node = nodeAt(block, name);
    return node === undefined ? 50 : scalarOf(node);
  };
  const cpu = share("cpu_failover_resources_percent");
  const memory = share("memory_failover_resources_percent");
  if (cpu === undefined || memory === undefined) return undefined;
  return {
    ...common,
    admission_control_cpu_reserve_percentage: cpu,
    admission_control_memory_reserve_percentage: memory,
  };
}

function choice<T extends Value>(
  node: Node,
  choices: Readonly<Record<string, T>>,
  make: (value: T) => Replacement,
): Replacement {
  const text = scalarOf(node);
  const chosen = typeof text === "string" && Object.hasOwn(choices, text) ? choices[text] : undefined;
  return chosen === undefined ? undefined : make(chosen);
}

function scalarOf(node: Node | undefined): string | number | boolean | undefined {
  if (node?.kind !== "scalar" || node.unknown || node.value === null) return undefined;
  return node.value;
}
