import { booleanOf, type Node, nodeAt, present, stringOf } from "../model/node.ts";

/**
 * Whether a node set of an Elasticsearch resource is eligible as master, and so votes: `node.roles` names
 * `master`, or is absent (then a node has every role); before 7.9 `node.master` said it. Keys may be written with
 * dots or nested. Undefined when a template decides it.
 */
export function elasticsearchMasters(nodeSet: Node | undefined): boolean | undefined {
  const config = present(nodeAt(nodeSet, "config"));
  if (config === undefined) return true;
  if (config.kind !== "map") return undefined;
  const roles = present(settingOf(config, "roles"));
  if (roles !== undefined) {
    if (roles.kind === "scalar")
      return stringOf(roles)
        ?.split(/[,\s]+/)
        .includes("master");
    if (roles.kind !== "seq") return undefined;
    const names = roles.items.map((role) => stringOf(role));
    return names.includes("master") || (names.includes(undefined) ? undefined : false);
  }
  const legacy = present(settingOf(config, "master"));
  return legacy === undefined ? true : booleanOf(legacy);
}

function settingOf(config: Node, name: string): Node | undefined {
  return nodeAt(config, [`node.${name}`]) ?? nodeAt(config, ["node", name]);
}
