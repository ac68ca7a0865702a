import { mayHaveMore, moduleOf } from "../../model/ansible.ts";
import type { SourceDocument } from "../../model/document.ts";
import {
  booleanOf,
  entriesOf,
  type Field,
  field,
  integerOf,
  itemsOf,
  type MapNode,
  type Node,
  nodeAt,
  present,
  type Step,
  stringOf,
  valueOr,
} from "../../model/node.ts";
import type { Location, Resource } from "../../model/resource.ts";

/** Who writes the settings down: a document of Nines in the terms of the vCenter API, or one of the two Ansible modules. */
export type Dialect = "nines" | "community" | "vmware";

/** The settings that every dialect has, by its own names. */
type SettingName = "enabled" | "hostMonitoring" | "isolation" | "pdl" | "apd";

/**
 * Where each dialect writes a setting. Sources: vim.cluster.DasConfigInfo (vCenter API); the argument specs of
 * community.vmware plugins/modules/vmware_cluster_ha.py and vmware.vmware plugins/modules/cluster_ha.py.
 */
const PATHS: Readonly<Record<Dialect, Readonly<Record<SettingName, readonly string[]>>>> = {
  nines: {
    enabled: ["enabled"],
    hostMonitoring: ["hostMonitoring"],
    isolation: ["isolationResponse"],
    pdl: ["vmComponentProtection", "pdl"],
    apd: ["vmComponentProtection", "apd"],
  },
  community: {
    enabled: ["enable"],
    hostMonitoring: ["ha_host_monitoring"],
    isolation: ["host_isolation_response"],
    pdl: ["pdl_response"],
    apd: ["apd_response"],
  },
  vmware: {
    enabled: ["enable"],
    hostMonitoring: ["host_failure_response", "restart_vms"],
    isolation: ["host_isolation_response"],
    pdl: ["storage_pdl_response_mode"],
    apd: ["storage_apd_response", "mode"],
  },
};

/** The settings of vSphere HA of one cluster, wherever they are written. */
export interface HaCluster {
  readonly resource: Resource;
  readonly dialect: Dialect;
  /** How people call it; empty when nobody says. */
  readonly name: string;
  /** The map of the settings, and its path in the resource. */
  readonly settings: MapNode;
  readonly path: readonly Step[];
  /** What is said of the cluster beside its settings: sites, storage. Undefined for tasks. */
  readonly platform: Node | undefined;
  /** Something else may fill in what is not written here, so that absent is unknown. */
  readonly isOpen: boolean;
}

/** Where a setting stands in the cluster's dialect, as steps from the resource's root. */
export function pathOf({ dialect, path }: HaCluster, name: SettingName): readonly Step[] {
  return [...path, ...PATHS[dialect][name]];
}

/** What a setting holds. Absent means that the tool's default counts; unknown that nobody can tell. */
export function settingOf<T>(
  cluster: HaCluster,
  name: SettingName,
  read: (node: Node) => T | undefined,
): Field<T> {
  return field(nodeAt(cluster.settings, PATHS[cluster.dialect][name]), read);
}

/** Where to show a finding about something below the settings. */
export function placeIn({ resource, path }: HaCluster, steps: readonly Step[]): Location {
  return resource.at([...path, ...steps]);
}

/** A value below the settings; an explicit null counts as absent. */
export function valueAt(cluster: HaCluster, ...steps: readonly string[]): Node | undefined {
  return present(nodeAt(cluster.settings, steps));
}

/** A switch: a boolean, or `enabled` and `disabled` as the vCenter API spells it. */
export function switchOf(node: Node): boolean | undefined {
  const text = stringOf(node)?.toLowerCase();
  if (text === "enabled" || text === "disabled") return text === "enabled";
  return booleanOf(node);
}

/** Whether HA is switched on, as it is where nothing is said; undefined when nobody can tell. */
export function isOn(cluster: HaCluster): boolean | undefined {
  return valueOr(settingOf(cluster, "enabled", switchOf), true);
}

/**
 * Whether some task of the same document switches for the same cluster on what this one switches off: off, work, on
 * again is a maintenance.
 */
export function isSwitchedOnAgain(cluster: HaCluster, what: "enabled" | "hostMonitoring"): boolean {
  const { resource, dialect, name } = cluster;
  return dialect !== "nines" && resource.document.derive(switchedOn)[what].has(name);
}

/** The clusters for which some task of a document switches something on. */
function switchedOn({
  resources,
}: SourceDocument): Readonly<Record<"enabled" | "hostMonitoring", Set<string>>> {
  const clusters = resources.flatMap(haClustersOf);
  const names = (test: (cluster: HaCluster) => boolean) =>
    new Set(clusters.filter(test).map(({ name }) => name));
  return {
    enabled: names((each) => isOn(each) !== false),
    hostMonitoring: names((each) => watchesHosts(each) === true),
  };
}

