import { booleanOf, entryOf, type Node, present, stringOf } from "../model/node.ts";
import { RANCHER_SERVER } from "../model/rancher.ts";
import type { Resource } from "../model/resource.ts";
import { scopeOf } from "./scope.ts";
import type { Snapshot } from "./snapshot.ts";

/** The value of an option of an RKE2 or K3s server, also where it is appended (`tls-san+`). */
export function optionOf(server: Resource, name: string): Node | undefined {
  return present((entryOf(server.root, name) ?? entryOf(server.root, `${name}+`))?.value);
}

/** Whether a switch is on; undefined where a template decides. */
export function isOn(server: Resource, name: string): boolean | undefined {
  const node = optionOf(server, name);
  return node === undefined ? false : booleanOf(node);
}

/**
 * Whether a server runs a member of etcd. RKE2 does unless told otherwise; of K3s it is certain only where it begins a
 * cluster with `cluster-init`, since without it a lone server keeps its data in SQLite (docs.k3s.io/datastore).
 */
export function runsEtcd(server: Resource): boolean {
  if (optionOf(server, "datastore-endpoint") !== undefined || isOn(server, "disable-etcd") !== false)
    return false;
  return isOn(server, "cluster-init") === true || mentionsEtcd(server);
}

function mentionsEtcd({ root }: Resource): boolean {
  return root.entries.some(({ key }) => /^etcd-/.test(key.source));
}

/** The other servers of the same cluster: those whose files stand in its folder, and those deployed together with it. */
export function otherServers(snapshot: Snapshot, server: Resource): readonly Resource[] {
  return snapshot
    .find("type", RANCHER_SERVER)
    .filter((other) => other !== server && scopeOf(snapshot, server, other) !== "workspace");
}

/** The host of `server: https://host:9345`, which a server or agent registers with. */
export function joinedHost(server: Resource): { readonly host: string; readonly node: Node } | undefined {
  const node = optionOf(server, "server");
  const host = /^https?:\/\/(\[[\da-fA-F:.]+\]|[^:/\s]+)(?::\d+)?\/?$/.exec(stringOf(node) ?? "")?.[1];
  return node === undefined || host === undefined ? undefined : { host: host.replace(/^\[|\]$/g, ""), node };
}
