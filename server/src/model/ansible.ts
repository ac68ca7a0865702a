import { actionOf, argumentsOf } from "./ansible-arguments.ts";
import type { SourceDocument } from "./document.ts";
import {
  type Entry,
  entriesOf,
  entryOf,
  type MapNode,
  type Node,
  nodeAt,
  present,
  type ScalarNode,
  stringOf,
} from "./node.ts";
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

function taskOf(document: SourceDocument, written: MapNode): Resource[] {
  const task = inLongForm(document, written);
  const entry = moduleOf(task);
  const [, old, oldName, collection, name] = MODULE.exec(entry?.key.source ?? "") ?? [];
  if (oldName !== undefined) return [asResource(document, task, old ?? "community.vmware", oldName)];
  return name === undefined ? [] : [asResource(document, task, collection ?? "vmware.vmware", name)];
}

/** Keywords of a task under which its module may stand. */
const ACTIONS = ["action", "local_action"];

/**
 * A task with the arguments of its module in a map, however it is written: `module: {name: value}`, `module: name=value`,
 * `action: module name=value`, `action: {module: …, name: value}`, with more of them under `args`
 * (ansible lib/ansible/parsing/mod_args.py). What is not certain stays as it is, and is not read.
 */
function inLongForm(document: SourceDocument, task: MapNode): MapNode {
  const found = moduleEntry(document, task);
  if (found === undefined) return task;
  const { name, args, instead } = found;
  const all = withMore(args, present(entryOf(task, "args")?.value));
  if (all === undefined || (name === instead.key && all === instead.value)) return task;
  const module: Entry = { key: name, value: all, inherited: instead.inherited };
  const long = { ...task, entries: task.entries.map((entry) => (entry === instead ? module : entry)) };
  if (all !== instead.value && all !== entryOf(task, "args")?.value) readOnly.add(long);
  return long;
}

/** Tasks whose arguments stand in the text as something else than one map. */
const readOnly = new WeakSet<Node>();

/** Whether the arguments of a task are a map in its text too, so that an edit may write into it. */
export function isWritable(task: Node): boolean {
  return !readOnly.has(task);
}

/** Whether more arguments may count than are written here: a template gives them. */
export function mayHaveMore(task: Node): boolean {
  const more = present(nodeAt(task, "args"));
  return more !== undefined && more.kind !== "map";
}

/** The module of a task, its arguments as a map, and the entry of the task that says so. */
interface Found {
  readonly name: ScalarNode;
  readonly args: MapNode | undefined;
  readonly instead: Entry;
}

function moduleEntry(document: SourceDocument, task: MapNode): Found | undefined {
  for (const entry of task.entries) {
    const found = ACTIONS.includes(entry.key.source)
      ? actionIn(document, entry)
      : MODULE.test(entry.key.source)
        ? moduleIn(document, entry)
        : undefined;
    if (found !== undefined && MODULE.test(found.name.source)) return found;
  }
  return undefined;
}

function actionIn(document: SourceDocument, entry: Entry): Found | undefined {
  const { value } = entry;
  if (value.kind !== "map") {
    const action = actionOf(document, value);
    return action && { name: action.module, args: action.args, instead: entry };
  }
  const name = entryOf(value, "module")?.value;
  const isPlain = name?.kind === "scalar" && !name.unknown && entryOf(value, "args") === undefined;
  return isPlain ? { name, args: value, instead: entry } : undefined;
}

function moduleIn(document: SourceDocument, entry: Entry): Found | undefined {
  const { key: name, value } = entry;
  if (present(value) === undefined) return { name, args: undefined, instead: entry };
  const args = value.kind === "map" ? value : argumentsOf(document, value);
  return args && { name, args, instead: entry };
}

/** Arguments with those under `args`, which count for less; undefined where these are not known. */
function withMore(args: MapNode | undefined, more: Node | undefined): MapNode | undefined {
  if (more === undefined) return args;
  if (more.kind !== "map") return undefined;
  if (args === undefined || args.entries.length === 0) return more;
  const others = more.entries.filter(({ key }) => entryOf(args, key.source) === undefined);
  return others.length === 0 ? args : { ...args, entries: [...args.entries, ...others] };
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
