import { t } from "../../model/message.ts";
import { itemsOf, type Node, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import {
  areFlagsPatched,
  controlPlanePrograms,
  type Flag,
  kubeadmPrefix,
} from "../../workspace/program-flags.ts";
import { defineRule } from "../rule.ts";

/** The list of etcd endpoints that an API server is given. */
interface Endpoints {
  readonly urls: readonly string[];
  readonly node: Node;
  /** The API server's own address, as far as it is stated. */
  readonly own: string | undefined;
}

export default defineRule({
  id: "apiserver-single-etcd",
  title: "API server knows a single etcd member",
  severity: "warning",
  appliesTo: [
    "v1/Pod",
    "apps/*/Deployment",
    "apps/*/StatefulSet",
    "apps/*/DaemonSet",
    "kubeadm.k8s.io/*/ClusterConfiguration",
    "controlplane.cluster.x-k8s.io/*/KubeadmControlPlane",
  ],
  docs: {
    why: "An API server reaches etcd through the endpoints it is given and learns no others. With the address of one member it fails together with that member, although the other members still have a quorum: a restart of one etcd is an outage of the API.",
    how: "List every member in `--etcd-servers`, separated by commas; in kubeadm under `etcd.external.endpoints`. The member on the API server's own node (`127.0.0.1`, kubeadm's stacked layout) is left alone, since both are lost together anyway, and so is the name of a Service, behind which may be any number.",
    sources: [
      "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/",
      "https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/ha-topology/",
    ],
  },
  check(resource, context) {
    if (areFlagsPatched(context.snapshot, resource)) return;
    for (const { urls, node, own } of endpointsOf(resource)) {
      const host = urls.length === 1 ? hostOf(urls[0] ?? "") : undefined;
      if (host === undefined || host === own || !isOneMember(host)) continue;
      context.report(
        resource.locate(node),
        t(
          "The API server knows 1 etcd member, {host}: when that one restarts or fails, the API fails too, even if the other members still have a quorum. List every member.",
          { host },
        ),
        undefined,
      );
    }
  },
});

function endpointsOf(resource: Resource): readonly Endpoints[] {
  const started = controlPlanePrograms(resource).flatMap(({ name, flags }): Endpoints[] => {
    const last = (flag: string): Flag | undefined => flags.findLast((one) => one.name === flag);
    const servers = name === "kube-apiserver" ? last("etcd-servers") : undefined;
    if (servers === undefined) return [];
    const urls = servers.value.split(",").filter((url) => url.trim() !== "");
    return [{ urls, node: servers.node, own: last("advertise-address")?.value }];
  });
  const list = resource.get(`${kubeadmPrefix(resource) ?? "?."}etcd.external.endpoints`);
  const items = itemsOf(list);
  const only = items[0];
  return only === undefined || items.length > 1
    ? started
    : [...started, { urls: [stringOf(only) ?? ""], node: only, own: undefined }];
}

function hostOf(url: string): string | undefined {
  return /^https?:\/\/(\[[\da-fA-F:]+\]|[^/:?#\s]+)(?::\d+)?\/?$/.exec(url.trim())?.[1];
}

/**
 * An address other than the loopback, or the name of one pod of a StatefulSet (`etcd-0.etcd…`). Any other name may
 * stand for all members.
 */
function isOneMember(host: string): boolean {
  if (/^127\.|^\[::1\]$/.test(host)) return false;
  return (
    /^(?:\d{1,3}\.){3}\d{1,3}$|^\[/.test(host) || /^[a-z\d][a-z\d-]*-\d+\.[a-z\d][a-z\d.-]*$/i.test(host)
  );
}
