import { booleanOf, entriesOf, itemsOf, type Node, nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import type { Snapshot } from "./snapshot.ts";
import { podSpecPath } from "./spread.ts";
import { type Workload, workloadOf } from "./workload.ts";

/** A setting of a program, by the name of its flag without dashes. */
export interface Flag {
  readonly name: string;
  readonly value: string;
  /** Where the value stands: the flag, or the word behind it. */
  readonly node: Node;
}

/** `--name=value`, or `--name` and the value as the next word. A flag alone is left out: only switches stand alone. */
export function flagsIn(words: readonly Node[]): readonly Flag[] {
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

/** kubeadm's `extraArgs`: a map up to v1beta3, a list of names and values since v1beta4. */
export function extraArgsIn(args: Node | undefined): readonly Flag[] {
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

/** The words of a container: its command and its arguments. */
export function wordsOf(container: Node): readonly Node[] {
  return ["command", "args"].flatMap((key) => itemsOf(nodeAt(container, key)));
}

/** Where kubeadm's ClusterConfiguration stands in a resource, with the dot behind it; undefined for other kinds. */
export function kubeadmPrefix(resource: Resource): string | undefined {
  if (resource.type === "controlplane.cluster.x-k8s.io/KubeadmControlPlane")
    return "spec.kubeadmConfigSpec.clusterConfiguration.";
  return resource.type === "kubeadm.k8s.io/ClusterConfiguration" ? "" : undefined;
}

/** A control-plane program as a resource starts it. */
export interface Program {
  readonly name: string;
  readonly flags: readonly Flag[];
  /** Runs its containers; undefined for kubeadm's configuration. */
  readonly workload: Workload | undefined;
}

/** kubeadm's sections by the program they are about. */
const SECTIONS: Readonly<Record<string, string>> = {
  "kube-apiserver": "apiServer",
  "kube-controller-manager": "controllerManager",
  "kube-scheduler": "scheduler",
};

/**
 * The API servers, controller managers and schedulers that a resource starts: containers whose command or image is
 * the program's, and kubeadm's `extraArgs`. A configuration file may decide what no flag says.
 */
export function controlPlanePrograms(resource: Resource): readonly Program[] {
  const workload = workloadOf(resource);
  if (workload !== undefined)
    return itemsOf(nodeAt(workload.podSpec, "containers")).flatMap((container) => {
      const words = wordsOf(container);
      const name = programName(container, words);
      return name === undefined ? [] : [{ name, workload, flags: flagsIn(words) }];
    });
  const prefix = kubeadmPrefix(resource);
  if (prefix === undefined) return [];
  return Object.entries(SECTIONS).map(([name, section]) => ({
    ...{ name, workload },
    flags: extraArgsIn(resource.get(`${prefix}${section}.extraArgs`)),
  }));
}

function programName(container: Node, words: readonly Node[]): string | undefined {
  const image = /([^/:@]+)(?::[^/]*)?(?:@.*)?$/.exec(stringOf(nodeAt(container, "image")) ?? "")?.[1];
  // hyperkube and shells name the program as a word; its flags are separate words all the same.
  const named = [words[0], words[1]].map((word) => stringOf(word)?.replace(/^.*\//, ""));
  return Object.keys(SECTIONS).find(
    (name) => named.includes(name) || image?.replace(/-(?:amd64|arm64)$/, "") === name,
  );
}

/** Whether an overlay may change the flags of a resource. */
export function areFlagsPatched(snapshot: Snapshot, resource: Resource): boolean {
  const workload = workloadOf(resource);
  return workload === undefined
    ? snapshot.layout.patchesFor(resource).length > 0
    : snapshot.layout.isPatched(resource, podSpecPath(workload, "containers"));
}

/** Whether a flag's value switches it off, as strconv.ParseBool of Go reads it. */
function isOff({ value, node }: Flag): boolean {
  return /^(?:0|f|F|false|FALSE|False)$/.test(value) || booleanOf(node) === false;
}

/** The programs of which one instance may act at a time. */
const ELECTING: readonly string[] = ["kube-controller-manager", "kube-scheduler"];

/**
 * The flag by which a program that must have one leader is told to elect none; undefined where it elects one. A switch
 * takes its value behind `=` only: `--leader-elect false` is a switch that is on, and a word too many.
 */
export function electsNoLeader({ name, flags, workload }: Program): Flag | undefined {
  const flag = ELECTING.includes(name) ? flags.findLast((one) => one.name === "leader-elect") : undefined;
  if (flag === undefined || !isOff(flag)) return undefined;
  return workload === undefined || stringOf(flag.node)?.startsWith("-") === true ? flag : undefined;
}
