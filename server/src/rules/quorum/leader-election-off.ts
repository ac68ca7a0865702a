import { replaceText } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { booleanOf, field, integerOf, type Node, stringOf, valueOr } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import {
  areFlagsPatched,
  controlPlanePrograms,
  electsNoLeader,
  type Program,
} from "../../workspace/program-flags.ts";
import { effectiveReplicas } from "../../workspace/replicas.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";

export default defineRule<Node>({
  id: "leader-election-off",
  title: "Several controllers act at once without leader election",
  severity: "error",
  appliesTo: [
    "apps/*/Deployment",
    "apps/*/StatefulSet",
    "kubeadm.k8s.io/*/ClusterConfiguration",
    "controlplane.cluster.x-k8s.io/*/KubeadmControlPlane",
  ],
  needsWholeWorkspace: true,
  docs: {
    why: "Only one controller manager and one scheduler may act at a time; the others wait until its lease expires. With `--leader-elect=false` all of them act: two schedulers bind pods to the same free space, which kubelets then refuse, and two controller managers create and delete the same pods, volumes and endpoints against each other.",
    how: "Remove the flag, since leader election is on by default, or set it to true. A control plane of a single instance may do without.",
    sources: [
      "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/",
      "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-scheduler/",
      "https://kubernetes.io/docs/concepts/architecture/leases/#leader-election",
    ],
  },
  check(resource, context) {
    const { snapshot } = context;
    if (areFlagsPatched(snapshot, resource)) return;
    for (const program of controlPlanePrograms(resource)) {
      const flag = electsNoLeader(program);
      if (flag === undefined) continue;
      const message = effectOf(snapshot, resource, program);
      if (message !== undefined) context.report(resource.locate(flag.node), message, flag.node);
    }
  },
  fixes: [
    {
      id: "elect",
      title: () => t("Turn leader election on"),
      preferred: true,
      edits(node, { document }) {
        if (node.kind !== "scalar") return undefined;
        if (booleanOf(node) === false) return [{ document, range: node.range, newText: "true" }];
        const prefix = /^--?[\w-]+=/.exec(node.source)?.[0] ?? "";
        return [replaceText(document, node, `${prefix}true`)];
      },
    },
  ],
});

/** Undefined where there may be just one instance. */
function effectOf(snapshot: Snapshot, resource: Resource, program: Program): Message | undefined {
  const instances = instancesOf(snapshot, resource, program);
  const values = { program: program.name, name: resource.called };
  if (instances !== undefined)
    return instances > 1
      ? t(
          "All {instances} instances of {program} in {name} act at once, because leader election is off: they undo and double each other's work. Turn it on.",
          { ...values, instances },
        )
      : undefined;
  // An endpoint for all control-plane nodes is there for more than one.
  const endpoint =
    resource.kind === "ClusterConfiguration" ? stringOf(resource.get("controlPlaneEndpoint")) : undefined;
  return endpoint === undefined
    ? undefined
    : t(
        "Leader election of {program} is off, and every control-plane node behind {endpoint} runs one: with 2 nodes or more all of them act at once and undo each other's work. Turn it on.",
        { ...values, endpoint },
      );
}

function instancesOf(snapshot: Snapshot, resource: Resource, { workload }: Program): number | undefined {
  if (workload !== undefined) return effectiveReplicas(snapshot, workload)?.lowest ?? 1;
  if (resource.kind !== "KubeadmControlPlane") return undefined;
  return valueOr(field(resource.get("spec.replicas"), integerOf), 1) ?? 1;
}