/** Whether hosts watch each other; undefined when nothing is said about it, or nobody can tell. */
export function watchesHosts(cluster: HaCluster): boolean | undefined {
  const monitoring = settingOf(cluster, "hostMonitoring", switchOf);
  return monitoring.state === "known" ? monitoring.value : undefined;
}

/** How many hosts the cluster has, where that is said. */
export function hostsOf(cluster: HaCluster): number | undefined {
  const hosts = cluster.dialect === "nines" ? integerOf(valueAt(cluster, "hostCount")) : undefined;
  return hosts !== undefined && hosts > 0 ? hosts : undefined;
}

/** Over how many sites a stretched cluster runs virtual machines; undefined for one that is not stretched. */
export function stretchedOver({ platform, resource }: HaCluster): number | undefined {
  if (booleanOf(nodeAt(platform, "stretched")) !== true) return undefined;
  const witnesses = itemsOf(resource.get("spec.sites"))
    .filter((site) => stringOf(nodeAt(site, "role")) === "Witness")
    .map((site) => stringOf(nodeAt(site, "name")));
  // A witness votes and runs nothing.
  const sites = itemsOf(nodeAt(platform, "sites")).filter(
    (site) => !witnesses.includes(stringOf(site)),
  ).length;
  // vSAN and metro storage stretch over two; whoever lists none has these.
  return sites < 2 ? 2 : sites;
}

/** Whether the virtual machines lie on vSAN, which has heartbeats and a view of device loss of its own. */
export function isOnVsan({ platform }: HaCluster): boolean {
  return stringOf(nodeAt(platform, "storage"))?.toLowerCase() === "vsan";
}

/** Every cluster whose HA settings a resource holds. */
export function haClustersOf(resource: Resource): readonly HaCluster[] {
  return resource.derive(readClusters);
}

function readClusters(resource: Resource): readonly HaCluster[] {
  if (resource.kind === "DisasterRecoveryPlan") return ofPlan(resource);
  if (resource.kind === "VSphereHACluster") return ofDocument(resource, ["spec"], ["spec"], resource.name);
  return ofTask(resource);
}

function ofPlan(plan: Resource): readonly HaCluster[] {
  const list = ["spec", "platforms", "vsphere"];
  return itemsOf(plan.get(list)).flatMap((platform, i) =>
    ofDocument(plan, [...list, i], [...list, i, "ha"], stringOf(nodeAt(platform, "name"))),
  );
}

function ofDocument(
  resource: Resource,
  platform: readonly Step[],
  path: readonly Step[],
  name: string | undefined,
): readonly HaCluster[] {
  const settings = resource.get(path);
  if (settings?.kind !== "map") return [];
  const common = { resource, dialect: "nines", name: name ?? "", isOpen: false } as const;
  return [{ ...common, settings, path, platform: resource.get(platform) }];
}

function ofTask(task: Resource): readonly HaCluster[] {
  const module = moduleOf(task.root);
  if (module?.value.kind !== "map") return [];
  const settings = module.value;
  const name = stringOf(nodeAt(settings, "cluster")) ?? stringOf(nodeAt(settings, "cluster_name")) ?? "";
  const dialect = task.kind === "cluster_ha" ? "vmware" : "community";
  const isOpen = mayHaveMore(task.root) || task.document.derive(hasModuleDefaults);
  const path = [module.key.source];
  return [{ resource: task, dialect, name, settings, path, platform: undefined, isOpen }];
}

/** Parameters that say where a module works, not what it does. */
const ADDRESS = new Set([
  ...["hostname", "username", "password", "port", "validate_certs", "proxy_host", "proxy_port"],
  ...["datacenter", "datacenter_name", "cluster", "cluster_name"],
]);

/** Groups that the modules are in (meta/runtime.yml of both collections), and the modules themselves. */
const DEFAULTED = /^(?:group\/|(?:.*\.)?(?:vmware_cluster_ha|cluster_ha)$)/;

/** Whether defaults of a play or a block may add settings to the tasks of a document, and not only where they work. */
function hasModuleDefaults({ text, parsed }: SourceDocument): boolean {
  return text.includes("module_defaults") && addsSettings(parsed?.root);
}

function addsSettings(node: Node | undefined): boolean {
  if (node?.kind === "seq") return node.items.some(addsSettings);
  return entriesOf(node).some(({ key, value }) =>
    key.source === "module_defaults" ? mayAddSettings(value) : addsSettings(value),
  );
}

function mayAddSettings(defaults: Node): boolean {
  if (defaults.kind !== "map") return true;
  return defaults.entries.some(
    ({ key, value }) =>
      key.unknown ||
      (DEFAULTED.test(key.source) &&
        (value.kind !== "map" || value.entries.some((each) => !ADDRESS.has(each.key.source)))),
  );
}
