import { type Message, t } from "../../model/message.ts";
import { type Node, stringOf } from "../../model/node.ts";
import type { Range } from "../../model/range.ts";
import { type Resource, titleOf } from "../../model/resource.ts";
import { isOn, joinedHost, optionOf, otherServers } from "../../workspace/rancher-server.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";

/** What is wrong with the address under which a cluster's servers are reached, and where. */
interface Verdict {
  readonly at: Node | Range;
  readonly message: Message;
}

/**
 * Whether an RKE2 or K3s server of several is reached under an address that can move. Nodes that have joined know all
 * servers; new ones and kubeconfigs know the one address only. Undefined where it is so, where there is one server only, and
 * where a template decides.
 */
export function registrationOf(snapshot: Snapshot, server: Resource): Verdict | undefined {
  const others = otherServers(snapshot, server);
  const joined = joinedHost(server);
  if (joined !== undefined && isOwnAddress(joined.host, others)) {
    return {
      at: joined.node,
      message: t(
        "server is the address of 1 server, {host}: while that one is lost no node can join the cluster, however many servers are left. Use a name or virtual address in front of all servers, and list it under tls-san.",
        { host: joined.host },
      ),
    };
  }
  const isOneOfSeveral =
    optionOf(server, "server") !== undefined || isOn(server, "cluster-init") === true || others.length > 0;
  const hasName = [server, ...others].some((one) => optionOf(one, "tls-san") !== undefined);
  if (!isOneOfSeveral || hasName) return undefined;
  return {
    at: titleOf(server.root),
    message: t(
      "Without tls-san the certificate of this server holds its own addresses only, so kubeconfigs and new nodes reach 1 of the servers and nothing when it is lost. Put a name or virtual address in front of all servers and list it under tls-san.",
    ),
  };
}

function isOwnAddress(host: string, servers: readonly Resource[]): boolean {
  if (/^(?:localhost|127\..*|::1)$/.test(host)) return true;
  return servers.some((server) =>
    ["node-ip", "node-external-ip", "advertise-address", "node-name"].some(
      (name) => stringOf(optionOf(server, name)) === host,
    ),
  );
}
