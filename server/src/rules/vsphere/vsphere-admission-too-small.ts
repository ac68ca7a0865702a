import { setPath } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { type Admission, admissionOf, type Need, needOf } from "./admission.ts";
import { type HaCluster, hostsOf, placeIn, stretchedOver } from "./ha-cluster.ts";
import { defineHaRule } from "./ha-rule.ts";

/** A percentage to be raised. */
interface Raise {
  readonly cluster: HaCluster;
  readonly path: readonly string[];
  readonly percent: number;
}

export default defineHaRule<Raise | undefined>({
  id: "vsphere-admission-too-small",
  title: "vSphere HA reserves less than a failure takes",
  severity: "error",
  docs: {
    why: "A reserved percentage is a share of the whole cluster. One host of three is 34 % of it, so 25 % covers the loss of a host only from four hosts on; a cluster stretched over two sites loses 50 % with one of them. What is not reserved may be in use, and the virtual machines beyond it are not started again.",
    how: "Reserve ⌈100 × failures ÷ hosts⌉ percent, and 50 % where two sites stand in for each other. Judged where the number of hosts (`hostCount`) or that the cluster is stretched (`stretched: true`, `sites`) is written.",
    sources: [
      "https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.cluster.FailoverResourcesAdmissionControlPolicy.html",
      "https://techdocs.broadcom.com/us/en/vmware-cis/vsphere/vsphere/8-0/vsphere-availability/creating-and-using-vsphere-ha-clusters/vsphere-ha-admission-control.html",
    ],
  },
  check(cluster, context) {
    const admission = admissionOf(cluster);
    if (admission?.policy.state !== "known" || admission.policy.value === "off") return;
    const impossible = impossibility(cluster, admission);
    if (impossible !== undefined) {
      context.report(placeIn(cluster, ["admissionControl", "hostFailuresTolerated"]), impossible, undefined);
      return;
    }
    const need = needOf(cluster, admission.tolerated);
    if (need === undefined) return;
    if (admission.policy.value === "percentage" && admission.automatic === false) {
      for (const { path, value } of admission.percents) {
        if (value >= need.percent) continue;
        const raise = { cluster, path, percent: need.percent };
        context.report(placeIn(cluster, path), tooSmall(value, need), raise);
      }
      return;
    }
    const short = bySite(cluster, admission, need);
    if (short !== undefined) context.report(placeIn(cluster, admission.path), short, undefined);
  },
  fixes: [
    {
      id: "raise",
      title: (raise) => t("Reserve {percent} %", { percent: raise?.percent ?? 0 }),
      // It may keep virtual machines from being powered on.
      preferred: false,
      edits: (raise) =>
        raise && setPath(raise.cluster.resource, [...raise.cluster.path, ...raise.path], raise.percent),
    },
  ],
});

function tooSmall(percent: number, { percent: needed, loss }: Need): Message {
  if (loss.of === "site")
    return t(
      "{percent} % is reserved, but the cluster is stretched over {sites} sites and loses {needed} % with one of them: up to {short} % of its capacity is missing then, and what ran on it is not started at the other site. Reserve {needed} %.",
      { percent, sites: loss.sites, needed, short: needed - percent },
    );
  return t(
    "{percent} % is reserved, but losing {lost} of {hosts} hosts takes {needed} % of the cluster: up to {short} % of its capacity is missing then, and what ran on it is not started again. Reserve {needed} %.",
    { percent, lost: loss.lost, hosts: loss.all, needed, short: needed - percent },
  );
}

/** As many failures as there are hosts leave nothing to restart on. */
function impossibility(cluster: HaCluster, { tolerated }: Admission): Message | undefined {
  const hosts = hostsOf(cluster);
  if (hosts === undefined || tolerated === undefined || tolerated < hosts) return undefined;
  return t(
    "The cluster has {hosts} hosts and is to tolerate the loss of {tolerated}: none would be left to start anything on. At most {most} can be tolerated.",
    { hosts, tolerated, most: hosts - 1 },
  );
}

/** Slots, dedicated hosts and computed percentages provide for hosts; a site is half of them. */
function bySite(cluster: HaCluster, { tolerated }: Admission, need: Need): Message | undefined {
  const hosts = hostsOf(cluster);
  const sites = stretchedOver(cluster);
  if (hosts === undefined || sites === undefined || tolerated === undefined || need.loss.of !== "site")
    return undefined;
  const lost = Math.ceil(hosts / sites);
  if (tolerated >= lost) return undefined;
  return t(
    "Losing {tolerated} of {hosts} hosts is provided for, but the cluster is stretched over {sites} sites and loses {lost} with one of them: what ran on {short} of these is not started at the other site. Tolerate {lost}, or reserve {needed} %.",
    { tolerated, sites, lost, hosts, short: lost - tolerated, needed: need.percent },
  );
}
