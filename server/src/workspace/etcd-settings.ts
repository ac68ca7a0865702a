import { entriesOf, itemsOf, type Node, nodeAt, present, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { workloadOf } from "./workload.ts";

/** One setting of etcd, by the name of its flag: `heartbeat-interval`. */
export interface EtcdSetting {
  readonly name: string;
  readonly value: string;
  /** Where the value stands: the flag, the word behind it, or the value of a variable. */
  readonly node: Node;
}

/** How a resource runs etcd, each member alike. */
export type EtcdSettings = ReadonlyMap<string, EtcdSetting>;

/**
 * The settings of each etcd process that a resource starts, from flags and `ETCD_*` variables of its containers and
 * from kubeadm's `extraArgs`. A flag wins over a variable; a configuration file makes etcd ignore both
 * (etcd server/etcdmain/config.go), so then there is none here. What a template decides is left out.
 */
export function etcdSettingsOf(resource: Resource): readonly EtcdSettings[] {
  return resource.derive(read);
}

function read(resource: Resource): readonly EtcdSettings[] {
  const workload = workloadOf(resource);
  const found =
    workload === undefined
      ? [extraArgs(resource)]
      : itemsOf(nodeAt(workload.podSpec, "containers")).map(ofContainer);
  return found.flatMap((settings) => {
    if (settings.length === 0 || settings.some(({ name }) => name === "config-file")) return [];
    return [new Map(settings.map((setting) => [setting.name, setting]))];
  });
}

function ofContainer(container: Node): readonly EtcdSetting[] {
  const words = ["command", "args"].flatMap((key) => itemsOf(nodeAt(container, key)));
  const image = stringOf(nodeAt(container, "image")) ?? "";
  const isEtcd = /(?:^|\/)etcd(?:-(?:amd64|arm64))?(?:[:@]|$)/.test(image) || words.some(isProgram);
  return isEtcd ? [...variables(container), ...flags(words)] : [];
}

function isProgram(word: Node): boolean {
  return /^(?:\/\S*\/)?etcd$/.test(stringOf(word) ?? "");
}

/** `--name=value`, or `--name` and the value as the next word. */
function flags(words: readonly Node[]): readonly EtcdSetting[] {
  return words.flatMap((node, i) => {
    const flag = /^--?([a-z][\w-]*)(?:=([\s\S]*))?$/.exec(stringOf(node) ?? "");
    const [, name, joined] = flag ?? [];
    if (name === undefined) return [];
    if (joined !== undefined) return [{ name, value: joined, node }];
    const next = words[i + 1];
    const value = stringOf(next);
    return next === undefined || value === undefined || value.startsWith("-")
      ? []
      : [{ name, value, node: next }];
  });
}

function variables(container: Node): readonly EtcdSetting[] {
  return itemsOf(nodeAt(container, "env")).flatMap((item) => {
    const variable = /^ETCD_([A-Z\d_]+)$/.exec(stringOf(nodeAt(item, "name")) ?? "")?.[1];
    const node = nodeAt(item, "value");
    const value = stringOf(node);
    if (variable === undefined || node === undefined || value === undefined) return [];
    return [{ name: variable.toLowerCase().replaceAll("_", "-"), value, node }];
  });
}

/** A map up to kubeadm's v1beta3, a list of names and values since v1beta4. */
function extraArgs(resource: Resource): readonly EtcdSetting[] {
  const prefix =
    resource.kind === "KubeadmControlPlane" ? "spec.kubeadmConfigSpec.clusterConfiguration." : "";
  if (prefix === "" && resource.kind !== "ClusterConfiguration") return [];
  const args = present(resource.get(`${prefix}etcd.local.extraArgs`));
  const ofMap = entriesOf(args).map(({ key, value }) => ({ name: key.source, node: value }));
  const ofList = itemsOf(args).flatMap((item) => {
    const name = stringOf(nodeAt(item, "name"));
    const node = nodeAt(item, "value");
    return name === undefined || node === undefined ? [] : [{ name, node }];
  });
  return [...ofMap, ...ofList].flatMap(({ name, node }) => {
    const value = stringOf(node);
    return value === undefined ? [] : [{ name, value, node }];
  });
}
