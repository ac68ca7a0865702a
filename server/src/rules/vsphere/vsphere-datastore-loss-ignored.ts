import { setPath } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { stringOf } from "../../model/node.ts";
import { type HaCluster, isOnVsan, pathOf, settingOf } from "./ha-cluster.ts";
import { defineHaRule } from "./ha-rule.ts";

/** One of the two ways to lose a datastore. */
interface Loss {
  readonly cluster: HaCluster;
  readonly kind: "pdl" | "apd";
}

export default defineHaRule<Loss>({
  id: "vsphere-datastore-loss-ignored",
  title: "vSphere HA does nothing when a datastore is lost",
  severity: "warning",
  docs: {
    why: "A host may keep its network and lose its storage: for good (permanent device loss) or for a time (all paths down). Its virtual machines then hang without disks, and no heartbeat is missing. `disabled` and `warning` leave them there; VM Component Protection restarts them on a host that still reaches the datastore.",
    how: "Restart on permanent device loss (`restartAggressive`; `restart` in `vmware.vmware.cluster_ha`), and conservatively on all paths down. Both modules of Ansible set the response to a permanent loss to `warning` when it is left out, and the old one that to all paths down too. VM Component Protection does not cover vSAN, which is why a cluster with `storage: vSAN` is not judged.",
    sources: [
      "https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.cluster.VmComponentProtectionSettings.html",
      "https://github.com/ansible-collections/vmware.vmware/blob/main/plugins/modules/cluster_ha.py",
    ],
  },
  check(cluster, context) {
    if (isOnVsan(cluster)) return;
    for (const kind of ["pdl", "apd"] as const) {
      const message = problemOf(cluster, kind);
      if (message !== undefined)
        context.report(cluster.resource.at(pathOf(cluster, kind)), message, { cluster, kind });
    }
  },
  fixes: [
    {
      id: "restart",
      title({ cluster, kind }) {
        if (toRestart(cluster, kind).length > 1)
          return t("Restart the virtual machines when a datastore is lost, for good or for a time");
        return kind === "pdl"
          ? t("Restart the virtual machines after a permanent device loss")
          : t("Restart the virtual machines when all paths are down and another host can take them");
      },
      preferred: false,
      edits: ({ cluster, kind }) =>
        toRestart(cluster, kind).flatMap((each) =>
          setPath(cluster.resource, pathOf(cluster, each), restartOf(cluster, each)),
        ),
    },
  ],
});

function problemOf(cluster: HaCluster, kind: Loss["kind"]): Message | undefined {
  const response = settingOf(cluster, kind, stringOf);
  if (response.state === "unknown") return undefined;
  if (response.state === "absent") {
    if (!setsDefault(cluster, kind)) return undefined;
    const values = { field: String(pathOf(cluster, kind).at(-1)), restart: restartOf(cluster, kind) };
    return kind === "pdl"
      ? t(
          "Without {field} this task sets the response to a permanent device loss to warning: the virtual machines stay on a host that no longer reaches their disks. State it; {restart} starts them elsewhere.",
          values,
        )
      : t(
          "Without {field} this task sets the response to all paths down to warning: the virtual machines hang until the paths come back. State it; {restart} starts them elsewhere.",
          values,
        );
  }
  if (!/^(?:disabled|warning)$/.test(response.value)) return undefined;
  const values = { response: response.value, restart: restartOf(cluster, kind) };
  return kind === "pdl"
    ? t(
        "After a permanent device loss nothing is done ({response}): the virtual machines stay on a host that no longer reaches their disks. Set {restart}.",
        values,
      )
    : t(
        "When all paths to a datastore are down nothing is done ({response}): the virtual machines hang until the paths come back. Set {restart}.",
        values,
      );
}

/**
 * Whether the task writes its default, warning, into the cluster, whatever was there: both modules do for permanent
 * losses, the old one for all paths down as well. Where neither is stated, one finding is enough.
 */
function setsDefault(cluster: HaCluster, kind: Loss["kind"]): boolean {
  if (cluster.dialect === "nines" || cluster.isOpen) return false;
  return (
    kind === "pdl" ||
    (cluster.dialect === "community" && settingOf(cluster, "pdl", stringOf).state === "known")
  );
}

/** With the one response the other default of the old module would come to light. */
function toRestart(cluster: HaCluster, kind: Loss["kind"]): readonly Loss["kind"][] {
  const isAbsent = (one: Loss["kind"]) => settingOf(cluster, one, stringOf).state === "absent";
  return cluster.dialect === "community" && isAbsent("pdl") && isAbsent("apd") ? ["pdl", "apd"] : [kind];
}

function restartOf({ dialect }: HaCluster, kind: Loss["kind"]): string {
  if (kind === "apd") return "restartConservative";
  return dialect === "vmware" ? "restart" : "restartAggressive";
}
