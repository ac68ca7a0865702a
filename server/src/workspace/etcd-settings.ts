import { itemsOf, type Node, nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { extraArgsIn, type Flag, flagsIn, kubeadmPrefix, wordsOf } from "./program-flags.ts";
import { workloadOf } from "./workload.ts";

/** One setting of etcd, by the name of its flag (`heartbeat-interval`), be it stated by flag or variable. */
export type EtcdSetting = Flag;

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
  const words = wordsOf(container);
  const image = stringOf(nodeAt(container, "image")) ?? "";
  const isEtcd = /(?:^|\/)etcd(?:-(?:amd64|arm64))?(?:[:@]|$)/.test(image) || words.some(isProgram);
  return isEtcd ? [...variables(container), ...flagsIn(words)] : [];
}

function isProgram(word: Node): boolean {
  return /^(?:\/\S*\/)?etcd$/.test(stringOf(word) ?? "");
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

function extraArgs(resource: Resource): readonly EtcdSetting[] {
  const prefix = kubeadmPrefix(resource);
  return prefix === undefined ? [] : extraArgsIn(resource.get(`${prefix}etcd.local.extraArgs`));
}
