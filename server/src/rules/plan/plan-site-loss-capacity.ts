import { type Message, t } from "../../model/message.ts";
import { known } from "../../recovery/fields.ts";
import type { Site } from "../../recovery/plan.ts";
import { admissionOf } from "../vsphere/admission.ts";
import { type HaCluster, haClustersOf, isOn, stretchedOver } from "../vsphere/ha-cluster.ts";
import { dataSites, definePlanRule, hasUnknownSite, placeOf, placeOfField } from "./plan-rule.ts";

export default definePlanRule({
  id: "plan-site-loss-capacity",
  title: "Too little capacity left after the loss of a site",
  severity: "error",
  docs: {
    why: "Two active sites at 50 % each look half empty, until one is lost: the other must then carry 100 %. If it cannot, the second site falls over a minute after the first, and the loss of a site has become the loss of the service. The same goes for virtual machines: a cluster over two sites that keeps 25 % free has no room for the half that is lost.",
    how: "Give each site what the whole load needs (`capacityPercent: 100`), or say which part of the service is dropped by planning a lower objective. Reserve 50 % in admission control where two sites stand in for each other.",
    sources: [
      "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_withstand_component_failures_static_stability.html",
      "https://knowledge.broadcom.com/external/article/312264",
    ],
  },
  check(plan, context) {
    const isPromised = plan.objectives.items.some(({ disruption }) => known(disruption) === "Site");
    const sites = dataSites(plan);
    if (!isPromised || sites.length < 2 || hasUnknownSite(plan)) return;
    const capacities = sites.map(({ capacityPercent }) => known(capacityPercent));
    const total = capacities.reduce<number>((sum, capacity) => sum + (capacity ?? 0), 0);
    const unknown = capacities.filter((capacity) => capacity === undefined).length;
    for (const site of sites) {
      const own = known(site.capacityPercent);
      const isKnown = unknown === (own === undefined ? 1 : 0);
      const message = isKnown ? shortage(site, sites, total - (own ?? 0)) : undefined;
      if (message !== undefined)
        context.report(placeOfField(plan, survivorField(site, sites), site.node), message);
    }
    for (const cluster of haClustersOf(plan.resource)) {
      const found = freeShare(cluster);
      if (found === undefined || cluster.platform === undefined) continue;
      context.report(
        placeOf(plan, cluster.platform),
        t(
          "{name} is stretched over {sites} sites, and admission control keeps {free} % free: with a site {lost} % of the hosts are lost, so up to {short} % of the cluster's virtual machines find no room. Reserve {lost} %.",
          { ...found, name: cluster.name, short: found.lost - found.free },
        ),
      );
    }
  },
});

/** What the others, which can carry `left` percent, lack when a site that serves is lost. */
function shortage(lost: Site, sites: readonly Site[], left: number): Message | undefined {
  const traffic = known(lost.trafficPercent);
  if (traffic === undefined || traffic <= 0 || left >= 100) return undefined;
  const survivors = sites.filter((site) => site !== lost).slice(0, SHOWN);
  return t(
    "Without {site} the other sites can carry {left} % of the load, and 100 % reaches them: {short} % is refused, or they fail under it too. Raise the capacity of {survivors}.",
    {
      site: known(lost.name) ?? "?",
      left,
      short: 100 - left,
      survivors: survivors.map(({ name }) => known(name) ?? "?").join(", "),
    },
  );
}

/** Sites that a message names. */
const SHOWN = 8;

/** Where the missing capacity is written: at the survivor, when there is only one. */
function survivorField(lost: Site, sites: readonly Site[]) {
  const [only, another] = sites.filter((site) => site !== lost);
  return only === undefined || another !== undefined ? lost.name : only.capacityPercent;
}

/** What a stretched cluster keeps free and what it loses with a site, where that is more. */
function freeShare(cluster: HaCluster) {
  const sites = stretchedOver(cluster);
  const admission = isOn(cluster) === true ? admissionOf(cluster) : undefined;
  if (sites === undefined || admission?.policy.state !== "known") return undefined;
  const { policy, percents, automatic } = admission;
  if (policy.value !== "percentage" || automatic !== false || percents.length === 0) return undefined;
  const free = Math.min(...percents.map(({ value }) => value));
  const lost = Math.ceil(100 / sites);
  return free < lost ? { free, lost, sites } : undefined;
}
