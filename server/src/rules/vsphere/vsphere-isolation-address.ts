import { type Message, t } from "../../model/message.ts";
import { booleanOf, entriesOf, entryOf, type Node, stringOf } from "../../model/node.ts";
import { type HaCluster, isOnVsan, placeIn, stretchedOver, valueAt } from "./ha-cluster.ts";
import { defineHaRule } from "./ha-rule.ts";

export default defineHaRule({
  id: "vsphere-isolation-address",
  title: "vSphere HA with too few isolation addresses",
  severity: "info",
  docs: {
    why: "A host that hears no other host pings its isolation addresses; when none answers, it declares itself isolated and acts on its virtual machines. By default that is the gateway of the management network alone: in a stretched cluster the hosts of one site then depend on a router of the other, and with vSAN the network that matters is another one.",
    how: "Give one address per site that is up whenever the site is (`isolationAddresses`, the advanced options `das.isolationaddress0` and `das.isolationaddress1`), on the vSAN network where the cluster uses vSAN.",
    sources: [
      "https://techdocs.broadcom.com/us/en/vmware-cis/vsphere/vsphere/8-0/vsphere-availability/creating-and-using-vsphere-ha-clusters/customizing-vsphere-ha-behavior-with-advanced-options.html",
      "https://techdocs.broadcom.com/us/en/vmware-cis/vsan/vsan/8-0/vsan-planning.html",
    ],
  },
  check(cluster, context) {
    if (cluster.dialect === "nines") {
      const message = tooFew(cluster);
      if (message !== undefined) context.report(placeIn(cluster, ["isolationAddresses"]), message);
      return;
    }
    const options = valueAt(cluster, "advanced_settings");
    if (options !== undefined && hasNone(options))
      context.report(
        placeIn(cluster, ["advanced_settings"]),
        t(
          "The default gateway is not used as isolation address, and no other one is given: a host that hears no other has nothing to ping and declares itself isolated. Add das.isolationaddress0.",
        ),
      );
  },
});

function tooFew(cluster: HaCluster): Message | undefined {
  const list = valueAt(cluster, "isolationAddresses");
  if (list !== undefined && (list.kind !== "seq" || list.items.some((item) => stringOf(item) === undefined)))
    return undefined;
  const given = new Set(list?.items.map(stringOf)).size;
  const sites = stretchedOver(cluster);
  if (sites !== undefined && given < sites)
    return t(
      "Isolation addresses: {given}, for a cluster over {sites} sites: the hosts of a site that is cut off ping an address at another one, and cannot tell who is isolated. Give one per site.",
      { given, sites },
    );
  if (isOnVsan(cluster) && given === 0)
    return t(
      "With vSAN the heartbeats use the vSAN network, but isolation is judged by the gateway of the management network. Give an address on the vSAN network.",
    );
  return undefined;
}

/** Keys of advanced options are not case-sensitive. */
function hasNone(options: Node): boolean {
  if (options.kind !== "map" || options.entries.some(({ key }) => key.unknown)) return false;
  const names = entriesOf(options).map(({ key }) => key.source);
  const usesDefault = names.find((name) => name.toLowerCase() === "das.usedefaultisolationaddress");
  if (usesDefault === undefined) return false;
  const value = entryOf(options, usesDefault)?.value;
  const isOff = booleanOf(value) === false || stringOf(value)?.toLowerCase() === "false";
  return isOff && !names.some((name) => /^das\.isolationaddress\d*$/i.test(name));
}
