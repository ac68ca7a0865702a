import type { SourceDocument } from "./document.ts";
import { type Entry, entriesOf, entryOf, type MapNode, type Node, nodeAt, stringOf } from "./node.ts";
import { Resource } from "./resource.ts";
import type { UntypedForm } from "./untyped.ts";

/** API group under which tasks of Ansible are resources; the version is the module's collection, the kind its name. */
export const ANSIBLE = "ansible";

/** Lists of tasks in a play, and in a block. */
const TASK_LISTS = ["pre_tasks", "tasks", "post_tasks", "handlers", "block", "rescue", "always"];

/** The module names that are read: with their collection, or as they were called before collections. */
const MODULE = /^(?:(community\.vmware)\.)?(vmware_cluster_ha)$|^(?:(vmware\.vmware)\.)?(cluster_ha)$/;

/** Tasks that set vSphere HA up, at any nesting: plays, blocks, handlers, the task files of roles. */
export const taskForm: UntypedForm = {
  kinds: ["vmware_cluster_ha", "cluster_ha"],
  mayBe: (text) => text.includes("cluster_ha"),
  resourcesIn: (document, root) => tasksIn(document, root),
};

function tasksIn(document: SourceDocument, list: Node | undefined): Resource[] {
  if (list?.kind !== "seq") return [];
  return list.items.flatMap((item) => {
    if (item.kind !== "map") return [];
    const own = taskOf(document, item);
    return [...own, ...TASK_LISTS.flatMap((key) => tasksIn(document, entryOf(item, key)?.value))];
  });
}

function taskOf(document: SourceDocument, task: MapNode): Resource[] {
  const entry = moduleOf(task);
  const [, old, oldName, collection, name] = MODULE.exec(entry?.key.source ?? "") ?? [];
  if (oldName !== undefined) return [asResource(document, task, old ?? "community.vmware", oldName)];
  return name === undefined ? [] : [asResource(document, task, collection ?? "vmware.vmware", name)];
}

function asResource(document: SourceDocument, task: MapNode, collection: string, module: string): Resource {
  const name = stringOf(nodeAt(task, "name"));
  return new Resource(document, task, `${ANSIBLE}/${collection}`, module, name);
}

/** The entry of a task that names a module which is read here, with its arguments as the value. */
export function moduleOf(task: Node): Entry | undefined {
  return entriesOf(task).find(({ key, value }) => {
    const [, , old, collection, name] = MODULE.exec(key.source) ?? [];
    // Without its collection, the short name may be anything that somebody called so.
    return old !== undefined || (name !== undefined && (collection !== undefined || isForCluster(value)));
  });
}

function isForCluster(args: Node): boolean {
  return ["cluster", "cluster_name"].some((key) => entryOf(args, key) !== undefined);
}
