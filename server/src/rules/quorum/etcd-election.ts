import type { DocumentEdit } from "../../fixes/edit.ts";
import { appendItem, appendItems } from "../../fixes/list-edit.ts";
import { insertEntry } from "../../fixes/yaml-edit.ts";
import { entriesOf, itemsOf, type Node, nodeAt, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { kubeadmPrefix } from "../../workspace/program-flags.ts";
import { workloadOf } from "../../workspace/workload.ts";

/**
 * States etcd's election timeout beside its heartbeat interval, in the same way: a further word or variable of the
 * container, or a further entry of kubeadm's `extraArgs`. Undefined when the heartbeat stands nowhere of these.
 */
export function statedBeside(
  resource: Resource,
  heartbeat: Node,
  ms: number,
): readonly DocumentEdit[] | undefined {
  const { document } = resource;
  const prefix = kubeadmPrefix(resource);
  if (prefix !== undefined) return inExtraArgs(resource, `${prefix}etcd.local.extraArgs`, heartbeat, ms);
  for (const container of itemsOf(nodeAt(workloadOf(resource)?.podSpec, "containers"))) {
    for (const name of ["command", "args"]) {
      const words = nodeAt(container, name);
      if (words?.kind !== "seq" || !words.items.includes(heartbeat)) continue;
      const isJoined = stringOf(heartbeat)?.startsWith("-") === true;
      const added = isJoined ? [`--election-timeout=${ms}`] : ["--election-timeout", String(ms)];
      return [appendItems(document, words, added)];
    }
    const env = nodeAt(container, "env");
    if (env?.kind === "seq" && env.items.some((item) => nodeAt(item, "value") === heartbeat))
      return [appendItem(document, env, { name: "ETCD_ELECTION_TIMEOUT", value: String(ms) })];
  }
  return undefined;
}

/** A map up to v1beta3, a list of names and values since v1beta4. */
function inExtraArgs(
  resource: Resource,
  path: string,
  heartbeat: Node,
  ms: number,
): readonly DocumentEdit[] | undefined {
  const { document } = resource;
  const args = resource.get(path);
  const name = "election-timeout";
  if (args?.kind === "seq") return [appendItem(document, args, { name, value: String(ms) })];
  if (args?.kind !== "map" || !entriesOf(args).some(({ value }) => value === heartbeat)) return undefined;
  return [insertEntry(document, args, name, String(ms), { after: ["heartbeat-interval"] })];
}
