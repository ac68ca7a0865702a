import { type Message, t } from "../../model/message.ts";
import { field, nodeAt, stringOf } from "../../model/node.ts";
import type { Severity } from "../severity.ts";
import { type HaCluster, isOnVsan, placeIn, valueAt } from "./ha-cluster.ts";
import { defineHaRule } from "./ha-rule.ts";

/** How many datastores vSphere HA uses for heartbeats unless `das.heartbeatDsPerHost` says more. */
const WANTED = 2;

export default defineHaRule({
  id: "vsphere-heartbeat-datastores",
  title: "vSphere HA with too few heartbeat datastores",
  severity: "warning",
  docs: {
    why: "When a host falls silent on the network, the heartbeats it leaves on shared datastores tell whether it has died or was only cut off. With one datastore, that answer is lost together with it; with none, HA must guess, and a host that merely lost its network is taken for dead while its virtual machines still run.",
    how: "Give two datastores that do not share an array or a path, or leave the choice to vCenter (`allFeasibleDs`). `userSelectedDs` with an empty list switches datastore heartbeats off altogether. They do not apply to vSAN, which is why a cluster with `storage: vSAN` is not judged.",
    sources: [
      "https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.cluster.DasConfigInfo.HBDatastoreCandidate.html",
      "https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.cluster.DasConfigInfo.html",
    ],
  },
  check(cluster, context) {
    if (cluster.dialect !== "nines" || isOnVsan(cluster)) return;
    const found = problemOf(cluster);
    if (found !== undefined)
      context.report(placeIn(cluster, ["heartbeat", "datastores"]), found.message, undefined, {
        severity: found.severity,
      });
  },
});

function problemOf(cluster: HaCluster): { message: Message; severity: Severity } | undefined {
  const heartbeat = valueAt(cluster, "heartbeat");
  const policy = field(nodeAt(heartbeat, "datastorePolicy"), stringOf);
  const list = nodeAt(heartbeat, "datastores");
  if (heartbeat === undefined || policy.state === "unknown") return undefined;
  if (list !== undefined && (list.kind !== "seq" || list.items.some((item) => stringOf(item) === undefined)))
    return undefined;
  const given = new Set(list?.items.map(stringOf)).size;
  const chosen = policy.state === "known" ? policy.value : undefined;
  if (chosen === "userSelectedDs" && given === 0)
    return {
      severity: "error",
      message: t(
        "userSelectedDs with no datastores switches datastore heartbeats off: a host that lost only its network is taken for dead while its virtual machines still run. Name {wanted} shared datastores, or let vCenter choose (allFeasibleDs).",
        { wanted: WANTED },
      ),
    };
  if (given !== 1 || chosen === "allFeasibleDs") return undefined;
  if (chosen === "allFeasibleDsWithUserPreference")
    return {
      severity: "info",
      message: t(
        "One of the {wanted} heartbeat datastores is named; vCenter picks the other one, perhaps on the same array. Name {wanted} that fail independently.",
        { wanted: WANTED },
      ),
    };
  return {
    severity: "warning",
    message: t(
      "There is 1 heartbeat datastore where {wanted} are needed: with it goes the only way to tell a dead host from one that lost its network. Name a second one on another array.",
      { wanted: WANTED },
    ),
  };
}
