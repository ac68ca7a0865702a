import { t } from "../../model/message.ts";
import { itemsOf, nodeAt, stringOf } from "../../model/node.ts";
import { RANCHER_SERVER } from "../../model/rancher.ts";
import type { Resource } from "../../model/resource.ts";
import { scopeOf } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";
import { registrationOf } from "./rancher-registration.ts";

const FIELD = "controlPlaneEndpoint";
const GROUP = "kubeadm.k8s.io";

export default defineRule({
  id: "control-plane-endpoint-missing",
  title: "The control plane has no fixed endpoint",
  severity: "error",
  appliesTo: [`${GROUP}/*/ClusterConfiguration`, "rancher/*/ServerConfig"],
  needsWholeWorkspace: true,
  docs: {
    why: "Without `controlPlaneEndpoint`, kubeadm writes the first node's own address into every kubeconfig and certificate. Kubelets and controllers then talk to that one API server for good: when its node is lost the whole cluster is, however many control-plane nodes there are, and kubeadm refuses to join more of them. Changing it later means new certificates on every node.",
    how: "Set `controlPlaneEndpoint` to a name or a virtual address that can move: a load balancer in front of all API servers, kube-vip, or at least a DNS name of your own. A cluster that is meant to have one control-plane node (its InitConfiguration removes the control plane's taint) is left alone. Servers of RKE2 and K3s are judged by their `config.yaml` where it shows that there are several: put the name or virtual address into `tls-san` of each, and into `server` of those that join.",
    sources: [
      "https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/high-availability/",
      "https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/#initializing-your-control-plane-node",
      "https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/",
      "https://docs.rke2.io/install/ha",
      "https://docs.k3s.io/datastore/ha-embedded",
    ],
  },
  check(cluster, context) {
    const { snapshot } = context;
    if (cluster.type === RANCHER_SERVER) {
      const verdict = registrationOf(snapshot, cluster);
      if (verdict !== undefined)
        context.report(cluster.locate(verdict.at), verdict.message, undefined, { severity: "warning" });
      return;
    }
    if (snapshot.layout.patchesFor(cluster).length > 0) return;
    const node = cluster.get(FIELD);
    const inits = beside(snapshot, cluster, "InitConfiguration");
    if (node === undefined || stringOf(node) === "") {
      if (!isWhole(cluster) || inits.some(isSingleNode)) return;
      const isMany = hasSeveralNodes(snapshot, cluster);
      context.report(
        node === undefined ? cluster.title : cluster.locate(node),
        isMany
          ? t(
              "Without controlPlaneEndpoint every kubeconfig holds the first node's address: with that 1 node the whole cluster is lost, and kubeadm refuses to join further control-plane nodes. Set a name or virtual address in front of all API servers.",
            )
          : t(
              "Without controlPlaneEndpoint every kubeconfig holds the first node's address, and a 2nd control-plane node can never join. Set a DNS name or virtual address now, while it costs nothing.",
            ),
        undefined,
        { severity: isMany ? "error" : "warning" },
      );
      return;
    }
    const host = hostOf(stringOf(node) ?? "");
    if (host === undefined || !isOwnAddress(host, inits)) return;
    context.report(
      cluster.locate(node),
      t(
        "controlPlaneEndpoint is the address of 1 node, {host}: every kubeconfig points there, so the loss of that node is the loss of the whole cluster. Use a name or virtual address in front of all API servers.",
        { host },
      ),
      undefined,
      { severity: "warning" },
    );
  },
});

/** kubeadm's other documents that are read with the same `--config`: those of the same file. */
function beside(snapshot: Snapshot, cluster: Resource, kind: string): readonly Resource[] {
  return snapshot
    .find("type", `${GROUP}/${kind}`)
    .filter((other) => scopeOf(snapshot, cluster, other) === "file");
}

/** Fragments that a tool merges into its own configuration state little; whole ones say where the cluster's network is or which version it has. */
function isWhole(cluster: Resource): boolean {
  return ["kubernetesVersion", "networking"].some((key) => cluster.get(key) !== undefined);
}

/** No taint on the control plane: its node does all the work, so it is the only one. */
function isSingleNode(init: Resource): boolean {
  const taints = init.get("nodeRegistration.taints");
  return taints?.kind === "seq" && taints.items.length === 0;
}

/** Something is written that only serves a control plane of several nodes. */
function hasSeveralNodes(snapshot: Snapshot, cluster: Resource): boolean {
  return (
    itemsOf(cluster.get("etcd.external.endpoints")).length > 1 ||
    beside(snapshot, cluster, "InitConfiguration").some((init) => init.get("certificateKey") !== undefined) ||
    beside(snapshot, cluster, "JoinConfiguration").some((join) => join.get("controlPlane") !== undefined)
  );
}

/** `lb.example.com:6443`, `[fd00::1]:6443` or without the port. */
function hostOf(endpoint: string): string | undefined {
  return /^(\[[\da-fA-F:]+\]|[^:[\]/\s]+)(?::\d+)?$/.exec(endpoint)?.[1];
}

function isOwnAddress(host: string, inits: readonly Resource[]): boolean {
  const plain = host.replace(/^\[|\]$/g, "");
  if (/^(?:localhost|127\..*|::1)$/.test(plain)) return true;
  return inits.some((init) => stringOf(nodeAt(init.root, "localAPIEndpoint.advertiseAddress")) === plain);
}
