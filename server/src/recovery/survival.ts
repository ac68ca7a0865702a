import { known } from "./fields.ts";
import type { Disruption, Plan, Site } from "./plan.ts";

/** Whether a copy is still there after a disruption. */
export type Survival = "yes" | "no" | "unknown";

/** What kind of copy it is: one that follows each change, or one of a moment in the past. */
export type CopyKind = "replica" | "backup";

/**
 * Whether a copy at a site survives. Corruption is replicated, so that only backups survive Software; a lost host takes
 * no other host's copies; a lost site takes what is at a site that serves, a lost region what is in its city.
 */
export function survivalOf(
  plan: Plan,
  disruption: Disruption,
  kind: CopyKind,
  site: string | undefined,
): Survival {
  if (disruption === "Software") return kind === "backup" ? "yes" : "no";
  if (disruption === "Hardware") return "yes";
  const place = siteOf(plan, site);
  if (place === undefined) return "unknown";
  return disruption === "Site" ? survivesSite(plan, place, kind) : survivesRegion(plan, place);
}

/** Where the copy is made from is one of the sites that serve; a backup at one of them is lost with it. */
function survivesSite(plan: Plan, site: Site, kind: CopyKind): Survival {
  if (kind === "replica") return isPrimary(site) ? "no" : "yes";
  return serves(site) ? "no" : plan.sites.complete ? "yes" : "unknown";
}

function survivesRegion(plan: Plan, site: Site): Survival {
  const city = known(site.city);
  const cities = plan.sites.items.filter(serves).map((each) => known(each.city));
  if (city === undefined || cities.length === 0 || cities.includes(undefined)) return "unknown";
  return cities.includes(city) ? "no" : "yes";
}

/** The site of a name; undefined when the plan does not list it. */
export function siteOf(plan: Plan, name: string | undefined): Site | undefined {
  return plan.sites.items.find((site) => name !== undefined && known(site.name) === name);
}

function isPrimary(site: Site): boolean {
  return known(site.role) === "Primary";
}

/** Whether a site carries traffic in normal times. */
export function serves(site: Site): boolean {
  const traffic = known(site.trafficPercent);
  return traffic === undefined ? isPrimary(site) : traffic > 0;
}
